// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/json_scanner.hpp"

#include "gateway/rewrite/value_marks.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace signgate::rewrite {
namespace {

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Whether the byte says more than that there is a value, or more of one.
constexpr bool is_structure(char c) noexcept {
  return c == '"' || c == ',' || c == ':' || (c | 0x20) == '{' || (c | 0x20) == '}' ||
         c == JsonScanner::record_separator;
}

// The next byte from `at` on that is no white space; text.size() when there is none.
std::size_t behind_blanks(std::string_view text, std::size_t at) noexcept {
#ifdef __SSE2__
  const auto is = [](__m128i block, char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
  for (; text.size() - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i blank = _mm_or_si128(_mm_or_si128(is(block, ' '), is(block, '\t')),
                                       _mm_or_si128(is(block, '\n'), is(block, '\r')));
    const auto marks = static_cast<unsigned>(_mm_movemask_epi8(blank)) ^ 0xffffU;
    if (marks != 0) return at + static_cast<std::size_t>(__builtin_ctz(marks));
  }
#endif
  while (at < text.size() && is_blank(text[at]))
    ++at;
  return at;
}

// Likewise the next one that is structure.
std::size_t next_structure(std::string_view text, std::size_t at) noexcept {
#ifdef __SSE2__
  const auto is = [](__m128i block, char c) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(c)); };
  const __m128i bit = _mm_set1_epi8(0x20);
  for (; text.size() - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i lower = _mm_or_si128(block, bit);
    const __m128i found =
        _mm_or_si128(_mm_or_si128(_mm_or_si128(is(block, '"'), is(block, ',')), is(block, ':')),
                     _mm_or_si128(_mm_or_si128(is(lower, '{'), is(lower, '}')),
                                  is(block, JsonScanner::record_separator)));
    const auto marks = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (marks != 0) return at + static_cast<std::size_t>(__builtin_ctz(marks));
  }
#endif
  while (at < text.size() && !is_structure(text[at]))
    ++at;
  return at;
}

}  // namespace

bool JsonScanner::next(std::string_view window) noexcept {
  while (position_ < window.size()) {
    if (passing_) {
      pass_string(window);
      continue;
    }
    switch (window[position_++]) {
      case '"':
        if (begin_string()) return true;
        break;
      case '{':
        open(true);
        break;
      case '[':
        open(false);
        break;
      case '}':
      case ']':
        close();
        break;
      case ',':
        expect_ = in_object() ? Expect::name : Expect::value;
        break;
      case ':':
        if (in_object()) expect_ = Expect::value;
        break;
      case record_separator:
        begin_text();
        break;
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        position_ = behind_blanks(window, position_);
        break;
      default:
        // A number or a word is a value too; of what else stands where one is expected nothing is
        // known.
        if (depth_ > 0 && expect_ == Expect::value) expect_ = Expect::nothing;
        position_ = next_structure(window, position_);
        break;
    }
  }
  return false;
}

void JsonScanner::open(bool object) noexcept {
  if (depth_ < depth_limit) {
    objects_[depth_] = object;
  } else if (depth_ == depth_limit) {
    ++too_deep_;
  }
  ++depth_;
  expect_ = object ? Expect::name : Expect::value;
}

// Which bracket it is does not matter where all is well, and where it is not nobody can tell which
// one is wrong.
void JsonScanner::close() noexcept {
  if (depth_ > 0) --depth_;
  expect_ = depth_ > 0 ? Expect::nothing : Expect::value;
}

bool JsonScanner::begin_string() noexcept {
  const bool is_value = expect_ == Expect::value && depth_ <= depth_limit;
  if (depth_ > 0) expect_ = Expect::nothing;
  passing_ = !is_value;
  escaped_ = false;
  return is_value;
}

void JsonScanner::pass_string(std::string_view window) noexcept {
  // A record separator ends the string also behind a backslash.
  if (escaped_ && window[position_] != record_separator) ++position_;
  escaped_ = false;
  position_ = next_in_json_string(window, position_);
  if (position_ == window.size()) return;
  escaped_ = window[position_] == '\\';
  passing_ = escaped_;
  if (window[position_] != record_separator) ++position_;
}

void JsonScanner::begin_text() noexcept {
  depth_ = 0;
  expect_ = Expect::value;
}

}  // namespace signgate::rewrite
