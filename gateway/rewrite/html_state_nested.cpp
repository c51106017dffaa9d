// SPDX-License-Identifier: Apache-2.0
// Documents within an HTML document: JSON and code in scripts, JSON in attributes, HTML in srcdoc,
// style sheets in SVG.
#include <algorithm>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/html_state.hpp"
#include "gateway/rewrite/json_rewriter.hpp"
#include "gateway/rewrite/script_rewriter.hpp"

namespace signgate::rewrite {

RewriteOptions HtmlRewriter::State::nested_options() const noexcept {
  RewriteOptions inner_options = options.nested();
  inner_options.user_content = is_user_content();
  return inner_options;
}

void HtmlRewriter::State::begin_script(std::size_t position) {
  std::unique_ptr<Rewriter> inner_rewriter;
  if (script.is_json) {
    inner_rewriter = std::make_unique<JsonRewriter>(matcher, page, nested_options());
  } else {
    inner_rewriter = std::make_unique<ScriptRewriter>(matcher, page, nested_options());
  }
  script.document = std::make_unique<NestedDocument>(std::move(inner_rewriter));
  script.document->begin(position, Encoding::Outer::plain);
  script.fed = position;
  script.waits = false;
  script.ended = false;
}

void HtmlRewriter::State::step_script(std::string_view window, LinkSink& sink) {
  NestedDocument& document = *script.document;
  const std::size_t size = std::min(text_end - script.fed, document.room());
  if (size > 0) {
    script.fed += size;
    document.append(window.substr(script.fed - size, size), script.fed, true);
  }
  const bool all = script.fed == text_end;
  if (document.scan(script.ended && all, sink) || !all) return;
  script.waits = false;
  if (!script.ended) return;
  counters += document.counters();
  script.document.reset();
}

bool HtmlRewriter::State::end_script() noexcept {
  if (!script.document || script.ended) return false;
  script.ended = true;
  script.waits = true;
  return true;
}

// The value stays in the window until all of it has been looked at, as its length is bounded.
void HtmlRewriter::State::begin_document(const HtmlTokenizer::Event& event,
                                         std::string_view window) {
  // JSON's strings are documents of their own, within the value's.
  const std::size_t layers = attribute == Attribute::added_json ? 2 : 1;
  // What a value without quotes holds is no more than a word.
  if (event.quote == AttributeQuote::unquoted || options.depth + layers > Encoding::outer_capacity)
    return;
  begin_value_scan(event, window, false);
  RewriteOptions inner_options = nested_options();
  // Its bytes were resolved, and a srcdoc is UTF-8 whatever the page is (WHATWG HTML, 7.4.2.3).
  if (known_charset().kind == Charset::Kind::single_byte) inner_options.charset = Charset{};
  if (attribute == Attribute::added_json) {
    value.document = std::make_unique<JsonRewriter>(matcher, page, inner_options);
  } else {
    value.document = std::make_unique<HtmlRewriter>(matcher, page, inner_options);
  }
}

void HtmlRewriter::State::step_document(LinkSink& sink) {
  const std::string_view text = value.text.text();
  const std::size_t used = value.document->scan(text.substr(value.position), true, inner);
  if (inner.links.empty()) {
    counters += value.document->counters();
    value.document.reset();
    value.active = false;
    return;
  }
  Link& link = inner.links.front();
  const auto begin = static_cast<std::size_t>(link.original.data() - text.data());
  const std::size_t end = begin + link.original.size();
  const auto raw = [this](std::size_t offset) {
    return value.raw_begin + static_cast<std::ptrdiff_t>(value.text.raw_offset(offset));
  };
  const std::ptrdiff_t raw_end = raw(end);
  SIGNGATE_CHECK(raw_end >= 0);
  sink.add_nested(std::move(link), raw(begin), static_cast<std::size_t>(raw_end),
                  value.html == Encoding::Html::single_quoted
                      ? Encoding::Outer::html_single_quoted
                      : Encoding::Outer::html_double_quoted);
  value.position += used;
}

// A comment or the like parts two texts: each is a style sheet of its own, as in XML.
void HtmlRewriter::State::on_svg_text(const HtmlTokenizer::Event& event, std::string_view window,
                                      LinkSink& sink) {
  const bool goes_on =
      svg_style.active() && svg_text_end == event.begin && svg_text_is_cdata == event.in_cdata;
  if (!goes_on) {
    end_svg_text(window, sink);
    svg_style.begin({.css = true}, event.in_cdata, event.begin);
    svg_text_is_cdata = event.in_cdata;
  }
  svg_text_end = event.end;
  svg_style.extend(event.end);
}

void HtmlRewriter::State::end_svg_text(std::string_view window, LinkSink& sink) {
  if (!svg_style.active()) return;
  svg_style.finish(true);
  // All of it was read but for its end, with which one URL may end as well.
  while (svg_style.step(window, sink, counters)) {
  }
}

void HtmlRewriter::State::end_svg_style(std::string_view window, LinkSink& sink) {
  end_svg_text(window, sink);
  in_svg_style = false;
  tokenizer.report_data(false);
}

Counters HtmlRewriter::State::all_counters() const {
  Counters all = counters;
  if (script.document) all += script.document->counters();
  if (value.document) all += value.document->counters();
  return all;
}

}  // namespace signgate::rewrite
