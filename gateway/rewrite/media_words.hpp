// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/rewrite/url.hpp"

namespace signgate::rewrite {

/// MediaWords are words of which a link holds one in its raw text when it leads below one of the
/// prefixes: of each prefix the longest run of letters, digits, `-`, `.`, `_` and `~` in a segment
/// of its path, or else in its host. It need not hold one where something in it is escaped (`%`,
/// `&`, a backslash, a control character), nor where the base that it is resolved against does.
/// Built once; then shared between threads.
class MediaWords {
 public:
  static constexpr std::size_t most = 3;
  static constexpr std::size_t shortest = 3;

  /// add takes one more prefix; the host of an `own_origin` one is the page's. Without a word for
  /// it, or with too many, words tell nothing.
  void add(const Url& prefix, bool own_origin);

  /// may_hold says whether a word may hold this byte.
  [[nodiscard]] static bool may_hold(char c) noexcept;

  /// tell says whether a link of `page` without escapes and without any of the words is no media.
  [[nodiscard]] bool tell(const PageUrl& page) const noexcept;

  /// words are in lower case; none is part of another.
  [[nodiscard]] const std::vector<std::string>& words() const noexcept { return words_; }

 private:
  std::vector<std::string> words_;
  bool complete_ = true;
};

/// find_ignoring_case is the first place from `from` on where `word`, which is in lower case,
/// stands in whatever case; text.size() if there is none. Any thread.
[[nodiscard]] std::size_t find_ignoring_case(std::string_view text, std::size_t from,
                                             std::string_view word) noexcept;

/// WordSearch finds the words in a text that is read from front to back, looking at each byte once
/// for each word. One thread.
class WordSearch {
 public:
  /// is_free says whether none of `words`, in whatever case, lies within text[begin, end). `begin`
  /// never falls, and the text only grows, but for what drop() takes from its front.
  [[nodiscard]] bool is_free(const MediaWords& words, std::string_view text, std::size_t begin,
                             std::size_t end) noexcept;

  /// free_from is up to where no word begins in `text`, from `begin` on: the rest of the text if
  /// there is none. The same holds for `begin` and `text`.
  [[nodiscard]] std::size_t free_from(const MediaWords& words, std::string_view text,
                                      std::size_t begin) noexcept;

  /// drop says that the text has lost that many bytes at its front.
  void drop(std::size_t count) noexcept;

 private:
  /// Where the word may begin next; there it does, if `found`.
  struct Place {
    std::size_t free_until = 0;
    bool found = false;
  };
  // Searches from where it was left, or from `begin`, unless the word was found already.
  static void search(Place& place, const std::string& word, std::string_view text,
                     std::size_t begin) noexcept;

  std::array<Place, MediaWords::most> places_{};
};

}  // namespace signgate::rewrite
