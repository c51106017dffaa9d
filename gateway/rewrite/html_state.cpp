// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_state.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/css_rewriter.hpp"
#include "gateway/rewrite/srcset.hpp"
#include "gateway/rewrite/svg_names.hpp"

namespace signgate::rewrite {
namespace {

using Kind = HtmlTokenizer::EventKind;

constexpr std::size_t longest_word = 256;  // a script's type, a policy, with room to spare

// A value that is no link, nor holds one.
constexpr bool is_word(Attribute attribute) noexcept {
  return attribute == Attribute::type || attribute == Attribute::referrerpolicy;
}

}  // namespace

void HtmlRewriter::State::on_event(const HtmlTokenizer::Event& event, std::string_view window,
                                   LinkSink& sink) {
  switch (event.kind) {
    case Kind::tag_name:
      if (in_style) end_style(window, sink);
      if (in_svg_style) end_svg_style(window, sink);
      end_script();
      on_tag_name();
      break;
    case Kind::attribute:
      on_attribute();
      break;
    case Kind::value:
      on_value(event, window, sink);
      break;
    case Kind::tag_end:
      on_tag_end(event, window, sink);
      break;
    case Kind::text:
      if (in_svg_style) {
        on_svg_text(event, window, sink);
        break;
      }
      text_end = event.end;
      script.waits = script.document != nullptr;
      break;
    case Kind::none:
      break;
  }
}

std::string_view HtmlRewriter::State::decode(std::string_view raw) {
  const Charset own = known_charset();
  if (AttributeText::is_plain(raw, own)) return raw;
  decoded.decode(raw, own);
  return decoded.text();
}

// How many bytes may be held for a value, its closing character included.
std::size_t HtmlRewriter::State::value_limit() const noexcept {
  if (is_word(attribute)) return longest_word;
  return is_one_url(attribute) ? limits::link_length : limits::scan_window;
}

void HtmlRewriter::State::on_value(const HtmlTokenizer::Event& event, std::string_view window,
                                   LinkSink& sink) {
  const std::string_view raw = window.substr(event.begin, event.end - event.begin);
  if (is_one_url(attribute) && has_other_scheme(raw)) return;
  if (attribute == Attribute::presentation && !may_hold_css_url(raw)) return;
  if (raw.size() >= value_limit()) {
    if (!is_word(attribute)) ++counters.too_long;
  } else if (attribute == Attribute::type) {
    script.is_json = is_json_script_type(decode(raw));
    script.is_code = is_code_script_type(decode(raw));
  } else if (attribute == Attribute::referrerpolicy) {
    referrer_policy.assign(decode(raw));
  } else if (attribute == Attribute::srcdoc || attribute == Attribute::added_json) {
    begin_document(event, window);
  } else if (tag == Tag::base && attribute == Attribute::href) {
    base_seen = true;
    page.set_base(decode(raw));
    words_tell = matcher.words().tell(page);
  } else if (is_meta(attribute)) {
    on_meta_value(event, window);
  } else if (is_style(attribute) || attribute == Attribute::ping || is_srcset(attribute)) {
    begin_value_scan(event, window, is_style(attribute));
    value.words = attribute == Attribute::ping;
  } else {
    add_url(event, window, sink);
  }
}

void HtmlRewriter::State::add_url(const HtmlTokenizer::Event& event, std::string_view window,
                                  LinkSink& sink) {
  Encoding encoding{.html = html_form(event.quote)};
  if (event.quote == AttributeQuote::unquoted) encoding.html = Encoding::Html::add_quotes;
  const std::string_view raw = window.substr(event.begin, event.end - event.begin);
  sink.add(
      decode(raw), url_range(window, event.begin, event.end), encoding,
      attribute == Attribute::added_url ? LinkContext::added_attribute : LinkContext::attribute);
}

void HtmlRewriter::State::begin_value_scan(const HtmlTokenizer::Event& event,
                                           std::string_view window, bool style) {
  value.active = true;
  value.css = style;
  value.raw_begin = static_cast<std::ptrdiff_t>(event.begin);
  value.position = 0;
  value.html = html_form(event.quote);
  value.text.decode(window.substr(event.begin, event.end - event.begin), known_charset());
  value.scanner.reset(0);
}

void HtmlRewriter::State::step_value(LinkSink& sink) {
  if (value.document) {
    step_document(sink);
    return;
  }
  const std::string_view text = value.text.text();
  Encoding encoding{.html = value.html};
  std::size_t begin = 0;
  std::size_t end = 0;
  if (value.css) {
    const std::uint64_t too_long = value.scanner.too_long();
    CssUrl url;
    const bool found = value.scanner.next(text, url) || value.scanner.finish(text, url);
    counters.too_long += value.scanner.too_long() - too_long;
    if (!found) {
      value.active = false;
      return;
    }
    begin = url.begin;
    end = url.end;
    encoding.css = url.form;
  } else {
    Candidate candidate;
    const bool found = value.words ? next_word(text, value.position, candidate)
                                   : next_candidate(text, value.position, candidate);
    if (!found) {
      value.active = false;
      return;
    }
    begin = candidate.begin;
    end = candidate.end;
  }
  const auto in_window = [this](std::size_t offset) {
    const auto raw = value.raw_begin + static_cast<std::ptrdiff_t>(value.text.raw_offset(offset));
    SIGNGATE_CHECK(raw >= 0);
    return static_cast<std::size_t>(raw);
  };
  std::string_view link = text.substr(begin, end - begin);
  if (value.css && link.find('\\') != std::string_view::npos) {
    unescaped.clear();
    append_css_unescaped(link, unescaped);
    link = unescaped;
  }
  const LinkContext place = value.css     ? LinkContext::style_attribute
                            : value.words ? LinkContext::attribute
                                          : LinkContext::srcset;
  sink.add(link, {in_window(begin), in_window(end)}, encoding, place);
}

void HtmlRewriter::State::step_style(std::string_view window, LinkSink& sink) {
  const std::uint64_t too_long = css.too_long();
  CssUrl url;
  if (css.next(window.substr(0, text_end), url)) add_style_url(url, window, sink);
  counters.too_long += css.too_long() - too_long;
}

void HtmlRewriter::State::end_style(std::string_view window, LinkSink& sink) {
  const std::uint64_t too_long = css.too_long();
  CssUrl url;
  in_style = false;
  if (css.finish(window.substr(0, css.position()), url)) add_style_url(url, window, sink);
  counters.too_long += css.too_long() - too_long;
}

void HtmlRewriter::State::add_style_url(const CssUrl& url, std::string_view window,
                                        LinkSink& sink) {
  add_css_url(url, window, LinkContext::style_element, unescaped, sink);
}

void HtmlRewriter::State::on_tag_end(const HtmlTokenizer::Event& event, std::string_view window,
                                     LinkSink& sink) {
  if (tokenizer.is_end_tag()) {
    context.end_tag(tag);
    if (user_content != nullptr) follow_region(false);
    tokenizer.allow_cdata(context.in_foreign());
    return;
  }
  if (tag == Tag::meta && !options.charset && options.depth == 0) declare_charset(window, sink);
  if (!referrer_policy.empty() && counters.matched > matched_until)
    (*options.policies)(PagePolicy::referrer_attribute, referrer_policy);
  if (meta.has_content) end_meta(event.end, window, sink);
  const TextModel model = context.start_tag(tag, event.self_closing);
  if (user_content != nullptr) follow_region(event.self_closing);
  tokenizer.allow_cdata(context.in_foreign());
  if (model == TextModel::data) {
    in_svg_style = tag == Tag::style && context.in_svg() && !event.self_closing &&
                   can_read_text() && options.depth < Encoding::outer_capacity;
    if (in_svg_style) tokenizer.report_data(true);
    return;
  }
  in_style = tag == Tag::style && can_read_text();
  const bool reads_code =
      script.is_code && options.rules != nullptr && options.rules->script_strings;
  // The strings are texts of their own, within the script's.
  const bool is_read = tag == Tag::script && (script.is_json || reads_code) && can_read_text() &&
                       options.depth + 2 <= Encoding::outer_capacity;
  tokenizer.set_text_model(model, element, in_style || is_read);
  css.reset(event.end);
  text_end = event.end;
  if (is_read) begin_script(event.end);
}

void HtmlRewriter::State::give_up_long(std::string_view window) {
  const std::size_t position = tokenizer.position();
  if (tokenizer.holds_value()) {
    const std::string_view held =
        window.substr(tokenizer.value_begin(), position - tokenizer.value_begin());
    const bool hopeless = is_one_url(attribute) && has_other_scheme(held);
    if (hopeless || held.size() >= value_limit()) {
      tokenizer.drop_value();
      if (!hopeless && !is_word(attribute)) ++counters.too_long;
    }
  }
  if (meta.has_content && position - meta.begin >= limits::scan_window) {
    meta.has_content = false;
    if (meta.is_link || meta.is_refresh) ++counters.too_long;
  }
  if (script.document && window.size() >= limits::scan_window && hold() == 0)
    script.document->let_go();
}

std::size_t HtmlRewriter::State::hold() const noexcept {
  std::size_t first = tokenizer.hold();
  if (in_style) first = std::min(first, css.hold());
  if (svg_style.active()) first = std::min(first, svg_style.hold());
  if (script.document) first = std::min(first, script.document->hold());
  if (meta.has_content) first = std::min(first, meta.begin);
  return first;
}

void HtmlRewriter::State::drop(std::size_t count) {
  tokenizer.drop(count);
  word_search.drop(count);
  rest.drop(count);
  if (in_style) {
    css.drop(count);
    text_end -= count;
  }
  if (svg_style.active()) {
    svg_style.drop(count);
    svg_text_end -= count;
  }
  if (script.document) {
    script.document->drop(count);
    script.fed -= count;
    text_end -= count;
  }
  if (meta.has_content) {
    meta.begin -= count;
    meta.end -= count;
  }
  if (value.active) value.raw_begin -= static_cast<std::ptrdiff_t>(count);
}

}  // namespace signgate::rewrite
