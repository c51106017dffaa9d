// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/media_words.hpp"

#include <algorithm>

#include "gateway/base/byte_set.hpp"
#include "gateway/rewrite/ascii.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
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

std::size_t find_word(std::string_view text, std::size_t from, std::string_view word) noexcept {
  std::size_t at = from;
#ifdef __SSE2__
  const __m128i bit = _mm_set1_epi8(0x20);
  const __m128i first = _mm_set1_epi8(fold(word.front()));
  const __m128i last = _mm_set1_epi8(fold(word.back()));
  const auto load = [&](std::size_t place) {
    const auto* block = reinterpret_cast<const __m128i*>(text.data() + place);
    return _mm_or_si128(_mm_loadu_si128(block), bit);
  };
  for (; at + word.size() - 1 + sizeof(__m128i) <= text.size(); at += sizeof(__m128i)) {
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(load(at), first),
                                       _mm_cmpeq_epi8(load(at + word.size() - 1), last));
    for (auto marks = static_cast<unsigned>(_mm_movemask_epi8(both)); marks != 0;
         marks &= marks - 1) {
      const std::size_t place = at + static_cast<std::size_t>(__builtin_ctz(marks));
      if (holds_at(text, place, word)) return place;
    }
  }
#endif
  for (; at + word.size() <= text.size(); ++at) {
    if (fold(text[at]) == fold(word.front()) && holds_at(text, at, word)) return at;
  }
  return std::string_view::npos;
}

}  // namespace

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

bool MediaWords::tell(const PageUrl& page) const noexcept {
  if (!complete_) return false;
  const Url& base = page.base();
  return std::ranges::none_of(words_, [&](const std::string& word) {
    return find_word(base.path, 0, word) != std::string_view::npos ||
           find_word(base.host, 0, word) != std::string_view::npos;
  });
}

bool WordSearch::is_free(const MediaWords& words, std::string_view text, std::size_t begin,
                         std::size_t end) noexcept {
  for (std::size_t i = 0; i < words.words().size(); ++i) {
    const std::string& word = words.words()[i];
    Place& place = places_[i];
    if (place.free_until < begin) place = {.free_until = begin, .found = false};
    if (end - begin < word.size()) continue;
    const std::size_t last = end - word.size();
    if (last < place.free_until) continue;
    if (place.found) return false;
    const std::size_t found = find_word(text, place.free_until, word);
    place.found = found != std::string_view::npos;
    place.free_until = place.found ? found : text.size() - word.size() + 1;
    if (place.found && found <= last) return false;
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
