// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_marks.hpp"

#include <array>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace signgate::rewrite {
namespace {

void mark_bytes(const char* text, std::size_t blocks, HtmlMarks* out) noexcept {
  for (std::size_t block = 0; block < blocks; ++block) {
    HtmlMarks marks;
    for (std::size_t i = 0; i < HtmlMarks::width; ++i) {
      const char c = text[block * HtmlMarks::width + i];
      const bool control = static_cast<unsigned char>(c) < 0x20;
      const auto mark = [&](std::uint64_t& set, bool is) { set |= std::uint64_t{is} << i; };
      mark(marks.less_than, c == '<');
      mark(marks.greater_than, c == '>');
      mark(marks.two, c == '"');
      mark(marks.one, c == '\'');
      mark(marks.equals, c == '=');
      mark(marks.hides, control || c == '%' || c == '&' || c == '\\');
      mark(marks.separates, control || c == ' ' || c == '/');
      mark(marks.slash, c == '/');
    }
    out[block] = marks;
  }
}

#ifdef __x86_64__
[[gnu::target("avx2")]] inline __m256i is(__m256i bytes, char c) noexcept {
  return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c));
}

[[gnu::target("avx2")]] inline void add(std::uint64_t& set, unsigned half, __m256i found) noexcept {
  const auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(found));
  set |= std::uint64_t{mask} << (32 * half);
}

[[gnu::target("avx2")]] void mark_by_avx2(const char* text, std::size_t blocks,
                                          HtmlMarks* out) noexcept {
  for (std::size_t block = 0; block < blocks; ++block) {
    HtmlMarks marks;
    for (unsigned half = 0; half < 2; ++half) {
      const char* const at = text + block * HtmlMarks::width + std::size_t{32} * half;
      const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
      const __m256i control =
          _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
      const __m256i escape = _mm256_or_si256(is(bytes, '%'), is(bytes, '&'));
      add(marks.less_than, half, is(bytes, '<'));
      add(marks.greater_than, half, is(bytes, '>'));
      add(marks.two, half, is(bytes, '"'));
      add(marks.one, half, is(bytes, '\''));
      add(marks.equals, half, is(bytes, '='));
      add(marks.hides, half, _mm256_or_si256(_mm256_or_si256(control, escape), is(bytes, '\\')));
      add(marks.slash, half, is(bytes, '/'));
      add(marks.separates, half, _mm256_or_si256(control, is(bytes, ' ')));
    }
    marks.separates |= marks.slash;
    out[block] = marks;
  }
}

[[gnu::target("avx512bw")]] inline std::uint64_t is(__m512i bytes, char c) noexcept {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c));
}

[[gnu::target("avx512bw")]] void mark_by_avx512(const char* text, std::size_t blocks,
                                                HtmlMarks* out) noexcept {
  for (std::size_t block = 0; block < blocks; ++block) {
    const __m512i bytes = _mm512_loadu_si512(text + block * HtmlMarks::width);
    const std::uint64_t control = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(' '));
    const std::uint64_t slash = is(bytes, '/');
    out[block] = {.less_than = is(bytes, '<'),
                  .greater_than = is(bytes, '>'),
                  .two = is(bytes, '"'),
                  .one = is(bytes, '\''),
                  .equals = is(bytes, '='),
                  .hides = control | is(bytes, '%') | is(bytes, '&') | is(bytes, '\\'),
                  .separates = control | is(bytes, ' ') | slash,
                  .slash = slash};
  }
}
#endif

struct Markers {
  std::array<MarkHtml, 3> list{};
  std::size_t count = 0;
};

Markers find_markers() noexcept {
  Markers found;
  const auto add = [&](MarkHtml marker) { found.list[found.count++] = marker; };
  add(mark_bytes);
#ifdef __x86_64__
  // The latter is what HtmlStretch wants besides.
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("pclmul")) return found;
  add(mark_by_avx2);
  if (__builtin_cpu_supports("avx512bw")) add(mark_by_avx512);
#endif
  return found;
}

}  // namespace

std::span<const MarkHtml> html_markers() noexcept {
  static const Markers found = find_markers();
  return std::span(found.list).first(found.count);
}

}  // namespace signgate::rewrite
