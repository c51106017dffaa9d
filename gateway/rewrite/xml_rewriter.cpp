// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/xml_rewriter.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/html_rewriter.hpp"
#include "gateway/rewrite/xml_names.hpp"
#include "gateway/rewrite/xml_reference.hpp"

namespace signgate::rewrite {

using Kind = XmlScanner::Kind;

XmlRewriter::XmlRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options)
    : matcher_(&matcher),
      page_(std::move(page)),
      options_(options),
      text_(make_nested(), LinkContext::xml),
      nested_is_user_content_(options.user_content) {}

std::optional<NestedDocument> XmlRewriter::make_nested() const {
  if (options_.depth >= Encoding::outer_capacity) return std::nullopt;
  RewriteOptions inner = options_.nested();
  inner.user_content = is_user_content();
  return NestedDocument(std::make_unique<HtmlRewriter>(*matcher_, page_, inner));
}

void XmlRewriter::restart() {
  page_.forget_base();
  scanner_ = XmlScanner();
  attributes_.clear();
  attributes_.allow_relative(true);
  counters_ += text_.counters();
  place_ = {};
  text_ = XmlText(make_nested(), LinkContext::xml);
  nested_is_user_content_ = options_.user_content;
}

Counters XmlRewriter::counters() const {
  Counters all = counters_;
  all += text_.counters();
  return all;
}

// Not inlined into the coroutine that calls it, as HtmlRewriter::scan.
[[gnu::noinline]] std::size_t XmlRewriter::scan(std::string_view window, bool last, Batch& out) {
  out.clear();
  LinkSink sink(*matcher_, page_, counters_, out, window, options_);
  bool used_up = place_.finished;
  while (out.links.size() < options_.links_per_batch && !used_up)
    used_up = !step(window, last, sink);
  if (used_up && !last) give_up_long(window);

  place_.finished = last && used_up;
  const bool in_values = attributes_.pending() && !place_.in_start;
  std::size_t used = place_.finished ? window.size() : hold();
  // What is left of a value that is gone through lies behind the last link of it.
  if (in_values) used = sink.emitted();
  SIGNGATE_CHECK(used >= sink.emitted());
  sink.finish(used);
  if (!place_.finished) drop(used);
  return used;
}

// The next link, or the next event. False: the window is used up.
bool XmlRewriter::step(std::string_view window, bool last, LinkSink& sink) {
  sink.set_user_content(is_user_content());
  if (!place_.in_start) {
    if (attributes_.next(window, sink, counters_)) return true;
    if (std::exchange(place_.closes, false)) close_element();
  }
  if (text_.active()) {
    if (text_.step(window, sink, counters_)) return true;
    if (place_.ended) return text_.active();
  }
  if (place_.has_event) {
    place_.has_event = false;
    on_event(event_, window);
    return true;
  }
  if (place_.ended) return false;
  event_ = scanner_.next(window);
  if (event_.kind == Kind::none) {
    if (!last) return false;
    place_.ended = true;
    text_.finish(false);
    return text_.active();
  }
  if (text_.active() && event_.kind == place_.text_kind) {
    text_.extend(event_.end);
    return true;
  }
  // What it says comes to pass when the text before it is gone through.
  place_.has_event = true;
  place_.run_ended = text_.active();
  if (text_.active()) text_.finish(event_.kind == Kind::end_tag || event_.kind == Kind::cdata_end);
  return true;
}

void XmlRewriter::on_text(const XmlScanner::Event& event) {
  // The rewriter of HTML knows no base but its page.
  const bool changed = nested_is_user_content_ != is_user_content();
  nested_is_user_content_ = is_user_content();
  if (changed || place_.base_moved || (!place_.bases.empty() && text_.has_used_nested())) {
    counters_ += text_.replace_nested(make_nested());
    place_.base_moved = false;
  }
  place_.text_kind = event.kind;
  text_.begin(text_use(), event.kind == Kind::cdata, event.begin);
  text_.extend(event.end);
}

XmlText::Use XmlRewriter::text_use() const noexcept {
  if (place_.lost_base != nowhere || place_.depth == 0) return {};
  if (place_.markup != nowhere) return {.css = place_.is_style};
  return {.link = place_.is_whole && !place_.is_id,
          .html = !place_.is_plain && (place_.is_html || !place_.atom)};
}

void XmlRewriter::on_event(const XmlScanner::Event& event, std::string_view window) {
  if (std::exchange(place_.run_ended, false) && !text_.was_blank()) place_.is_whole = false;
  switch (event.kind) {
    case Kind::start_tag:
      on_start_tag();
      break;
    case Kind::attribute:
      on_attribute();
      break;
    case Kind::value:
      on_value(event, window);
      break;
    case Kind::tag_end:
      on_tag_end(event.self_closing);
      break;
    case Kind::end_tag:
      on_end_tag();
      break;
    case Kind::text:
    case Kind::cdata:
      on_text(event);
      break;
    case Kind::cdata_end:
    case Kind::other:
      place_.is_whole = false;
      break;
    case Kind::none:
      break;
  }
}

}  // namespace signgate::rewrite
