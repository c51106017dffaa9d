// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/words.hpp"

namespace signgate::config {
namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

}  // namespace

Parsed<std::vector<Word>> split_words(std::string_view text) {
  std::vector<Word> words;
  std::size_t at = 0;
  while (true) {
    while (at < text.size() && is_blank(text[at]))
      ++at;
    if (at == text.size()) return words;
    Word& word = words.emplace_back();
    word.offset = at;
    const char quote = text[at];
    if (quote != '\'' && quote != '"') {
      while (at < text.size() && !is_blank(text[at]))
        word.text += text[at++];
      continue;
    }
    for (++at; at < text.size() && text[at] != quote; ++at) {
      const bool escapes = text[at] == '\\' && at + 1 < text.size() &&
                           (text[at + 1] == quote || text[at + 1] == '\\');
      if (escapes) ++at;
      word.text += text[at];
    }
    if (at == text.size()) return Flaw{"has a quote that is not closed", word.offset};
    ++at;
    if (at < text.size() && !is_blank(text[at]))
      return Flaw{"has no space after a closing quote", at};
  }
}

}  // namespace signgate::config
