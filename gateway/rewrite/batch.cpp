// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/batch.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "gateway/base/byte_block.hpp"
#include "gateway/base/byte_set.hpp"
#include "policy/byte_marks.hpp"

namespace signgate::rewrite {
namespace {

// The URL is ASCII without spaces or controls, so a backslash before the character is escape enough
// (CSS Syntax 4.3.7); no hexadecimal digit or line end is ever escaped.
void append_css(std::string_view text, Encoding::Css css, std::string& out) {
  std::string_view special;
  switch (css) {
    case Encoding::Css::none:
      break;
    case Encoding::Css::unquoted:
      special = "\"'()\\";
      break;
    case Encoding::Css::double_quoted:
      special = "\"\\";
      break;
    case Encoding::Css::single_quoted:
      special = "'\\";
      break;
  }
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out.push_back('\\');
    out.push_back(c);
  }
}

std::string_view entity(char c, Encoding::Html html) noexcept {
  const bool unquoted = html == Encoding::Html::unquoted;
  switch (c) {
    case '&':
      return "&amp;";
    case '"':
      return html == Encoding::Html::single_quoted ? "" : "&quot;";
    case '\'':
      return html == Encoding::Html::single_quoted || unquoted ? "&#39;" : "";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '`':
      return unquoted ? "&#96;" : "";
    case '=':
      return unquoted ? "&#61;" : "";
    default:
      return "";
  }
}

// The first byte from `at` on that may have to be encoded, or the text's size. What differs in one
// bit is compared without it.
std::size_t find_special(std::string_view text, std::size_t at, bool unquoted) noexcept {
  const auto marks = [unquoted](auto bytes) {
    auto hits = ((bytes & 0xFE) == '&') | (bytes == '"') | ((bytes & 0xFD) == '<');  // &' " <>
    if (unquoted) hits |= (bytes == '`') | (bytes == '=');
    return hits;
  };
  for (; policy::words_are_ordered && text.size() - at >= sizeof(ByteBlock);
       at += sizeof(ByteBlock)) {
    const BlockMarks hits(marks(load_block(text.data() + at)));
    if (hits.first != 0) return at + policy::first_mark(hits.first);
    if (hits.second != 0) return at + 8 + policy::first_mark(hits.second);
  }
  while (at < text.size() && !marks(static_cast<unsigned char>(text[at])))
    ++at;
  return at;
}

void append_html(std::string_view text, Encoding::Html html, std::string& out) {
  // A signed URL is long and has few characters to encode: it is copied in runs.
  const bool unquoted = html == Encoding::Html::unquoted;
  std::size_t copied = 0;
  for (std::size_t i = find_special(text, 0, unquoted); i < text.size();
       i = find_special(text, i + 1, unquoted)) {
    const std::string_view name = entity(text[i], html);
    if (name.empty()) continue;
    out.append(text, copied, i - copied).append(name);
    copied = i + 1;
  }
  out.append(text, copied);
}

// What was added to a link's URL to sign it: parameters of letters, digits and "-_~", with "&"
// between them. Of all that HTML has a meaning for, it has no more than these.
void append_parameters(std::string_view text, std::string& out) {
  constexpr std::string_view reference = "&amp;";
  // There are two to four.
  constexpr std::size_t at_once = 6;
  for (bool more = true; more;) {
    const std::size_t begin = out.size();
    out.resize(begin + text.size() + at_once * reference.size());
    char* to = out.data() + begin;
    for (std::size_t i = 0; i < at_once && more; ++i) {
      const std::size_t end = std::min(text.find('&'), text.size());
      to = std::copy_n(text.data(), end, to);
      more = end < text.size();
      if (!more) break;
      to = std::copy_n(reference.data(), reference.size(), to);
      text.remove_prefix(end + 1);
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
  }
}

// The form that the link takes in its own document.
void append_inner(const Link& link, std::string_view signed_url, std::string& out) {
  const Encoding encoding = link.encoding;
  if (encoding.html == Encoding::Html::none && encoding.css == Encoding::Css::none) {
    out.append(signed_url).append(link.fragment);
    return;
  }
  std::string css_text;
  std::string_view parts[] = {signed_url, link.fragment};
  if (encoding.css != Encoding::Css::none) {
    append_css(signed_url, encoding.css, css_text);
    append_css(link.fragment, encoding.css, css_text);
    parts[0] = css_text;
    parts[1] = {};
  }
  if (encoding.html == Encoding::Html::none) {
    out.append(css_text);
    return;
  }
  const bool quotes = encoding.html == Encoding::Html::add_quotes;
  if (quotes) out.push_back('"');
  const bool is_signed = encoding.css == Encoding::Css::none &&
                         encoding.html != Encoding::Html::unquoted && !link.ready &&
                         !link.url.empty() && signed_url.starts_with(link.url);
  if (is_signed) {
    append_html(link.url, encoding.html, out);
    append_parameters(signed_url.substr(link.url.size()), out);
    append_html(link.fragment, encoding.html, out);
  } else {
    for (const std::string_view part : parts)
      append_html(part, encoding.html, out);
  }
  if (quotes) out.push_back('"');
}

// A link has no control characters, so these are the only ones to escape (RFC 8259 section 7).
std::string in_json(std::string_view text, bool solidi) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    if (c == '"' || c == '\\' || (solidi && c == '/')) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

// A backslash before any character that is no letter, digit or line end stands for it in each kind
// of literal (ECMA-262, NonEscapeCharacter).
std::string in_script(std::string_view text, bool solidi) {
  constexpr ByteSet special("\"'`\\$");
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    if (special.contains(c) || (solidi && c == '/')) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string in_outer(std::string text, Encoding::Outer layer) {
  std::string out;
  switch (layer) {
    case Encoding::Outer::none:
    case Encoding::Outer::plain:
      return text;
    case Encoding::Outer::json_string:
      return in_json(text, false);
    case Encoding::Outer::json_string_solidi:
      return in_json(text, true);
    case Encoding::Outer::script_string:
      return in_script(text, false);
    case Encoding::Outer::script_string_solidi:
      return in_script(text, true);
    case Encoding::Outer::html_double_quoted:
    case Encoding::Outer::xml_text:
      append_html(text, Encoding::Html::double_quoted, out);
      return out;
    case Encoding::Outer::html_single_quoted:
      append_html(text, Encoding::Html::single_quoted, out);
      return out;
  }
  return text;
}

}  // namespace

std::string_view link_context_name(LinkContext context) noexcept {
  switch (context) {
    case LinkContext::attribute:
      return "attribute";
    case LinkContext::added_attribute:
      return "added_attribute";
    case LinkContext::srcset:
      return "srcset";
    case LinkContext::style_attribute:
      return "style_attribute";
    case LinkContext::style_element:
      return "style_element";
    case LinkContext::meta:
      return "meta";
    case LinkContext::meta_refresh:
      return "meta_refresh";
    case LinkContext::header:
      return "header";
    case LinkContext::style_sheet:
      return "style_sheet";
    case LinkContext::json:
      return "json";
    case LinkContext::playlist:
      return "playlist";
    case LinkContext::xml:
      return "xml";
    case LinkContext::manifest:
      return "manifest";
    case LinkContext::script_string:
      return "script_string";
    case LinkContext::cue:
      return "cue";
    case LinkContext::text:
      return "text";
  }
  return "";
}

bool Encoding::wrap(Outer layer) noexcept {
  const auto place = std::ranges::find(outer, Outer::none);
  if (place == outer.end()) return false;
  *place = layer;
  return true;
}

void Link::reset() noexcept {
  rule = 0;
  url.clear();
  ready = false;
  fragment.clear();
  path.clear();
  relative.clear();
  led_by_base = false;
  original = {};
  shared = no_template;
  encoding = {};
  context = LinkContext::attribute;
}

Link& Links::emplace_back() {
  if (size_ == kept_.size()) {
    ++size_;
    return kept_.emplace_back();
  }
  Link& link = kept_[size_++];
  link.reset();
  return link;
}

void append_encoded(const Link& link, std::string_view signed_url, std::string& out) {
  const Encoding encoding = link.encoding;
  if (encoding.outer[0] == Encoding::Outer::none) {
    append_inner(link, signed_url, out);
    return;
  }
  std::string text;
  append_inner(link, signed_url, text);
  for (const Encoding::Outer layer : encoding.outer) {
    if (layer == Encoding::Outer::none) break;
    text = in_outer(std::move(text), layer);
  }
  out.append(text);
}

Counters& Counters::operator+=(const Counters& other) noexcept {
  links += other.links;
  matched += other.matched;
  refused_reserved += other.refused_reserved;
  refused_rule += other.refused_rule;
  refused_path += other.refused_path;
  refused_template += other.refused_template;
  refused_charset += other.refused_charset;
  refused_user_content += other.refused_user_content;
  passed_charset += other.passed_charset;
  too_long += other.too_long;
  return *this;
}

}  // namespace signgate::rewrite
