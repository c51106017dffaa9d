// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/text_links.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/byte_set.hpp"
#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::string_view plain_scheme = "http://";
constexpr std::string_view safe_scheme = "https://";

constexpr ByteSet sentence_marks(".,;:!?");

constexpr std::string_view openers = "([{";
constexpr std::string_view closers = ")]}";

constexpr bool is_stop(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7F || c == '"' || c == '\'' || c == '`' || c == '<' ||
         c == '>' || c == '\\';
}

enum class Mark : std::uint8_t { no, yes, cut };

// Whether a space, quote or other punctuation beyond ASCII begins the text: U+00A0, U+00AB, U+00BB,
// U+2000 to U+206F, U+3000 to U+303F, U+FF00 to U+FF0F.
Mark begins_with_mark(std::string_view text) noexcept {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  if (lead != 0xC2 && lead != 0xE2 && lead != 0xE3 && lead != 0xEF) return Mark::no;
  if (text.size() < 2) return Mark::cut;
  const unsigned second = at(1);
  if (lead == 0xC2)
    return second == 0xA0 || second == 0xAB || second == 0xBB ? Mark::yes : Mark::no;
  if (lead == 0xE3) return second == 0x80 ? Mark::yes : Mark::no;
  if (lead == 0xE2 && second == 0x80) return Mark::yes;
  const bool third_counts = lead == 0xE2 ? second == 0x81 : second == 0xBC;
  if (!third_counts) return Mark::no;
  if (text.size() < 3) return Mark::cut;
  return at(2) < (lead == 0xE2 ? 0xB0 : 0x90) ? Mark::yes : Mark::no;
}

}  // namespace

TextLinkBegin may_begin_text_link(std::string_view text) noexcept {
  if (istarts_with(text, plain_scheme) || istarts_with(text, safe_scheme))
    return TextLinkBegin::yes;
  const bool maybe =
      (text.size() < plain_scheme.size() && iequals(text, plain_scheme.substr(0, text.size()))) ||
      (text.size() < safe_scheme.size() && iequals(text, safe_scheme.substr(0, text.size())));
  return maybe ? TextLinkBegin::maybe : TextLinkBegin::no;
}

void TextLinkScanner::reset(std::size_t position) noexcept {
  position_ = position;
  begin_ = nowhere;
  before_ = ' ';
}

bool TextLinkScanner::next(std::string_view text, TextLink& link) noexcept {
  for (;;) {
    if (begin_ == nowhere && !find_begin(text)) return false;
    if (!find_end(text)) return false;
    if (take(text, link)) return true;
  }
}

bool TextLinkScanner::finish(std::string_view text, TextLink& link) noexcept {
  position_ = text.size();
  return begin_ != nowhere && take(text, link);
}

// In "git+https://" the scheme is another one.
bool TextLinkScanner::may_begin_at(std::string_view text, std::size_t place) const noexcept {
  const char before = byte_before(text, place);
  return !is_alnum(before) && before != '+';
}

// Where the link begins that has its first slash there; nowhere: none does.
std::size_t TextLinkScanner::link_begin(std::string_view text, std::size_t slash) const noexcept {
  constexpr std::string_view slashes = "//";
  for (const std::string_view scheme : {plain_scheme, safe_scheme}) {
    const std::size_t length = scheme.size() - slashes.size();
    if (slash - position_ < length) continue;
    const std::size_t begin = slash - length;
    if (istarts_with(text.substr(begin), scheme) && may_begin_at(text, begin)) return begin;
  }
  if (!rooted_) return nowhere;
  const char before = byte_before(text, slash);
  const bool begins = is_stop(before) ? before != '\\' : openers.find(before) != openers.npos;
  return begins ? slash : nowhere;
}

bool TextLinkScanner::find_begin(std::string_view text) noexcept {
  for (std::size_t from = position_;;) {
    const std::size_t slash = text.find('/', from);
    if (slash == std::string_view::npos) break;
    from = slash + 1;
    const std::size_t begin = link_begin(text, slash);
    if (begin == nowhere) continue;
    begin_ = begin;
    position_ = from;
    given_up_ = false;
    open_ = {};
    return true;
  }
  std::size_t place = text.size() - std::min(text.size() - position_, safe_scheme.size() - 1);
  while (place < text.size() && !(may_begin_at(text, place) &&
                                  may_begin_text_link(text.substr(place)) == TextLinkBegin::maybe))
    ++place;
  if (place > position_) before_ = text[place - 1];
  position_ = place;
  return false;
}

bool TextLinkScanner::find_end(std::string_view text) noexcept {
  for (; position_ < text.size(); ++position_) {
    const char c = text[position_];
    if (is_stop(c)) return true;
    if (const std::size_t kind = openers.find(c); kind != std::string_view::npos) {
      ++open_[kind];
    } else if (const std::size_t closed = closers.find(c); closed != std::string_view::npos) {
      if (open_[closed] == 0) return true;
      --open_[closed];
    } else {
      const Mark mark = begins_with_mark(text.substr(position_));
      if (mark == Mark::yes) return true;
      if (mark == Mark::cut) return false;
    }
    if (!given_up_ && position_ - begin_ >= limits::link_length) {
      given_up_ = true;
      ++too_long_;
    }
  }
  return false;
}

// The link that ends at position_, or false if there is nothing of it behind its scheme, or too
// much.
bool TextLinkScanner::take(std::string_view text, TextLink& link) noexcept {
  const std::size_t begin = std::exchange(begin_, nowhere);
  before_ = ' ';  // what stands at position_ begins no link
  if (given_up_) return false;
  link = {begin, position_};
  while (sentence_marks.contains(text[link.end - 1]))
    --link.end;
  std::size_t least = 1;
  if (text[begin] != '/')
    least = to_lower(text[begin + 4]) == 's' ? safe_scheme.size() : plain_scheme.size();
  return link.end - begin > least;
}

void TextLinkScanner::drop(std::size_t count) {
  SIGNGATE_CHECK(count <= hold());
  position_ -= count;
  if (begin_ == nowhere) return;
  // What was given up has left.
  begin_ = given_up_ ? 0 : begin_ - count;
}

}  // namespace signgate::rewrite
