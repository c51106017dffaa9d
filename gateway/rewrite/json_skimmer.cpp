// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/json_skimmer.hpp"

#include <cstring>

#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/hidden_words.hpp"
#include "gateway/rewrite/value_marks.hpp"

namespace signgate::rewrite {
namespace {

/// Cursor goes through one string; a step is false when something may be hidden there.
class Cursor {
 public:
  Cursor(const char* begin, const char* end) noexcept : begin_(begin), end_(end), at_(begin) {}

  /// pass goes to the closing quote.
  bool pass() {
    while (true) {
      at_ = next_in_value(at_, end_, '"');
      if (at_ == end_) return false;
      switch (*at_) {
        case '"':
          return !hides_by_references_ || !may_be_html();
        case '&':
          pass_ampersand(1);
          break;
        case '%':
          if (!pass_percent()) return false;
          break;
        case '\\':
          if (!pass_escape()) return false;
          break;
        default:
          return false;
      }
    }
  }

  [[nodiscard]] const char* at() const noexcept { return at_; }

 private:
  bool pass_escape() {
    if (end_ - at_ < 2) return false;
    switch (at_[1]) {
      case '/':
      case '"':
        at_ += 2;
        return true;
      case 'n':
      case 'r':
      case 't':
        return pass_breaks();
      case 'u':
        return pass_unit();
      default:
        return false;
    }
  }

  // URLs lose line ends and tabs: what stands before and behind them must not join to a word.
  bool pass_breaks() noexcept {
    const bool behind_word = at_ != begin_ && MediaWords::may_hold(at_[-1]);
    while (end_ - at_ >= 2 && at_[0] == '\\' && (at_[1] == 'n' || at_[1] == 'r' || at_[1] == 't'))
      at_ += 2;
    return !behind_word || at_ == end_ || !MediaWords::may_hold(*at_);
  }

  bool pass_unit() {
    constexpr std::ptrdiff_t length = 6;
    int unit = 0;
    if (!read_hex(2, length, unit)) return false;
    if (unit == '&') {
      pass_ampersand(length);
      return true;
    }
    if (unit < 0x80 && !stands_alone(static_cast<char>(unit))) return false;
    less_than_ = less_than_ || unit == '<';
    at_ += length;
    return true;
  }

  bool pass_percent() noexcept {
    int byte = 0;
    if (!read_hex(1, 3, byte) || !stands_alone(static_cast<char>(byte))) return false;
    at_ += 3;
    return true;
  }

  void pass_ampersand(std::ptrdiff_t length) {
    at_ += length;
    hides_by_references_ = hides_by_references_ ||
                           begins_hiding_reference({at_, static_cast<std::size_t>(end_ - at_)});
  }

  // The number that the digits from at_[from] to at_[to] are; false if they are none.
  bool read_hex(std::ptrdiff_t from, std::ptrdiff_t to, int& number) const noexcept {
    if (end_ - at_ < to) return false;
    for (std::ptrdiff_t i = from; i < to; ++i) {
      const int digit = hex_value(at_[i]);
      if (digit < 0) return false;
      number = number * 16 + digit;
    }
    return true;
  }

  // Only HTML has references.
  [[nodiscard]] bool may_be_html() const noexcept {
    const auto size = static_cast<std::size_t>(at_ - begin_);
    return less_than_ || std::memchr(begin_, '<', size) != nullptr;
  }

  const char* const begin_;
  const char* const end_;
  const char* at_;
  bool hides_by_references_ = false;
  bool less_than_ = false;  // escaped
};

}  // namespace

std::size_t skim_json_string(std::string_view window, std::size_t from, const MediaWords& words,
                             WordSearch& search) {
  Cursor cursor(window.data() + from, window.data() + window.size());
  if (!cursor.pass()) return 0;
  const auto end = static_cast<std::size_t>(cursor.at() - window.data());
  if (end - from >= limits::link_length || !search.is_free(words, window, from, end)) return 0;
  return end + 1;
}

}  // namespace signgate::rewrite
