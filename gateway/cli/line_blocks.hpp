// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

namespace signgate::cli {

/// LineBlock is a run of lines of an input.
struct LineBlock {
  /// Line is where one of them lies in `text`.
  struct Line {
    std::size_t offset = 0;
    std::size_t length = 0;
    bool too_long = false;  // it has more than limits::sign_line bytes, of which none are here
  };

  std::size_t first = 1;  // the number of its first line
  std::string text;       // the lines without their ends
  std::vector<Line> lines;

  /// line is the text of one of `lines`.
  [[nodiscard]] std::string_view line(const Line& at) const {
    return std::string_view(text).substr(at.offset, at.length);
  }
};

/// LineBlocks cuts an input into blocks of lines. A block ends at limits::sign_block lines or
/// limits::sign_block_bytes, and where the input pauses: whoever writes a line and waits for its
/// answer is not kept waiting for the next one. Lines end in LF or CR LF, the last one may do
/// without. Memory is bounded whatever the input. One thread.
class LineBlocks {
 public:
  /// LineBlocks reads from `in`, which has to outlive it. That it pauses is seen by in_avail().
  explicit LineBlocks(std::streambuf& in) : in_(&in) {}

  /// next waits for the next block; nothing at the end of the input.
  [[nodiscard]] std::optional<LineBlock> next();

 private:
  bool fill();
  void end_line(LineBlock& block);

  std::streambuf* in_;
  std::string chunk_;       // as read
  std::size_t cursor_ = 0;  // what of it is done
  std::string line_;        // the begin of a line that has not ended yet
  bool begun_ = false;      // there is one
  std::size_t number_ = 1;
};

}  // namespace signgate::cli
