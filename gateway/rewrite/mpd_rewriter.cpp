// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/mpd_rewriter.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/xml_attributes.hpp"
#include "gateway/rewrite/xml_names.hpp"
#include "gateway/rewrite/xml_reference.hpp"

namespace signgate::rewrite {
namespace {

using Kind = XmlScanner::Kind;

bool is_absolute(std::string_view link) noexcept {
  return istarts_with(link, "http://") || istarts_with(link, "https://");
}

// Whether players take the BaseURL for a file, not for the folder of what lies below.
bool names_file(std::string_view link) noexcept {
  link = link.substr(0, link.find_first_of("?#"));
  return !link.empty() && link.back() != '/' && link != "." && link != ".." &&
         !link.ends_with("/.") && !link.ends_with("/..");
}

}  // namespace

void MpdRewriter::restart() {
  page_.forget_base();
  scanner_ = XmlScanner();
  place_ = {};
}

// Not inlined into the coroutine that calls it, as HtmlRewriter::scan.
[[gnu::noinline]] std::size_t MpdRewriter::scan(std::string_view window, bool last, Batch& out) {
  out.clear();
  LinkSink sink(*matcher_, page_, counters_, out, window, options_);
  bool used_up = place_.finished;
  while (out.links.size() < options_.links_per_batch && !used_up) {
    const XmlScanner::Event event = scanner_.next(window);
    used_up = event.kind == Kind::none;
    if (!used_up) on_event(event, window, sink);
  }
  if (used_up && !last) give_up_long(window);
  place_.finished = last && used_up;
  const std::size_t used = place_.finished ? window.size() : hold();
  sink.finish(used);
  if (!place_.finished) drop(used);
  return used;
}

MpdRewriter::Element MpdRewriter::element(std::size_t above) const noexcept {
  if (place_.depth < above || place_.depth - above >= place_.elements.size()) return Element::other;
  return place_.elements[place_.depth - above];
}

void MpdRewriter::on_event(const XmlScanner::Event& event, std::string_view window,
                           LinkSink& sink) {
  switch (event.kind) {
    case Kind::start_tag:
      place_.has_text = false;
      on_start_tag();
      break;
    case Kind::attribute:
      on_attribute();
      break;
    case Kind::value:
      on_value(event, window, sink);
      break;
    case Kind::tag_end:
      if (event.self_closing) close_element();
      break;
    case Kind::text:
    case Kind::cdata:
      on_text(event, window);
      break;
    case Kind::end_tag:
      end_text(window, sink);
      close_element();
      break;
    case Kind::cdata_end:
      end_text(window, sink);
      break;
    case Kind::other:
      place_.has_text = false;
      break;
    case Kind::none:
      break;
  }
}

void MpdRewriter::on_start_tag() {
  const std::string_view name = split_xml_name(scanner_.name()).local;
  ++place_.depth;
  place_.cut_up = false;
  Element found = Element::other;
  if (name == "BaseURL") found = Element::base_url;
  if (name == "Location" || name == "PatchLocation") found = Element::location;
  if (name == "Representation" || name == "AdaptationSet") found = Element::file_owner;
  if (name == "SegmentURL") found = Element::segment_url;
  if (name == "Initialization" || name == "RepresentationIndex" || name == "BitstreamSwitching")
    found = Element::source_url;
  if (name == "SegmentTemplate") found = Element::segment_template;
  if (place_.depth < place_.elements.size()) place_.elements[place_.depth] = found;
}

void MpdRewriter::on_attribute() {
  const XmlName name = split_xml_name(scanner_.name());
  bool wanted = false;
  place_.wanted = Wanted::link;
  if (!name.prefix.empty()) {
    wanted = name.prefix != "xmlns" && name.local == "href";
    place_.wanted = Wanted::xlink;
  } else {
    switch (element()) {
      case Element::segment_url:
        wanted = name.local == "media" || name.local == "index";
        break;
      case Element::source_url:
        wanted = name.local == "sourceURL";
        break;
      case Element::segment_template:
        wanted = name.local == "media" || name.local == "initialization" || name.local == "index" ||
                 name.local == "bitstreamSwitching";
        place_.wanted = Wanted::template_link;
        break;
      case Element::base_url:
        place_.cut_up = place_.cut_up || name.local == "byteRange";
        break;
      default:
        break;
    }
  }
  if (wanted) scanner_.want_value();
}

void MpdRewriter::on_value(const XmlScanner::Event& event, std::string_view window,
                           LinkSink& sink) {
  const std::string_view raw = window.substr(event.begin, event.end - event.begin);
  if (raw.size() > limits::link_length) {
    if (!has_other_scheme(raw)) ++counters_.too_long;
    return;
  }
  // Whether a BaseURL holds for it, not all players say alike.
  if (place_.wanted == Wanted::xlink && !place_.bases.empty() && !is_absolute(trim_space(raw)))
    return;
  const Encoding encoding{.html = event.single_quoted ? Encoding::Html::single_quoted
                                                      : Encoding::Html::double_quoted};
  add(window, {event.begin, event.end}, encoding, sink, place_.wanted == Wanted::template_link);
}

void MpdRewriter::add(std::string_view window, LinkSink::Range raw, Encoding encoding,
                      LinkSink& sink, bool is_template) {
  const std::string_view link = trim_space(window.substr(raw.begin, raw.end - raw.begin));
  if (place_.lost_base != nowhere && !is_absolute(link)) return;
  add_xml_value(window, raw, encoding, LinkContext::manifest, decoded_, sink, is_template);
}

void MpdRewriter::on_text(const XmlScanner::Event& event, std::string_view window) {
  if (element() != Element::base_url && element() != Element::location) return;
  const bool cdata = event.kind == Kind::cdata;
  if (place_.has_text && cdata != place_.in_cdata) {
    const std::string_view before =
        window.substr(place_.text_begin, place_.text_end - place_.text_begin);
    if (!trim_space(before).empty()) {
      give_up_text();
      return;
    }
    place_.has_text = false;
  }
  if (!place_.has_text) {
    place_.has_text = true;
    place_.in_cdata = cdata;
    place_.text_begin = event.begin;
  }
  place_.text_end = event.end;
}

// A text that is too long, or in pieces: what is left of it is no other one.
void MpdRewriter::give_up_text() {
  place_.has_text = false;
  if (element() == Element::base_url && place_.lost_base == nowhere)
    place_.lost_base = place_.depth - 1;
  if (place_.depth < place_.elements.size()) place_.elements[place_.depth] = Element::other;
}

// The text of an element that ends here, or a section in it.
void MpdRewriter::end_text(std::string_view window, LinkSink& sink) {
  if (!std::exchange(place_.has_text, false)) return;
  const std::string_view raw =
      window.substr(place_.text_begin, place_.text_end - place_.text_begin);
  const std::string_view text = trim_space(raw);
  if (text.empty()) return;
  const std::size_t begin = place_.text_begin + static_cast<std::size_t>(text.data() - raw.data());
  const LinkSink::Range range{begin, begin + text.size()};
  Encoding encoding;
  if (!place_.in_cdata) encoding.outer[0] = Encoding::Outer::xml_text;
  if (element() == Element::base_url) {
    on_base_url(window, range, encoding, sink);
  } else if (raw.size() > limits::link_length) {
    ++counters_.too_long;
  } else if (place_.bases.empty() || is_absolute(text)) {
    add(window, range, encoding, sink);
  }
}

void MpdRewriter::on_base_url(std::string_view window, LinkSink::Range raw, Encoding encoding,
                              LinkSink& sink) {
  const std::string_view text = window.substr(raw.begin, raw.end - raw.begin);
  const std::size_t owner = place_.depth - 1;
  const bool first = place_.bases.empty() || place_.bases.back().depth < owner;
  if (place_.text_end - place_.text_begin > limits::link_length) {
    ++counters_.too_long;
    if (place_.lost_base == nowhere) place_.lost_base = owner;
    return;
  }
  if (element(1) == Element::file_owner && !place_.cut_up && names_file(text)) {
    // Of several the others are alternatives to the first: what they are relative to is the base
    // around the element.
    if (first || is_absolute(text)) add(window, raw, encoding, sink);
  }
  if (first) set_base(text, place_.in_cdata);
}

void MpdRewriter::set_base(std::string_view raw, bool cdata) {
  if (place_.lost_base != nowhere) return;
  const std::size_t owner = place_.depth - 1;
  std::optional<Url> url;
  if (place_.bases.size() < base_capacity) {
    if (cdata || AttributeText::is_plain(raw)) {
      url = parse_url(raw, &page_.base());
    } else if (has_known_references(raw)) {
      decoded_.decode(raw);
      url = parse_url(decoded_.text(), &page_.base());
    }
  }
  if (!url || url->has_credentials) {
    place_.lost_base = owner;
    return;
  }
  place_.bases.push_back({owner, page_.base()});
  std::string text;
  append_url(*url, text);
  page_.set_base(text);
}

void MpdRewriter::close_element() {
  while (!place_.bases.empty() && place_.bases.back().depth >= place_.depth) {
    std::string text;
    append_url(place_.bases.back().before, text);
    page_.set_base(text);
    place_.bases.pop_back();
  }
  if (place_.lost_base != nowhere && place_.lost_base >= place_.depth) place_.lost_base = nowhere;
  if (place_.depth > 0) --place_.depth;
  place_.has_text = false;
}

void MpdRewriter::give_up_long(std::string_view window) {
  if (scanner_.holds_value()) {
    const std::string_view held =
        window.substr(scanner_.value_begin(), scanner_.position() - scanner_.value_begin());
    const bool hopeless = has_other_scheme(held);
    if (hopeless || held.size() > limits::link_length) {
      scanner_.drop_value();
      if (!hopeless) ++counters_.too_long;
    }
  }
  if (place_.has_text && place_.text_end - place_.text_begin > limits::link_length) {
    ++counters_.too_long;
    give_up_text();
  }
}

std::size_t MpdRewriter::hold() const noexcept {
  return place_.has_text ? std::min(scanner_.hold(), place_.text_begin) : scanner_.hold();
}

void MpdRewriter::drop(std::size_t count) noexcept {
  scanner_.drop(count);
  if (!place_.has_text) return;
  place_.text_begin -= count;
  place_.text_end -= count;
}

}  // namespace signgate::rewrite
