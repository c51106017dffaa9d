// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_skimmer.hpp"

#include <array>
#include <cstring>
#include <span>

#include "gateway/base/byte_set.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/entities.hpp"
#include "gateway/rewrite/html_names.hpp"
#include "gateway/rewrite/html_stretch.hpp"
#include "gateway/rewrite/url.hpp"
#include "gateway/rewrite/value_marks.hpp"
#include "policy/byte_marks.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace signgate::rewrite {
namespace {

// Names in capitals are the tokenizer's: they are not compared here.
constexpr ByteSet in_tag_name("abcdefghijklmnopqrstuvwxyz0123456789-");
constexpr ByteSet in_attribute_name("abcdefghijklmnopqrstuvwxyz0123456789-_:.@");

// A value that may be media, between its quotes.
struct PlainValue {
  std::string_view text;
  char quote;
};

// What an attribute's name ends with before its `=`.
constexpr ByteSet ends_attribute_name(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:.@");
constexpr ByteSet behind_value(" \t\n\f\r/>");

// Outside of values: the next `>`, `=` or quote at `at` or behind it. `end` when there is none.
const char* next_mark(const char* at, const char* end) noexcept {
#ifdef __SSE2__
  const __m128i greater = _mm_set1_epi8('>');
  const __m128i equals = _mm_set1_epi8('=');
  const __m128i two = _mm_set1_epi8('"');
  const __m128i one = _mm_set1_epi8('\'');
  for (; end - at >= 16; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, greater), _mm_cmpeq_epi8(block, equals)),
                     _mm_or_si128(_mm_cmpeq_epi8(block, two), _mm_cmpeq_epi8(block, one)));
    const auto marks = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (marks != 0) return at + __builtin_ctz(marks);
  }
#endif
  while (at != end && *at != '>' && *at != '=' && *at != '"' && *at != '\'')
    ++at;
  return at;
}

// Where the value ends that begins at `at`: at its quote. Null if something in it may hide
// another character, or if it does not end.
const char* end_of_open_value(const char* at, const char* end, char quote) noexcept {
  constexpr std::string_view reference = "&amp;";
  while (true) {
    at = next_in_value(at, end, quote);
    if (at == end) return nullptr;
    if (*at == quote) return at;
    if (!std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(reference))
      return nullptr;
    at += reference.size();
  }
}

// Where a tag ends whose attributes begin at `at`, behind its `>`, if they are all names or
// NAME="VALUE" and nothing in them is escaped; else null. Whatever else stands there is part of
// some name.
const char* behind_open_tag(const char* at, const char* end) noexcept {
  while (true) {
    const char* const mark = next_mark(at, end);
    if (mark == end) return nullptr;
    if (*mark == '>') return mark + 1;
    if (*mark != '=' || mark == at || !ends_attribute_name.contains(mark[-1]) || end - mark < 3)
      return nullptr;
    const char quote = mark[1];
    if (quote != '"' && quote != '\'') return nullptr;
    const char* const close = end_of_open_value(mark + 2, end, quote);
    if (close == nullptr || end - close < 2 || !behind_value.contains(close[1])) return nullptr;
    at = close + 1;
  }
}

// Where the name of a common element ends that begins at `at`, by one look at eight bytes; null for
// any other.
const char* behind_common_name(const char* at, const char* end) noexcept {
  if (!policy::words_are_ordered || end - at < 8) return nullptr;
  const std::uint64_t word = policy::load_word(at);
  // White space, "/" and what else no name here has; the lowest mark is exact.
  const std::uint64_t stops = policy::marks_below(word, '0') | policy::marks_of(word, '>');
  if (stops == 0) return nullptr;
  const std::size_t length = policy::first_mark(stops);
  return is_common_tag(word & ((std::uint64_t{1} << (8 * length)) - 1)) ? at + length : nullptr;
}

// Outside of SVG and MathML.
bool changes_nothing(Tag tag) noexcept {
  return tag == Tag::other || tag >= Tag::svg_point;
}

/// Cursor goes through one tag; each step is false when the tag is not one to be passed over, or
/// when its end is not in the window.
class Cursor {
 public:
  Cursor(const char* at, const char* end, const LinkMatcher& matcher, const PageUrl& page,
         bool takes_links, std::string_view window, WordSearch* words) noexcept
      : at_(at),
        end_(end),
        matcher_(matcher),
        page_(page),
        takes_links_(takes_links),
        window_(window),
        words_(words) {}

  /// pass stands behind a `<`.
  bool pass() noexcept {
    if (*at_ == '/') {
      ++at_;
      if (take_common_name()) return ends();
      const std::string_view name = take(in_tag_name);
      return !name.empty() && is_alpha(name.front()) && ends();
    }
    if (!take_common_name()) {
      const std::string_view name = take(in_tag_name);
      if (name.empty() || !is_alpha(name.front()) || !changes_nothing(find_tag(name))) return false;
    }
    if (words_ != nullptr && pass_without_words()) return true;
    while (!ends()) {
      if (at_ == end_ || !is_space(*at_) || !pass_attribute()) return false;
    }
    // The policy of a link may have to change with it.
    return taken_ == 0 || (seen_ & bit_of(Attribute::referrerpolicy)) == 0;
  }

  [[nodiscard]] const char* at() const noexcept { return at_; }

  /// ruled_out is how many links were; taken are those that are left to be matched.
  [[nodiscard]] std::uint64_t ruled_out() const noexcept { return ruled_out_; }
  [[nodiscard]] std::span<const PlainValue> taken() const noexcept {
    return std::span(values_).first(taken_);
  }

 private:
  // Whether the whole tag holds no link that may be media, as none of the words is in it.
  bool pass_without_words() noexcept {
    if (at_ == end_ || !behind_value.contains(*at_)) return false;
    const char* const behind = behind_open_tag(at_, end_);
    if (behind == nullptr) return false;
    const auto begin = static_cast<std::size_t>(at_ - window_.data());
    const auto end = static_cast<std::size_t>(behind - window_.data());
    if (!words_->is_free(matcher_.words(), window_, begin, end)) return false;
    at_ = behind;
    return true;
  }

  bool take_common_name() noexcept {
    const char* const behind = behind_common_name(at_, end_);
    if (behind == nullptr) return false;
    at_ = behind;
    return true;
  }

  std::string_view take(const ByteSet& members) noexcept {
    const char* const begin = at_;
    while (at_ != end_ && members.contains(*at_))
      ++at_;
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }

  // Whether the tag ends here.
  bool ends() noexcept {
    if (end_ - at_ > 1 && *at_ == '/' && at_[1] == '>') ++at_;
    if (at_ == end_ || *at_ != '>') return false;
    ++at_;
    return true;
  }

  bool pass_attribute() noexcept {
    while (at_ != end_ && is_space(*at_))
      ++at_;
    if (at_ == end_) return false;
    if (*at_ == '>' || *at_ == '/') return true;
    const std::string_view name = take(in_attribute_name);
    if (name.empty() || end_ - at_ < 2) return false;
    // A name alone; with a blank before its `=` it is the tokenizer's.
    if (*at_ != '=') {
      const Attribute attribute = find_attribute(name);
      if (attribute != Attribute::none) seen_ |= bit_of(attribute);
      return *at_ == '>' || *at_ == '/' || (is_space(*at_) && at_[1] != '=' && !is_space(at_[1]));
    }
    const char quote = at_[1];
    if (quote != '"' && quote != '\'') return false;
    at_ += 2;
    const void* const found = std::memchr(at_, quote, static_cast<std::size_t>(end_ - at_));
    if (found == nullptr) return false;
    const char* const close = static_cast<const char*>(found);
    const std::string_view value(at_, static_cast<std::size_t>(close - at_));
    at_ = close + 1;
    return at_ != end_ && pass_value(find_attribute(name), value, quote);
  }

  static constexpr std::uint32_t bit_of(Attribute attribute) noexcept {
    return 1U << static_cast<unsigned>(attribute);
  }

  bool pass_value(Attribute attribute, std::string_view value, char quote) noexcept {
    if (attribute == Attribute::none) return true;
    // Of equal names the first counts.
    if ((seen_ & bit_of(attribute)) != 0) return true;
    seen_ |= bit_of(attribute);
    // On elements that change nothing the others mean nothing.
    if (attribute == Attribute::data) return true;
    if (is_one_url(attribute)) {
      if (value.size() >= limits::link_length) return false;
      if (!matcher_.rules_out(value, page_)) return take_link(value, quote);
      ++ruled_out_;
      return true;
    }
    // Without these neither url(), image-set() nor @import, however they are escaped.
    if (is_style(attribute)) return value.find_first_of("(@\\&") == std::string_view::npos;
    return !is_srcset(attribute) && attribute != Attribute::ping;
  }

  bool take_link(std::string_view value, char quote) noexcept {
    if (!takes_links_ || taken_ == values_.size() || !AttributeText::is_plain(value, {}))
      return false;
    if (!has_other_scheme(value)) values_[taken_++] = {value, quote};
    return true;
  }

  const char* at_;
  const char* const end_;
  const LinkMatcher& matcher_;
  const PageUrl& page_;
  const bool takes_links_;
  const std::string_view window_;
  WordSearch* const words_;
  std::uint64_t ruled_out_ = 0;
  std::array<PlainValue, 4> values_;  // more is the tokenizer's
  std::size_t taken_ = 0;
  std::uint32_t seen_ = 0;
};

// Where a common tag without attributes ends that begins with the `<` at `at`; null for any other.
inline const char* behind_bare_tag(const char* at, const char* end) noexcept {
  if (!policy::words_are_ordered || end - at < 10) return nullptr;
  const char* const name = at + (at[1] == '/' ? 2 : 1);
  const std::uint64_t word = policy::load_word(name);
  const std::uint64_t closes = policy::marks_of(word, '>');
  if (closes == 0) return nullptr;
  const std::size_t length = policy::first_mark(closes);
  const std::uint64_t name_only = word & ((std::uint64_t{1} << (8 * length)) - 1);
  return is_common_tag(name_only) ? name + length + 1 : nullptr;
}

// Where a comment ends that begins with the `<` at `at`; null for what is none, or does not end at
// a `>` at which any reader sees its end. Of "<!-->" and "<!--->" that is the end too.
const char* behind_comment(const char* at, const char* end) noexcept {
  constexpr std::string_view opening = "<!--";
  if (!std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(opening))
    return nullptr;
  for (at += opening.size(); at != end; ++at) {
    at = static_cast<const char*>(std::memchr(at, '>', static_cast<std::size_t>(end - at)));
    if (at == nullptr) return nullptr;
    if (at[-1] == '-' && at[-2] == '-') return at + 1;
    if (at[-1] == '!') return nullptr;
  }
  return nullptr;
}

// Whether the start tag whose name is at `name`, which HtmlStretch found and in which there is no
// media word, can be passed over: by its name alone.
bool has_plain_name(const char* name, const char* end) noexcept {
  const char* behind = behind_common_name(name, end);
  if (behind == nullptr) {
    behind = name;
    while (in_tag_name.contains(*behind))
      ++behind;
    const std::string_view text(name, static_cast<std::size_t>(behind - name));
    if (text.empty() || !is_alpha(text.front()) || !changes_nothing(find_tag(text))) return false;
  }
  return behind_value.contains(*behind);
}

// Passes over plain tags without media words, a stretch at a time, and over comments: `at` is then
// where the next tag has to be looked at by itself. False: that one is the tokenizer's.
bool pass_plain_tags(const char*& at, std::string_view window, const MediaWords& media,
                     WordSearch& words, RestOfDocument* rest) {
  const char* const begin = window.data();
  const char* const end = begin + window.size();
  HtmlStretch stretch;
  while (true) {
    const auto from = static_cast<std::size_t>(at - begin);
    const std::size_t until = words.free_from(media, window, from);
    if (until == window.size() && rest != nullptr && rest->is_free(media, words, window, from)) {
      at = end;
      return true;
    }
    if (until < from + HtmlMarks::width) return true;
    stretch.find(window, from, until);
    at = begin + stretch.behind();
    for (const std::uint32_t place : stretch) {
      if (has_plain_name(begin + place, end)) continue;
      const char* const less_than = begin + place - 1;
      // Where it is a comment, what the stretch took for its end is the first `>`.
      const char* const behind = behind_comment(less_than, end);
      if (behind == nullptr) {
        at = less_than;
        return false;
      }
      if (std::memchr(less_than, '>', static_cast<std::size_t>(behind - less_than - 1)) == nullptr)
        continue;
      at = behind;
      break;
    }
    if (stretch.is_odd() && at == begin + stretch.behind()) return true;
    if (at == begin + from) return true;
  }
}

}  // namespace

std::size_t skim_html(std::string_view window, std::size_t from, const LinkMatcher& matcher,
                      const PageUrl& page, std::uint64_t& links, LinkSink* sink, std::size_t most,
                      WordSearch* words, RestOfDocument* rest) {
  const char* const begin = window.data();
  const char* const end = begin + window.size();
  const char* at = begin + from;
  const bool in_stretches = words != nullptr && HtmlStretch::is_there();
  while (at != end) {
    if (in_stretches && !pass_plain_tags(at, window, matcher.words(), *words, rest))
      return static_cast<std::size_t>(at - begin);
    const void* const found = std::memchr(at, '<', static_cast<std::size_t>(end - at));
    if (found == nullptr) return window.size();
    const char* const less_than = static_cast<const char*>(found);
    if (const char* const behind = behind_bare_tag(less_than, end)) {
      at = behind;
      continue;
    }
    if (const char* const behind = behind_comment(less_than, end)) {
      at = behind;
      continue;
    }
    Cursor tag(less_than + 1, end, matcher, page, sink != nullptr, window, words);
    if (end - less_than < 3 || !tag.pass()) return static_cast<std::size_t>(less_than - begin);
    if (!tag.taken().empty()) {
      if (sink->batch().links.size() + tag.taken().size() > most)
        return static_cast<std::size_t>(less_than - begin);
      for (const PlainValue& value : tag.taken()) {
        const auto first = static_cast<std::size_t>(value.text.data() - begin);
        const Encoding encoding{.html = value.quote == '"' ? Encoding::Html::double_quoted
                                                           : Encoding::Html::single_quoted};
        sink->add(value.text, url_range(window, first, first + value.text.size()), encoding,
                  LinkContext::attribute);
      }
    }
    // Only now: at the tokenizer's second look a link must not be counted twice.
    links += tag.ruled_out();
    at = tag.at();
  }
  return window.size();
}

}  // namespace signgate::rewrite
