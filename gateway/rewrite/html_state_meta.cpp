// SPDX-License-Identifier: Apache-2.0
// What a <meta> says: a link, the page's charset, what a browser may fetch.
#include <utility>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/charset_rewriter.hpp"
#include "gateway/rewrite/html_state.hpp"
#include "gateway/rewrite/refresh.hpp"

namespace signgate::rewrite {

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
    meta.is_refresh = meta.is_refresh || iequals(text, "refresh");
    if (iequals(text, "content-security-policy")) meta.policy = PagePolicy::content_security;
    meta.is_content_type = meta.is_content_type || iequals(text, "content-type");
  } else if (attribute == Attribute::name && iequals(text, "referrer")) {
    meta.policy = PagePolicy::referrer;
  } else if (attribute == Attribute::charset) {
    meta.charset = find_declared_charset(text);
  } else if (attribute == Attribute::itemprop ? is_link_itemprop(text) : is_link_property(text)) {
    meta.is_link = true;
  }
}

// The first <meta> that names a charset says it of all (WHATWG HTML, section 13.2.3.2): of what
// stood before it, which is no more than its beginning, we have let go.
void HtmlRewriter::State::declare_charset(std::string_view window, LinkSink& sink) {
  std::optional<Charset> declared = meta.charset;
  if (!declared && meta.is_content_type && meta.has_content) {
    const std::string_view raw = window.substr(meta.begin, meta.end - meta.begin);
    declared = find_declared_charset(charset_in_content(decode(raw)));
  }
  if (!declared) return;
  options.charset = declared;
  sink.set_charset(*declared);
  unreadable = !can_read(Format::html, *declared);
  if (unreadable) ++counters.passed_charset;
}

// True: another policy has taken the place of the one in `content`.
bool HtmlRewriter::State::fit_policy(std::string_view window, LinkSink& sink) {
  auto fitted =
      (*options.policies)(*meta.policy, decode(window.substr(meta.begin, meta.end - meta.begin)));
  if (!fitted) return false;
  Encoding encoding{.html = html_form(meta.quote)};
  if (meta.quote == AttributeQuote::unquoted) encoding.html = Encoding::Html::add_quotes;
  sink.replace(std::move(*fitted), url_range(window, meta.begin, meta.end), encoding);
  return true;
}

void HtmlRewriter::State::end_meta(std::size_t tag_end, std::string_view window, LinkSink& sink) {
  meta.has_content = false;
  if (meta.policy && options.policies != nullptr && fit_policy(window, sink)) return;
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
  decoded.decode(raw, known_charset());
  std::size_t begin = 0;
  std::size_t end = 0;
  if (!find_refresh_url(decoded.text(), begin, end)) return;
  sink.add(decoded.text().substr(begin, end - begin),
           {meta.begin + decoded.raw_offset(begin), meta.begin + decoded.raw_offset(end)}, encoding,
           LinkContext::meta_refresh);
}

}  // namespace signgate::rewrite
