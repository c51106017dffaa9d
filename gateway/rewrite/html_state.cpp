// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_state.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/css_rewriter.hpp"
#include "gateway/rewrite/refresh.hpp"
#include "gateway/rewrite/srcset.hpp"

namespace signgate::rewrite {
namespace {

using Kind = HtmlTokenizer::EventKind;

constexpr std::size_t longest_type = 256;  // of a script, with room to spare

constexpr bool is_srcset(Attribute attribute) noexcept {
  return attribute == Attribute::srcset || attribute == Attribute::imagesrcset ||
         attribute == Attribute::data_srcset || attribute == Attribute::added_srcset;
}

constexpr bool is_one_url(Attribute attribute) noexcept {
  return attribute >= Attribute::src && attribute <= Attribute::added_url;
}

constexpr bool is_style(Attribute attribute) noexcept {
  return attribute == Attribute::style || attribute == Attribute::added_css;
}

constexpr bool is_meta(Attribute attribute) noexcept {
  return attribute >= Attribute::content;
}

constexpr Encoding::Html html_form(AttributeQuote quote) noexcept {
  switch (quote) {
    case AttributeQuote::double_quoted:
      return Encoding::Html::double_quoted;
    case AttributeQuote::single_quoted:
      return Encoding::Html::single_quoted;
    case AttributeQuote::unquoted:
      break;
  }
  return Encoding::Html::unquoted;
}

// The raw range of a value that is one URL: without the white space around it, which stays. What is
// not quoted has none, and gets quotes.
LinkSink::Range url_range(std::string_view window, std::size_t begin, std::size_t end) noexcept {
  while (begin < end && is_space(window[begin]))
    ++begin;
  while (end > begin && is_space(window[end - 1]))
    --end;
  return {begin, end};
}

}  // namespace

void HtmlRewriter::State::on_event(const HtmlTokenizer::Event& event, std::string_view window,
                                   LinkSink& sink) {
  switch (event.kind) {
    case Kind::tag_name:
      if (in_style) end_style(window, sink);
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
      text_end = event.end;
      script.waits = script.document != nullptr;
      break;
    case Kind::none:
      break;
  }
}

void HtmlRewriter::State::on_tag_name() {
  tag = find_tag(tokenizer.name());
  seen = 0;
  if (added != nullptr) {
    added_element = added->element_of(tokenizer.name());
    added_seen = 0;
  }
  meta = {};
  script.is_json = false;
  // The one element whose text is not data is told by its own end tag.
  if (!tokenizer.is_end_tag() && tag != Tag::other) element.assign(tokenizer.name());
}

void HtmlRewriter::State::on_attribute() {
  if (tokenizer.is_end_tag()) return;
  const Attribute found = find_attribute(tokenizer.name());
  if (found != Attribute::none) {
    const std::uint32_t bit = 1U << static_cast<unsigned>(found);
    if ((seen & bit) != 0) return;
    seen |= bit;
    if (is_wanted(found)) {
      attribute = found;
      tokenizer.want_value();
      return;
    }
  }
  // A link in `content` comes to light at the tag's end, when nothing behind it may have left.
  if (added != nullptr && tag != Tag::meta) on_added_attribute();
}

bool HtmlRewriter::State::is_wanted(Attribute found) const noexcept {
  if (tag == Tag::base) return found == Attribute::href && !base_seen && !context.in_foreign();
  if (tag == Tag::meta) return is_meta(found);
  if (is_meta(found)) return false;
  if (found == Attribute::data) return tag == Tag::object;
  if (found == Attribute::type) return tag == Tag::script;
  return found != Attribute::srcdoc || (tag == Tag::raw && element == "iframe");
}

void HtmlRewriter::State::on_added_attribute() {
  LinkAttributes::Found found;
  if (!added->find(added_element, tokenizer.name(), found)) return;
  const std::uint64_t bit = std::uint64_t{1} << found.index;
  if ((added_seen & bit) != 0) return;
  added_seen |= bit;
  switch (found.kind) {
    case LinkAttributes::Kind::url:
      attribute = Attribute::added_url;
      break;
    case LinkAttributes::Kind::srcset:
      attribute = Attribute::added_srcset;
      break;
    case LinkAttributes::Kind::css:
      attribute = Attribute::added_css;
      break;
    case LinkAttributes::Kind::json:
      attribute = Attribute::added_json;
      break;
  }
  tokenizer.want_value();
}

std::string_view HtmlRewriter::State::decode(std::string_view raw) {
  if (AttributeText::is_plain(raw)) return raw;
  decoded.decode(raw);
  return decoded.text();
}

// How many bytes may be held for a value, its closing character included.
std::size_t HtmlRewriter::State::value_limit() const noexcept {
  if (attribute == Attribute::type) return longest_type;
  return is_one_url(attribute) ? limits::link_length : limits::scan_window;
}

void HtmlRewriter::State::on_value(const HtmlTokenizer::Event& event, std::string_view window,
                                   LinkSink& sink) {
  const std::string_view raw = window.substr(event.begin, event.end - event.begin);
  if (is_one_url(attribute) && has_other_scheme(raw)) return;
  if (raw.size() >= value_limit()) {
    if (attribute != Attribute::type) ++counters.too_long;
  } else if (attribute == Attribute::type) {
    script.is_json = is_json_script_type(decode(raw));
  } else if (attribute == Attribute::srcdoc || attribute == Attribute::added_json) {
    begin_document(event, window);
  } else if (tag == Tag::base && attribute == Attribute::href) {
    base_seen = true;
    page.set_base(decode(raw));
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
  value.text.decode(window.substr(event.begin, event.end - event.begin));
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
    tokenizer.allow_cdata(context.in_foreign());
    return;
  }
  if (meta.has_content) end_meta(event.end, window, sink);
  const TextModel model = context.start_tag(tag, event.self_closing);
  tokenizer.allow_cdata(context.in_foreign());
  if (model == TextModel::data) return;
  in_style = tag == Tag::style;
  // Its strings are documents of their own, within the script's.
  const bool is_json =
      tag == Tag::script && script.is_json && options.depth + 2 <= Encoding::outer_capacity;
  tokenizer.set_text_model(model, element, in_style || is_json);
  css.reset(event.end);
  text_end = event.end;
  if (is_json) begin_script(event.end);
}

void HtmlRewriter::State::on_meta_value(const HtmlTokenizer::Event& event,
                                        std::string_view window) {
  const std::string_view raw = window.substr(event.begin, event.end - event.begin);
  if (attribute == Attribute::content) {
    meta.has_content = true;
    meta.quote = event.quote;
    meta.begin = event.begin;
    meta.end = event.end;
    return;
  }
  const std::string_view text = decode(raw);
  if (attribute == Attribute::http_equiv) {
    if (iequals(text, "refresh")) meta.is_refresh = true;
  } else if (attribute == Attribute::itemprop ? is_link_itemprop(text) : is_link_property(text)) {
    meta.is_link = true;
  }
}

void HtmlRewriter::State::end_meta(std::size_t tag_end, std::string_view window, LinkSink& sink) {
  meta.has_content = false;
  if (!meta.is_link && !meta.is_refresh) return;
  if (tag_end - meta.begin > limits::scan_window) {
    ++counters.too_long;
    return;
  }
  const std::string_view raw = window.substr(meta.begin, meta.end - meta.begin);
  Encoding encoding{.html = html_form(meta.quote)};
  if (!meta.is_refresh) {
    if (meta.quote == AttributeQuote::unquoted) encoding.html = Encoding::Html::add_quotes;
    sink.add(decode(raw), url_range(window, meta.begin, meta.end), encoding, LinkContext::meta);
    return;
  }
  decoded.decode(raw);
  std::size_t begin = 0;
  std::size_t end = 0;
  if (!find_refresh_url(decoded.text(), begin, end)) return;
  sink.add(decoded.text().substr(begin, end - begin),
           {meta.begin + decoded.raw_offset(begin), meta.begin + decoded.raw_offset(end)}, encoding,
           LinkContext::meta_refresh);
}

void HtmlRewriter::State::give_up_long(std::string_view window) {
  const std::size_t position = tokenizer.position();
  if (tokenizer.holds_value()) {
    const std::string_view held =
        window.substr(tokenizer.value_begin(), position - tokenizer.value_begin());
    const bool hopeless = is_one_url(attribute) && has_other_scheme(held);
    if (hopeless || held.size() >= value_limit()) {
      tokenizer.drop_value();
      if (!hopeless && attribute != Attribute::type) ++counters.too_long;
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
  if (script.document) first = std::min(first, script.document->hold());
  if (meta.has_content) first = std::min(first, meta.begin);
  return first;
}

void HtmlRewriter::State::drop(std::size_t count) {
  tokenizer.drop(count);
  if (in_style) {
    css.drop(count);
    text_end -= count;
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
