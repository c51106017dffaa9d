// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace signgate::rewrite {

/// HtmlMarks says of each of 64 bytes of a document whether it is one of those that tags are made
/// of; the lowest bit is the first byte's.
struct HtmlMarks {
  static constexpr std::size_t width = 64;

  std::uint64_t less_than = 0;     // <
  std::uint64_t greater_than = 0;  // >
  std::uint64_t two = 0;           // "
  std::uint64_t one = 0;           // '
  std::uint64_t equals = 0;        // =
  std::uint64_t hides =
      0;  // what may hide another character in a value: % & \ and control characters
  std::uint64_t separates = 0;  // blanks and other control characters, /
  std::uint64_t slash = 0;

  bool operator==(const HtmlMarks&) const = default;
};

/// MarkHtml marks `blocks` times 64 bytes from `text` on. Any thread.
using MarkHtml = void (*)(const char* text, std::size_t blocks, HtmlMarks* out) noexcept;

/// html_markers are all ways to do that which this processor has, the fastest last; they agree.
[[nodiscard]] std::span<const MarkHtml> html_markers() noexcept;

}  // namespace signgate::rewrite
