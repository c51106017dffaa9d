// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/line_blocks.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"

namespace signgate::cli {
namespace {

// A line feed is looked for in so many bytes at once.
constexpr std::streamsize chunk = 64 * 1024;

// What a line may have before its end is known to be CR LF.
constexpr std::size_t most_kept = limits::sign_line + 2;

}  // namespace

bool LineBlocks::fill() {
  chunk_.clear();
  cursor_ = 0;
  if (in_->sgetc() == std::char_traits<char>::eof()) return false;
  chunk_.resize(static_cast<std::size_t>(std::clamp<std::streamsize>(in_->in_avail(), 1, chunk)));
  const auto got = in_->sgetn(chunk_.data(), static_cast<std::streamsize>(chunk_.size()));
  chunk_.resize(static_cast<std::size_t>(got));
  return got > 0;
}

void LineBlocks::end_line(LineBlock& block) {
  if (line_.ends_with('\r')) line_.pop_back();
  LineBlock::Line at{.offset = block.text.size(), .length = line_.size()};
  if (line_.size() > limits::sign_line)
    at = {.offset = at.offset, .length = 0, .too_long = true};
  else
    block.text += line_;
  block.lines.push_back(at);
  ++number_;
  line_.clear();
  begun_ = false;
}

std::optional<LineBlock> LineBlocks::next() {
  LineBlock block;
  block.first = number_;
  while (block.lines.size() < limits::sign_block && block.text.size() < limits::sign_block_bytes) {
    if (cursor_ == chunk_.size()) {
      if (!block.lines.empty() && in_->in_avail() <= 0) break;
      if (!fill()) {
        if (begun_) end_line(block);
        break;
      }
    }
    const std::string_view rest = std::string_view(chunk_).substr(cursor_);
    const std::size_t end = rest.find('\n');
    const std::string_view piece = rest.substr(0, end);
    line_.append(piece.substr(0, most_kept - std::min(most_kept, line_.size())));
    begun_ = true;
    cursor_ += piece.size();
    if (end == std::string_view::npos) continue;
    ++cursor_;
    end_line(block);
  }
  return block.lines.empty() ? std::nullopt : std::optional(std::move(block));
}

}  // namespace signgate::cli
