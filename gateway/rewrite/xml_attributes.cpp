// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/xml_attributes.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/srcset.hpp"
#include "gateway/rewrite/xml_reference.hpp"

namespace signgate::rewrite {
namespace {

constexpr Encoding form_of(bool single_quoted) noexcept {
  return {.html = single_quoted ? Encoding::Html::single_quoted : Encoding::Html::double_quoted};
}

bool is_absolute(std::string_view link) noexcept {
  link = trim_space(link);
  return istarts_with(link, "http://") || istarts_with(link, "https://");
}

}  // namespace

void add_xml_value(std::string_view window, LinkSink::Range raw, Encoding encoding,
                   LinkContext context, AttributeText& scratch, LinkSink& sink, bool is_template) {
  const std::string_view value = window.substr(raw.begin, raw.end - raw.begin);
  std::string_view link = trim_space(value);
  raw.begin += static_cast<std::size_t>(link.data() - value.data());
  raw.end = raw.begin + link.size();
  // A parser makes a line end in an attribute a space, where a URL alone would lose it.
  if (link.empty() || link.find_first_of("\t\n\r") != std::string_view::npos) return;
  if (!AttributeText::is_plain(link)) {
    if (!has_known_references(link)) return;
    scratch.decode(link);
    link = scratch.text();
  }
  if (is_template) {
    sink.add_template(link, raw, encoding, context);
  } else {
    sink.add(link, raw, encoding, context);
  }
}

bool XmlAttributes::next(std::string_view window, LinkSink& sink, Counters& counters) {
  if (!pending()) return false;
  const Value& value = values_[next_];
  if (!scanning_) {
    const LinkSink::Range raw{static_cast<std::size_t>(value.begin),
                              static_cast<std::size_t>(value.end)};
    const std::string_view text = window.substr(raw.begin, raw.end - raw.begin);
    if (value.form == Form::url) {
      if (text.size() > limits::link_length) {
        if (!has_other_scheme(text)) ++counters.too_long;
      } else if (relative_ || is_absolute(text)) {
        add_xml_value(window, raw, form_of(value.single_quoted), LinkContext::xml, text_, sink);
      }
      ++next_;
      return true;
    }
    if (!has_known_references(text)) {
      ++next_;
      return true;
    }
    scanning_ = true;
    position_ = 0;
    text_.decode(text);
    css_ = CssScanner();
  }
  if (!next_in_list(value, sink, counters)) {
    scanning_ = false;
    ++next_;
  }
  return true;
}

bool XmlAttributes::next_in_list(const Value& value, LinkSink& sink, Counters& counters) {
  const std::string_view text = text_.text();
  Encoding encoding = form_of(value.single_quoted);
  LinkSink::Range found;
  std::string_view link;
  if (value.form == Form::css) {
    const std::uint64_t too_long = css_.too_long();
    CssUrl url;
    const bool any = css_.next(text, url) || css_.finish(text, url);
    counters.too_long += css_.too_long() - too_long;
    if (!any) return false;
    encoding.css = url.form;
    found = {url.begin, url.end};
    link = text.substr(found.begin, found.end - found.begin);
    if (link.find('\\') != std::string_view::npos) {
      unescaped_.clear();
      append_css_unescaped(link, unescaped_);
      link = unescaped_;
    }
  } else {
    Candidate candidate;
    if (!next_candidate(text, position_, candidate)) return false;
    found = {candidate.begin, candidate.end};
    link = text.substr(found.begin, found.end - found.begin);
  }
  if (!relative_ && !is_absolute(link)) return true;
  const auto in_window = [&](std::size_t offset) {
    const auto raw = value.begin + static_cast<std::ptrdiff_t>(text_.raw_offset(offset));
    SIGNGATE_CHECK(raw >= 0);
    return static_cast<std::size_t>(raw);
  };
  sink.add(link, {in_window(found.begin), in_window(found.end)}, encoding, LinkContext::xml);
  return true;
}

std::size_t XmlAttributes::give_up() noexcept {
  const std::size_t count = values_.size() - next_;
  clear();
  return count;
}

void XmlAttributes::drop(std::size_t count) noexcept {
  for (Value& value : values_) {
    value.begin -= static_cast<std::ptrdiff_t>(count);
    value.end -= static_cast<std::ptrdiff_t>(count);
  }
}

}  // namespace signgate::rewrite
