// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/hidden_words.hpp"

#include <algorithm>
#include <string>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/entities.hpp"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace signgate::rewrite {
namespace {

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20;
}

bool may_hide(char c) noexcept {
  return is_control(c) || c == '&' || c == '%' || c == '\\';
}

// The next place from `at` on that may hide something; text.size() if there is none.
using FindHider = std::size_t (*)(std::string_view text, std::size_t at) noexcept;

std::size_t find_hider(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && !may_hide(text[at]))
    ++at;
  return at;
}

#ifdef __x86_64__
[[gnu::target("avx2")]] inline __m256i is(__m256i bytes, char c) noexcept {
  return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c));
}

[[gnu::target("avx2")]] inline __m256i up_to(__m256i bytes, char c) noexcept {
  return _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(c)), bytes);
}

[[gnu::target("avx2")]] std::size_t find_hider_by_avx2(std::string_view text,
                                                       std::size_t at) noexcept {
  if (at == 0) {
    if (text.empty() || may_hide(text.front())) return 0;
    at = 1;
  }
  for (; at + sizeof(__m256i) <= text.size(); at += sizeof(__m256i)) {
    const char* const place = text.data() + at;
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(place));
    const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(place - 1));
    const __m256i parts_none = _mm256_or_si256(up_to(before, ' '), is(before, '>'));
    const __m256i parts = _mm256_andnot_si256(parts_none, up_to(bytes, 0x1f));
    const __m256i escapes =
        _mm256_or_si256(_mm256_or_si256(is(bytes, '&'), is(bytes, '%')), is(bytes, '\\'));
    const auto marks = static_cast<unsigned>(_mm256_movemask_epi8(_mm256_or_si256(parts, escapes)));
    if (marks != 0) return at + static_cast<std::size_t>(__builtin_ctz(marks));
  }
  return find_hider(text, at);
}
#endif

FindHider fastest_find_hider() noexcept {
#ifdef __x86_64__
  static const FindHider fastest = __builtin_cpu_supports("avx2") ? find_hider_by_avx2 : find_hider;
  return fastest;
#else
  return find_hider;
#endif
}

/// Hiders tells of single places in one text whether they hide something. Each function takes the
/// place for the first hidden one of a word: what that has before it is as it is written.
class Hiders {
 public:
  Hiders(const MediaWords& words, std::string_view text, std::size_t from) noexcept
      : words_(words), text_(text), from_(from) {}

  /// pass is the place behind what may hide something at `at`, but does not; else `at`.
  [[nodiscard]] std::size_t pass(std::size_t at) const {
    const char c = text_[at];
    if (c == '&') return begins_hiding_reference(text_.substr(at + 1)) ? at : at + 1;
    if (c == '%') return hides_by_percent(at) ? at : at + 1;
    if (c == '\\') return pass_backslash(at);
    const std::size_t end = behind_lost(at);
    return parts_word(at, end) ? at : end;
  }

 private:
  [[nodiscard]] char at_or_end(std::size_t at) const noexcept {
    return at < text_.size() ? text_[at] : ' ';
  }

  // Whether the beginning of `word` stands right before `at`, that long.
  [[nodiscard]] bool stands_before(std::size_t at, std::string_view word,
                                   std::size_t length) const noexcept {
    if (at - from_ < length) return false;
    for (std::size_t i = 0; i < length; ++i) {
      if (to_lower(text_[at - length + i]) != word[i]) return false;
    }
    return true;
  }

  // Behind characters that URLs lose, as they are written or as JSON and JavaScript write them.
  [[nodiscard]] std::size_t behind_lost(std::size_t at) const noexcept {
    while (at < text_.size()) {
      const char next = at_or_end(at + 1);
      if (is_control(text_[at])) {
        ++at;
      } else if (text_[at] == '\\' && (next == 'n' || next == 'r' || next == 't')) {
        at += 2;
      } else {
        break;
      }
    }
    return at;
  }

  // Whether a word may go on behind what stands from `begin` to `end` and means nothing.
  [[nodiscard]] bool parts_word(std::size_t begin, std::size_t end) const noexcept {
    if (begin == from_ || !MediaWords::may_hold(text_[begin - 1])) return false;
    if (end == text_.size()) return false;
    const char next = to_lower(text_[end]);
    return std::ranges::any_of(words_.words(), [&](std::string_view word) {
      for (std::size_t length = 1; length < word.size(); ++length) {
        if ((next == word[length] || may_hide(next)) && stands_before(begin, word, length))
          return true;
      }
      return false;
    });
  }

  // Whether a word may go on with `c`, for which stands what lies from `begin` to `end`.
  [[nodiscard]] bool goes_on_with(char c, std::size_t begin, std::size_t end) const noexcept {
    const char next = to_lower(at_or_end(end));
    return std::ranges::any_of(words_.words(), [&](std::string_view word) {
      for (std::size_t length = 0; length < word.size(); ++length) {
        const bool fits = length + 1 == word.size() || next == word[length + 1] || may_hide(next);
        if (fits && word[length] == to_lower(c) && stands_before(begin, word, length)) return true;
      }
      return false;
    });
  }

  [[nodiscard]] bool hides_by_percent(std::size_t at) const noexcept {
    const char first = at_or_end(at + 1);
    if (may_hide(first)) return true;
    const int high = hex_value(first);
    if (high < 0) return false;
    const char second = at_or_end(at + 2);
    const int low = hex_value(second);
    return low < 0 ? may_hide(second) : !stands_alone(static_cast<char>(high * 16 + low));
  }

  // Those before the last one are of languages within others. What stands behind it means in each
  // language something else: itself, a control character, or the first digit of a number.
  [[nodiscard]] std::size_t pass_backslash(std::size_t begin) const {
    constexpr std::string_view controls = "nrtbfv";
    const std::size_t at = std::min(text_.find_first_not_of('\\', begin), text_.size());
    if (at == text_.size()) return at;
    const char c = text_[at];
    const bool may_be_lost = is_control(c) || controls.find(c) != std::string_view::npos;
    const bool hides = (may_be_lost && parts_word(begin, std::max(behind_lost(at - 1), at + 1))) ||
                       goes_on_with(c, begin, at + 1) || c == 'x' ||
                       (c == 'u' && hides_by_unit(at + 1)) ||
                       (hex_value(c) >= 0 && hides_by_digits(begin, at));
    if (hides) return begin;
    return c == '&' || c == '%' ? at : at + 1;
  }

  // Behind "\u".
  [[nodiscard]] bool hides_by_unit(std::size_t at) const {
    int unit = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const int digit = hex_value(at_or_end(at + i));
      if (digit < 0) return true;
      unit = unit * 16 + digit;
    }
    if (unit == '&') return begins_hiding_reference(text_.substr(at + 4));
    return unit < 0x80 && !stands_alone(static_cast<char>(unit));
  }

  // A number of CSS, the white space behind which is part of it, or an octal one of JavaScript.
  [[nodiscard]] bool hides_by_digits(std::size_t begin, std::size_t at) const noexcept {
    constexpr std::size_t most = 6;
    constexpr std::size_t most_octal = 3;
    int character = 0;
    int octal = 0;
    std::size_t end = at;
    std::size_t octal_end = at;
    for (; end < text_.size() && end - at < most && hex_value(text_[end]) >= 0; ++end) {
      const int digit = hex_value(text_[end]);
      character = character * 16 + digit;
      if (octal_end == end && end - at < most_octal && digit < 8 && octal * 8 + digit < 0x100) {
        octal = octal * 8 + digit;
        ++octal_end;
      }
    }
    const char next = at_or_end(end);
    if (may_hide(next) && !is_control(next)) return true;
    if (end < text_.size() && next == ' ') ++end;
    return hides_as(character, begin, end) || (octal_end > at && hides_as(octal, begin, octal_end));
  }

  // Whether what stands for that character from `begin` to `end` hides something.
  [[nodiscard]] bool hides_as(int character, std::size_t begin, std::size_t end) const noexcept {
    if (character < 0x20) return parts_word(begin, end);
    return character < 0x80 && !stands_alone(static_cast<char>(character));
  }

  const MediaWords& words_;
  const std::string_view text_;
  const std::size_t from_;
};

}  // namespace

bool stands_alone(char c) noexcept {
  return !MediaWords::may_hold(c) && c != '%' && c != '&' && c != '#' && c != ';' && c != '\\' &&
         !is_control(c);
}

bool begins_hiding_reference(std::string_view text) {
  while (true) {
    const bool numeric = text.starts_with('#');
    std::size_t end = numeric ? 1 : 0;
    while (end < text.size() && is_alnum(text[end]))
      ++end;
    // The separator of a query.
    if (!numeric && (end == 0 || (end < text.size() && text[end] == '='))) return false;
    const bool ends = end < text.size() && text[end] == ';';
    if (numeric && !ends) return true;
    if (ends) ++end;
    const std::string meant = character_reference(text.substr(0, end));
    if (meant.empty()) return numeric;
    // In a document within the value it begins another one.
    if (meant != "&") return !std::ranges::all_of(meant, stands_alone);
    text.remove_prefix(end);
  }
}

std::size_t find_hiding_place(const MediaWords& words, std::string_view text, std::size_t from) {
  const FindHider find = fastest_find_hider();
  const Hiders hiders(words, text, from);
  std::size_t at = find(text, from);
  while (at < text.size()) {
    const std::size_t behind = hiders.pass(at);
    if (behind == at) return at;
    at = find(text, behind);
  }
  return text.size();
}

}  // namespace signgate::rewrite
