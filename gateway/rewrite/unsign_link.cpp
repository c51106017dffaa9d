// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/unsign_link.hpp"

#include "gateway/base/byte_set.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/signed_query.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::string_view plain_scheme = "http://";
constexpr std::string_view safe_scheme = "https://";
constexpr std::size_t least_scheme = 4;  // "http": it is there when a link begins
constexpr std::size_t longest_authority = 512;
constexpr std::size_t longest_reserved = 16;
constexpr std::size_t longest_key_pair_id = 128;

constexpr bool is_stop(std::string_view text) noexcept {
  if (text.size() != 1) return false;
  const auto byte = static_cast<unsigned char>(text.front());
  return byte <= 0x20 || byte == 0x7F ||
         std::string_view("\"<>`\\").find(text) != std::string_view::npos;
}

// URL-safe base64 as CloudFront has it, numbers, names of keys; and any of it percent-encoded.
constexpr ByteSet in_value("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~%");

// The matcher reads UTF-8 alone, and a body need not be in it.
void append_ascii(std::string_view text, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
    } else {
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
}

bool ends_with_scheme(std::string_view url) noexcept {
  for (const std::string_view scheme : {plain_scheme, safe_scheme}) {
    if (url.size() >= scheme.size() && iequals(url.substr(url.size() - scheme.size()), scheme))
      return true;
  }
  return false;
}

}  // namespace

void UnsignLink::begin() {
  part_ = Part::scheme;
  place_ = 0;
  url_.clear();
  text_.clear();
  is_below_ = is_odd_ = false;
  seen_ = 0;
}

UnsignLink::Verdict UnsignLink::read(std::string_view raw, bool last) {
  while (true) {
    if (place_ > limits::unsigned_link) {
      end_ = place_;
      return Verdict::too_long;
    }
    if (place_ == raw.size()) return last ? finish(raw) : Verdict::more;
    const Glyph glyph = read_glyph(raw.substr(place_), kind_, last);
    if (glyph.length == 0) return Verdict::more;
    const Verdict verdict = take(raw, glyph);
    if (verdict != Verdict::more) return verdict;
    place_ += glyph.length;
  }
}

UnsignLink::Verdict UnsignLink::pass(std::size_t end) noexcept {
  end_ = end;
  return Verdict::pass;
}

UnsignLink::Verdict UnsignLink::take(std::string_view raw, const Glyph& glyph) {
  switch (part_) {
    case Part::scheme:
      return take_scheme(glyph);
    case Part::authority:
      return take_authority(raw, glyph);
    case Part::path:
      return take_path(raw, glyph);
    case Part::name:
    case Part::value:
    case Part::other:
      break;
  }
  return take_query(raw, glyph);
}

UnsignLink::Verdict UnsignLink::take_scheme(const Glyph& glyph) {
  for (const char c : glyph.text)
    url_.push_back(to_lower(c));
  if (url_ == plain_scheme || url_ == safe_scheme) {
    part_ = Part::authority;
    scheme_end_ = place_ + glyph.length;
    return Verdict::more;
  }
  const bool may_become = plain_scheme.starts_with(url_) || safe_scheme.starts_with(url_);
  return may_become ? Verdict::more : pass(least_scheme);
}

// A link of another host is left at once, so that nothing of it is held back.
UnsignLink::Verdict UnsignLink::take_authority(std::string_view raw, const Glyph& glyph) {
  const bool ends = glyph.text == "/" || glyph.text == "?";
  if (!ends) {
    append_ascii(glyph.text, url_);
    const bool goes_on =
        !is_stop(glyph.text) && glyph.text != "#" && url_.size() <= longest_authority;
    return goes_on ? Verdict::more : pass(scheme_end_);
  }
  url_.push_back('/');
  if (!rules_.has_origin(url_)) return pass(scheme_end_);
  part_ = Part::path;
  return glyph.text == "?" ? open_query(raw, glyph) : Verdict::more;
}

UnsignLink::Verdict UnsignLink::take_path(std::string_view raw, const Glyph& glyph) {
  if (glyph.text == "?") return open_query(raw, glyph);
  if (glyph.text == "#" || is_stop(glyph.text)) return pass(place_);
  append_ascii(glyph.text, url_);
  // Another link: within a path of ours, as for some image servers, or behind it in some text.
  // Asked once, so that many of them cost no more than one.
  if (glyph.text == "/" && !is_below_ && ends_with_scheme(url_)) {
    is_below_ = rules_.holds(url_);
    if (!is_below_) return pass(scheme_end_);
  }
  return Verdict::more;
}

UnsignLink::Verdict UnsignLink::open_query(std::string_view raw, const Glyph& glyph) {
  if (!rules_.holds(url_)) return pass(place_);
  text_.assign(raw.substr(0, place_));
  begin_parameter(glyph);
  return Verdict::more;
}

// A further `?` begins a query of its own: that of a link which some text has put right behind.
void UnsignLink::begin_parameter(const Glyph& glyph) {
  separator_ = {place_, place_ + glyph.length};
  if (glyph.text == "?") question_ = separator_;
  parameter_ = separator_.end;
  name_.clear();
  bit_ = 0;
  part_ = Part::name;
}

UnsignLink::Verdict UnsignLink::take_query(std::string_view raw, const Glyph& glyph) {
  const bool separates = glyph.text == "&" || glyph.text == "?";
  const bool ends = glyph.text == "#" || is_stop(glyph.text);
  const bool is_of_value = glyph.text.size() == 1 && in_value.contains(glyph.text.front());
  if (part_ == Part::value && is_of_value) {
    ++value_size_;
    if (bit_ == reserved_key_pair_id && key_pair_id_.size() < longest_key_pair_id)
      key_pair_id_ += glyph.text;
    return Verdict::more;
  }
  if (separates) {
    end_parameter(raw);
    begin_parameter(glyph);
    return Verdict::more;
  }
  // Behind a value that is no more of it, the link is at its end as well.
  if (ends || part_ == Part::value) return finish(raw);
  if (part_ == Part::name && glyph.text == "=") {
    bit_ = reserved_bit(name_);
    part_ = bit_ == 0 ? Part::other : Part::value;
    value_size_ = 0;
    if (bit_ == reserved_key_pair_id) key_pair_id_.clear();
  } else if (part_ == Part::name) {
    name_ += glyph.text;
    if (name_.size() > longest_reserved) part_ = Part::other;
  }
  return Verdict::more;
}

void UnsignLink::end_parameter(std::string_view raw) {
  if (part_ == Part::name && reserved_bit(name_) != 0) is_odd_ = true;
  if (part_ == Part::value) {
    if (value_size_ == 0 || (seen_ & bit_) != 0) is_odd_ = true;
    seen_ |= bit_;
    return;
  }
  const Range before = question_.end != 0 ? question_ : separator_;
  question_ = {};
  text_.append(raw.substr(before.begin, before.end - before.begin));
  text_.append(raw.substr(parameter_, place_ - parameter_));
}

UnsignLink::Verdict UnsignLink::finish(std::string_view raw) {
  if (part_ == Part::scheme) return pass(least_scheme);
  if (part_ == Part::authority) return pass(scheme_end_);
  if (part_ == Part::path) return pass(place_);
  end_parameter(raw);
  constexpr unsigned always = reserved_signature | reserved_key_pair_id;
  const unsigned form = seen_ & (reserved_expires | reserved_policy);
  const bool whole = (seen_ & always) == always &&
                     (form == reserved_expires || form == reserved_policy) && !is_odd_;
  if (!whole || !rules_.signs(url_, key_pair_id_)) return pass(place_);
  end_ = place_;
  return Verdict::stripped;
}

}  // namespace signgate::rewrite
