// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/base/error.hpp"

namespace signgate::http {

/// ChunkedDecoder takes the chunked transfer coding apart (RFC 9112 section 7.1), a pushed byte
/// range at a time and without copying. Sizes of 2^63 and more or over 16 digits, anything but
/// white space between a size and its extension, bare LF line ends, NUL in extensions and trailers,
/// and overlong lines are errors. Chunk extensions are dropped; trailers are checked for size and
/// kept as text.
class ChunkedDecoder {
 public:
  /// Step is what one call found: `data` is a view into the input.
  struct Step {
    std::size_t consumed = 0;
    std::string_view data;
    bool done = false;  // the last chunk and the trailer section are complete
  };

  /// ChunkedDecoder reports errors as `side`'s.
  explicit ChunkedDecoder(Side side) noexcept : side_(side) {}

  /// next consumes framing and at most one run of data. A step that consumed everything without
  /// data asks for more bytes. After `done` it consumes nothing and says `done` again. Not to be
  /// called again after an error.
  [[nodiscard]] Result<Step> next(std::string_view in);

  /// trailers is the trailer section's lines, with CRLF, once a step was `done`; "" when there are
  /// none. Not parsed yet: see parse_trailers.
  [[nodiscard]] std::string_view trailers() const noexcept { return trailer_text_; }

 private:
  enum class State : std::uint8_t {
    size,
    padding,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer,
    trailer_lf,
    done
  };

  [[nodiscard]] Error malformed(const char* what) const;

  Side side_;
  State state_ = State::size;
  std::uint64_t left_ = 0;        // of the chunk
  std::size_t digits_ = 0;        // of the size so far
  std::size_t line_ = 0;          // bytes of the current framing line
  std::size_t trailer_line_ = 0;  // bytes of the current trailer line
  std::string trailer_text_;
};

}  // namespace signgate::http
