// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/rewrite/format.hpp"

namespace signgate::bench {

/// ScanText makes the words of documents, always the same ones in the same order: made-up words, of
/// which a few are frequent and most are rare, as in a language, so that they compress as text
/// does.
class ScanText {
 public:
  ScanText();

  /// words are `count` of them, with blanks between.
  [[nodiscard]] std::string words(std::size_t count);

  /// sentences are `count` of them, of 6 to 20 words each.
  [[nodiscard]] std::string sentences(std::size_t count);

  /// slug is three words with hyphens between, as in an address.
  [[nodiscard]] std::string slug();

 private:
  [[nodiscard]] std::size_t below(std::size_t bound) noexcept;
  [[nodiscard]] const std::string& word();

  std::uint64_t state_ = 1;
  std::vector<std::string> words_;
};

/// scan_head is how a document of that format begins: of HTML with a page's usual metadata, style
/// sheets, inline styles and scripts. Static.
[[nodiscard]] std::string_view scan_head(rewrite::Format format) noexcept;

/// scan_tail is how it ends. Static.
[[nodiscard]] std::string_view scan_tail(rewrite::Format format) noexcept;

}  // namespace signgate::bench
