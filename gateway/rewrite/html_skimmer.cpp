// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_skimmer.hpp"

#include <array>
#include <cstring>

#include "gateway/base/byte_set.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/html_names.hpp"
#include "gateway/rewrite/url.hpp"

namespace signgate::rewrite {
namespace {

// Names in capitals are the tokenizer's: they are not compared here.
constexpr ByteSet in_tag_name("abcdefghijklmnopqrstuvwxyz0123456789-");
constexpr ByteSet in_attribute_name("abcdefghijklmnopqrstuvwxyz0123456789-_:.@");

/// Cursor goes through one tag; each step is false when the tag is not one to be passed over, or
/// when its end is not in the window.
class Cursor {
 public:
  Cursor(const char* at, const char* end, const LinkMatcher& matcher, const PageUrl& page,
         std::uint64_t& links) noexcept
      : at_(at), end_(end), matcher_(matcher), page_(page), links_(links) {}

  /// pass stands behind a `<`.
  bool pass() noexcept {
    if (*at_ == '/') {
      ++at_;
      const std::string_view name = take(in_tag_name);
      return !name.empty() && is_alpha(name.front()) && ends();
    }
    const std::string_view name = take(in_tag_name);
    if (name.empty() || !is_alpha(name.front()) || !changes_nothing(find_tag(name))) return false;
    while (!ends()) {
      if (at_ == end_ || !is_space(*at_) || !pass_attribute()) return false;
    }
    return true;
  }

  [[nodiscard]] const char* at() const noexcept { return at_; }

 private:
  // Outside of SVG and MathML.
  static bool changes_nothing(Tag tag) noexcept {
    return tag == Tag::other || tag >= Tag::svg_point;
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
    if (*at_ != '=')
      return *at_ == '>' || *at_ == '/' || (is_space(*at_) && at_[1] != '=' && !is_space(at_[1]));
    const char quote = at_[1];
    if (quote != '"' && quote != '\'') return false;
    at_ += 2;
    const void* const found = std::memchr(at_, quote, static_cast<std::size_t>(end_ - at_));
    if (found == nullptr) return false;
    const char* const close = static_cast<const char*>(found);
    const std::string_view value(at_, static_cast<std::size_t>(close - at_));
    at_ = close + 1;
    return at_ != end_ && rules_out(find_attribute(name), value);
  }

  bool rules_out(Attribute attribute, std::string_view value) noexcept {
    if (attribute == Attribute::none) return true;
    // Of equal names the first counts.
    const std::uint32_t bit = 1U << static_cast<unsigned>(attribute);
    if ((seen_ & bit) != 0) return true;
    seen_ |= bit;
    // On elements that change nothing the others mean nothing.
    if (attribute == Attribute::data) return true;
    if (is_one_url(attribute)) {
      if (value.size() >= limits::link_length || !matcher_.rules_out(value, page_)) return false;
      ++links_;
      return true;
    }
    // Without these neither url(), image-set() nor @import, however they are escaped.
    if (is_style(attribute)) return value.find_first_of("(@\\&") == std::string_view::npos;
    return !is_srcset(attribute) && attribute != Attribute::ping;
  }

  const char* at_;
  const char* const end_;
  const LinkMatcher& matcher_;
  const PageUrl& page_;
  std::uint64_t& links_;
  std::uint32_t seen_ = 0;
};

}  // namespace

std::size_t skim_html(std::string_view window, std::size_t from, const LinkMatcher& matcher,
                      const PageUrl& page, std::uint64_t& links) noexcept {
  const char* const begin = window.data();
  const char* const end = begin + window.size();
  const char* at = begin + from;
  while (at != end) {
    const void* const found = std::memchr(at, '<', static_cast<std::size_t>(end - at));
    if (found == nullptr) return window.size();
    const char* const less_than = static_cast<const char*>(found);
    // At the tokenizer's second look a link must not be counted twice.
    std::uint64_t ruled_out = 0;
    Cursor tag(less_than + 1, end, matcher, page, ruled_out);
    if (end - less_than < 3 || !tag.pass()) return static_cast<std::size_t>(less_than - begin);
    links += ruled_out;
    at = tag.at();
  }
  return window.size();
}

}  // namespace signgate::rewrite
