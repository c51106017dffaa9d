// SPDX-License-Identifier: Apache-2.0
// What XmlRewriter makes of tags.
#include <algorithm>
#include <string>

#include "gateway/base/limits.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "gateway/rewrite/svg_names.hpp"
#include "gateway/rewrite/xml_names.hpp"
#include "gateway/rewrite/xml_reference.hpp"
#include "gateway/rewrite/xml_rewriter.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::string_view xhtml_namespace = "http://www.w3.org/1999/xhtml";
constexpr std::string_view svg_namespace = "http://www.w3.org/2000/svg";

}  // namespace

void XmlRewriter::on_start_tag() {
  const XmlName name = split_xml_name(scanner_.name());
  attributes_.clear();
  prefix_.assign(name.prefix);
  ++place_.depth;
  if (place_.depth == 1) place_.atom = name.local == "feed" || name.local == "entry";
  const bool begins_markup = name.local == "html" || name.local == "svg";
  if (place_.markup == nowhere && begins_markup) place_.markup = place_.depth;
  place_.in_start = true;
  place_.is_style = name.local == "style";
  place_.is_object = name.local == "object";
  place_.is_base = name.local == "base" && place_.markup != nowhere;
  place_.is_id = name.local == "id";
  if (options_.rules != nullptr)
    place_.added_element = options_.rules->attributes.element_of(name.local);
  place_.is_html = place_.is_plain = place_.is_whole = false;
}

void XmlRewriter::on_attribute() {
  const XmlName name = split_xml_name(scanner_.name());
  if (options_.rules != nullptr && place_.user_content == nowhere &&
      !options_.rules->user_content.empty() &&
      scanner_.name() == options_.rules->user_content.attribute)
    place_.user_content = place_.depth;
  if (name.prefix == "xmlns" || name.local == "xmlns") {
    const bool own = name.prefix.empty() ? prefix_.empty() : name.local == prefix_;
    if (!own) return;
    place_.wanted = Wanted::space;
  } else if (name.prefix == "xml") {
    if (name.local != "base") return;
    place_.wanted = Wanted::xml_base;
  } else if (name.prefix.empty() && name.local == "type") {
    place_.wanted = Wanted::type;
  } else if (name.local == "isPermaLink") {
    place_.wanted = Wanted::permalink;
  } else if (place_.is_base) {
    if (name.local != "href") return;
    place_.wanted = Wanted::base_href;
  } else if (is_xml_link_attribute(name)) {
    place_.wanted = Wanted::link;
  } else if (place_.markup == nowhere) {
    return;
  } else if (name.local == "style") {
    place_.wanted = Wanted::css;
  } else if (name.prefix.empty() &&
             find_presentation_attribute(name.local) != presentation_attributes.size()) {
    place_.wanted = Wanted::presentation;
  } else if (is_markup_srcset(name)) {
    place_.wanted = Wanted::srcset;
  } else if (is_markup_link_attribute(name, place_.is_object)) {
    place_.wanted = Wanted::link;
  } else if (!is_added_attribute(scanner_.name())) {
    return;
  }
  scanner_.want_value();
}

// Says of an attribute that the configuration adds what it is wanted for.
bool XmlRewriter::is_added_attribute(std::string_view name) {
  LinkAttributes::Found found;
  if (options_.rules == nullptr ||
      !options_.rules->attributes.find(place_.added_element, name, found))
    return false;
  switch (found.kind) {
    case LinkAttributes::Kind::url:
      place_.wanted = Wanted::link;
      return true;
    case LinkAttributes::Kind::srcset:
      place_.wanted = Wanted::srcset;
      return true;
    case LinkAttributes::Kind::css:
      place_.wanted = Wanted::css;
      return true;
    case LinkAttributes::Kind::json:
      break;
  }
  return false;
}

void XmlRewriter::on_value(const XmlScanner::Event& event, std::string_view window) {
  const std::string_view raw = window.substr(event.begin, event.end - event.begin);
  switch (place_.wanted) {
    case Wanted::link:
      attributes_.add(XmlAttributes::Form::url, event);
      break;
    case Wanted::srcset:
      attributes_.add(XmlAttributes::Form::srcset, event);
      break;
    case Wanted::css:
      attributes_.add(XmlAttributes::Form::css, event);
      break;
    case Wanted::presentation:
      if (may_hold_css_url(raw)) attributes_.add(XmlAttributes::Form::css, event);
      break;
    case Wanted::xml_base:
      set_base(raw);
      break;
    case Wanted::base_href:
      if (place_.base_seen || !has_known_references(raw)) break;
      place_.base_seen = true;
      decoded_.decode(raw);
      if (place_.bases.empty()) page_.set_base(decoded_.text());
      break;
    case Wanted::type:
      place_.is_html = raw == "html" || raw == "text/html";
      place_.is_plain = raw == "text" || raw == "plain" || raw == "text/plain";
      break;
    case Wanted::permalink:
      place_.is_id = place_.is_id || raw == "false";
      break;
    case Wanted::space:
      if (place_.markup == nowhere && (raw == xhtml_namespace || raw == svg_namespace))
        place_.markup = place_.depth;
      break;
  }
}

// A base that cannot be told leaves the links below it without one.
void XmlRewriter::set_base(std::string_view raw) {
  if (place_.lost_base != nowhere) return;
  std::optional<Url> url;
  if (place_.bases.size() < base_capacity && raw.size() <= limits::link_length &&
      has_known_references(raw)) {
    decoded_.decode(raw);
    url = parse_url(decoded_.text(), &page_.base());
  }
  if (!url || url->has_credentials) {
    place_.lost_base = place_.depth;
    return;
  }
  place_.bases.push_back({place_.depth, page_.base()});
  std::string text;
  append_url(*url, text);
  page_.set_base(text);
  place_.base_moved = true;
}

void XmlRewriter::on_tag_end(bool self_closing) {
  place_.in_start = false;
  place_.closes = self_closing;
  place_.is_whole = true;
  attributes_.allow_relative(place_.lost_base == nowhere);
}

void XmlRewriter::on_end_tag() {
  close_element();
}

void XmlRewriter::close_element() {
  while (!place_.bases.empty() && place_.bases.back().depth >= place_.depth) {
    std::string text;
    append_url(place_.bases.back().before, text);
    page_.set_base(text);
    place_.bases.pop_back();
    place_.base_moved = true;
  }
  if (place_.lost_base == place_.depth) place_.lost_base = nowhere;
  if (place_.markup == place_.depth) place_.markup = nowhere;
  if (place_.user_content == place_.depth) place_.user_content = nowhere;
  if (place_.depth > 0) --place_.depth;
  place_.is_style = place_.is_object = place_.is_base = place_.is_id = false;
  place_.is_html = place_.is_plain = place_.is_whole = false;
}

void XmlRewriter::give_up_long(std::string_view window) {
  const std::size_t position = scanner_.position();
  if (scanner_.holds_value()) {
    const std::string_view held =
        window.substr(scanner_.value_begin(), position - scanner_.value_begin());
    const bool is_list = place_.wanted == Wanted::srcset || place_.wanted == Wanted::css ||
                         place_.wanted == Wanted::presentation;
    const bool hopeless = place_.wanted == Wanted::link && has_other_scheme(held);
    if (hopeless ||
        (is_list ? held.size() >= limits::scan_window : held.size() > limits::link_length)) {
      scanner_.drop_value();
      if (is_list || (place_.wanted == Wanted::link && !hopeless)) ++counters_.too_long;
      if (place_.wanted == Wanted::xml_base && place_.lost_base == nowhere)
        place_.lost_base = place_.depth;
    }
  }
  if (place_.in_start && attributes_.pending() &&
      position - attributes_.begin() >= limits::scan_window) {
    counters_.too_long += attributes_.give_up();
  }
  if (window.size() >= limits::scan_window && hold() == 0) text_.let_go();
}

std::size_t XmlRewriter::hold() const noexcept {
  std::size_t first = scanner_.hold();
  if (place_.in_start && attributes_.pending()) first = std::min(first, attributes_.begin());
  if (text_.active()) first = std::min(first, text_.hold());
  const bool waits = place_.has_event && event_.end > event_.begin;
  if (waits) first = std::min(first, event_.begin);
  return first;
}

void XmlRewriter::drop(std::size_t count) {
  scanner_.drop(count);
  attributes_.drop(count);
  text_.drop(count);
  event_.begin -= std::min(event_.begin, count);
  event_.end -= std::min(event_.end, count);
}

}  // namespace signgate::rewrite
