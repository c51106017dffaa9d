// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/media_words.hpp"

#include <algorithm>

#include "gateway/base/byte_set.hpp"
#include "gateway/rewrite/ascii.hpp"

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace signgate::rewrite {
namespace {

constexpr ByteSet in_word("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

// The same for a letter in both cases; what else it makes equal is looked at again.
constexpr char fold(char c) noexcept {
  return static_cast<char>(c | 0x20);
}

// What is escaped in a normalised path may stand as itself in a link.
std::string longest_run(std::string_view text) {
  std::string_view longest;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && in_word.contains(text[end]))
      ++end;
    if (end - begin > longest.size()) longest = text.substr(begin, end - begin);
    const bool is_escape = end < text.size() && text[end] == '%';
    begin = end + (is_escape ? 3 : 1);
  }
  std::string word(longest);
  std::ranges::transform(word, word.begin(), to_lower);
  return word;
}

// An address may be written in many ways.
bool is_name(std::string_view host) noexcept {
  const std::size_t dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  return !last.empty() && is_alpha(last.front());
}

bool holds_at(std::string_view text, std::size_t at, std::string_view word) noexcept {
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (to_lower(text[at + i]) != word[i]) return false;
  }
  return true;
}

// Where both ends of a word may stand, in whatever case: `last` is `behind` bytes behind `first`.
struct Ends {
  char first;
  char last;
  std::size_t behind;
};

// The next place from `at` on where both ends stand; where it stopped looking if there is none, as
// fewer bytes are left than it looks at at once.
using FindEnds = std::size_t (*)(std::string_view text, std::size_t at, const Ends& ends) noexcept;

#ifdef __SSE2__
std::size_t find_ends(std::string_view text, std::size_t at, const Ends& ends) noexcept {
  const __m128i bit = _mm_set1_epi8(0x20);
  const __m128i first = _mm_set1_epi8(ends.first);
  const __m128i last = _mm_set1_epi8(ends.last);
  for (; at + ends.behind + sizeof(__m128i) <= text.size(); at += sizeof(__m128i)) {
    const auto* const block = reinterpret_cast<const __m128i*>(text.data() + at);
    const auto* const later = reinterpret_cast<const __m128i*>(text.data() + at + ends.behind);
    const __m128i found =
        _mm_and_si128(_mm_cmpeq_epi8(_mm_or_si128(_mm_loadu_si128(block), bit), first),
                      _mm_cmpeq_epi8(_mm_or_si128(_mm_loadu_si128(later), bit), last));
    const auto marks = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (marks != 0) return at + static_cast<std::size_t>(__builtin_ctz(marks));
  }
  return at;
}

[[gnu::target("avx2")]] std::size_t find_ends_by_avx2(std::string_view text, std::size_t at,
                                                      const Ends& ends) noexcept {
  const __m256i bit = _mm256_set1_epi8(0x20);
  const __m256i first = _mm256_set1_epi8(ends.first);
  const __m256i last = _mm256_set1_epi8(ends.last);
  for (; at + ends.behind + sizeof(__m256i) <= text.size(); at += sizeof(__m256i)) {
    const auto* const block = reinterpret_cast<const __m256i*>(text.data() + at);
    const auto* const later = reinterpret_cast<const __m256i*>(text.data() + at + ends.behind);
    const __m256i found =
        _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_or_si256(_mm256_loadu_si256(block), bit), first),
                         _mm256_cmpeq_epi8(_mm256_or_si256(_mm256_loadu_si256(later), bit), last));
    const auto marks = static_cast<unsigned>(_mm256_movemask_epi8(found));
    if (marks != 0) return at + static_cast<std::size_t>(__builtin_ctz(marks));
  }
  return at;
}

FindEnds fastest_find_ends() noexcept {
  static const FindEnds fastest = __builtin_cpu_supports("avx2") ? find_ends_by_avx2 : find_ends;
  return fastest;
}
#endif

}  // namespace

std::size_t find_ignoring_case(std::string_view text, std::size_t from,
                               std::string_view word) noexcept {
  std::size_t at = from;
#ifdef __SSE2__
  const FindEnds find = fastest_find_ends();
  const Ends ends{
      .first = fold(word.front()), .last = fold(word.back()), .behind = word.size() - 1};
  while (at + word.size() <= text.size()) {
    const std::size_t next = find(text, at, ends);
    if (next + word.size() > text.size() || fold(text[next]) != ends.first) {
      at = next;
      break;
    }
    if (holds_at(text, next, word)) return next;
    at = next + 1;
  }
#endif
  for (; at + word.size() <= text.size(); ++at) {
    if (fold(text[at]) == fold(word.front()) && holds_at(text, at, word)) return at;
  }
  return text.size();
}

void MediaWords::add(const Url& prefix, bool own_origin) {
  std::string word = longest_run(prefix.path);
  if (word.size() < shortest && !own_origin && is_name(prefix.host))
    word = longest_run(prefix.host);
  if (word.size() < shortest) {
    complete_ = false;
    return;
  }
  const auto holds = [&](const std::string& other) { return word.find(other) != word.npos; };
  if (std::ranges::any_of(words_, holds)) return;
  std::erase_if(words_, [&](const std::string& other) { return other.find(word) != other.npos; });
  words_.push_back(std::move(word));
  complete_ = complete_ && words_.size() <= most;
}

bool MediaWords::may_hold(char c) noexcept {
  return in_word.contains(c);
}

bool MediaWords::tell(const PageUrl& page) const noexcept {
  if (!complete_) return false;
  const Url& base = page.base();
  return std::ranges::none_of(words_, [&](const std::string& word) {
    return find_ignoring_case(base.path, 0, word) != base.path.size() ||
           find_ignoring_case(base.host, 0, word) != base.host.size();
  });
}

void WordSearch::search(Place& place, const std::string& word, std::string_view text,
                        std::size_t begin) noexcept {
  if (place.free_until < begin) place = {.free_until = begin, .found = false};
  if (place.found || place.free_until + word.size() > text.size()) return;
  const std::size_t found = find_ignoring_case(text, place.free_until, word);
  place.found = found != text.size();
  place.free_until = place.found ? found : text.size() - word.size() + 1;
}

std::size_t WordSearch::free_from(const MediaWords& words, std::string_view text,
                                  std::size_t begin) noexcept {
  std::size_t until = text.size();
  for (std::size_t i = 0; i < words.words().size(); ++i) {
    search(places_[i], words.words()[i], text, begin);
    if (places_[i].found) until = std::min(until, places_[i].free_until);
  }
  return until;
}

bool WordSearch::is_free(const MediaWords& words, std::string_view text, std::size_t begin,
                         std::size_t end) noexcept {
  for (std::size_t i = 0; i < words.words().size(); ++i) {
    const std::string& word = words.words()[i];
    Place& place = places_[i];
    if (end - begin < word.size()) continue;
    const std::size_t last = end - word.size();
    if (last < place.free_until) continue;
    search(place, word, text, begin);
    if (place.found && place.free_until <= last) return false;
  }
  return true;
}

void WordSearch::drop(std::size_t count) noexcept {
  for (Place& place : places_) {
    // A word that went with the front is none of those to come.
    if (place.free_until < count) place.found = false;
    place.free_until -= std::min(place.free_until, count);
  }
}

}  // namespace signgate::rewrite
