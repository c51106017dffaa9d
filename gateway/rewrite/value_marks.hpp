// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace signgate::rewrite {

/// next_in_value is the next byte of a quoted value from `at` on that is its `quote`, or that may
/// hide another character: `%`, `&`, a backslash, or a control character. `end` when there is none.
/// Any thread.
[[nodiscard]] inline const char* next_in_value(const char* at, const char* end,
                                               char quote) noexcept {
#ifdef __SSE2__
  const __m128i close = _mm_set1_epi8(quote);
  const __m128i percent = _mm_set1_epi8('%');
  const __m128i ampersand = _mm_set1_epi8('&');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1f);
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(block, close), _mm_cmpeq_epi8(block, percent)),
        _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(block, ampersand), _mm_cmpeq_epi8(block, backslash)),
            _mm_cmpeq_epi8(_mm_min_epu8(block, control), block)));
    const auto marks = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (marks != 0) return at + __builtin_ctz(marks);
  }
#endif
  while (at != end && *at != quote && *at != '%' && *at != '&' && *at != '\\' &&
         static_cast<unsigned char>(*at) > 0x1f)
    ++at;
  return at;
}

/// next_in_json_string is where, from `from` on, a string of JSON goes on otherwise than by
/// characters that stand for themselves: at its quote, a backslash, or the record separator that
/// begins a new text. text.size() when there is none. Any thread.
[[nodiscard]] inline std::size_t next_in_json_string(std::string_view text,
                                                     std::size_t from) noexcept {
  std::size_t at = from;
#ifdef __SSE2__
  const __m128i close = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i separator = _mm_set1_epi8(0x1e);
  for (; text.size() - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i found =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, close), _mm_cmpeq_epi8(block, backslash)),
                     _mm_cmpeq_epi8(block, separator));
    const auto marks = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (marks != 0) return at + static_cast<std::size_t>(__builtin_ctz(marks));
  }
#endif
  while (at < text.size() && text[at] != '"' && text[at] != '\\' && text[at] != '\x1e')
    ++at;
  return at;
}

}  // namespace signgate::rewrite
