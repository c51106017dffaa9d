// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/css_rewriter.hpp"

namespace signgate::rewrite {

void add_css_url(const CssUrl& url, std::string_view text, LinkContext context,
                 std::string& scratch, LinkSink& sink) {
  std::string_view link = text.substr(url.begin, url.end - url.begin);
  std::string resolved;
  if (sink.charset().kind == Charset::Kind::single_byte && has_other_than_ascii(link)) {
    for (const char c : link) {
      if (static_cast<unsigned char>(c) < 0x80) {
        resolved.push_back(c);
      } else {
        append_as_utf8(c, sink.charset(), resolved);
      }
    }
    link = resolved;
  }
  if (link.find('\\') != std::string_view::npos) {
    scratch.clear();
    append_css_unescaped(link, scratch);
    link = scratch;
  }
  sink.add(link, {url.begin, url.end}, {.css = url.form}, context);
}

// Not inlined into the coroutine that calls it, as HtmlRewriter::scan.
[[gnu::noinline]] std::size_t CssRewriter::scan(std::string_view window, bool last, Batch& out) {
  out.clear();
  LinkSink sink(*matcher_, page_, counters_, out, window, options_);
  bool used_up = finished_;
  CssUrl url;
  while (out.links.size() < options_.links_per_batch && !used_up) {
    if (scanner_.next(window, url)) {
      add_css_url(url, window, LinkContext::style_sheet, unescaped_, sink);
    } else {
      used_up = true;
      if (last && scanner_.finish(window, url))
        add_css_url(url, window, LinkContext::style_sheet, unescaped_, sink);
    }
  }
  finished_ = last && used_up;
  const std::size_t used = finished_ ? window.size() : scanner_.hold();
  sink.finish(used);
  if (!finished_) scanner_.drop(used);
  return used;
}

void CssRewriter::restart() {
  counters_.too_long += scanner_.too_long();
  scanner_ = CssScanner();
  finished_ = false;
}

Counters CssRewriter::counters() const {
  Counters counters = counters_;
  counters.too_long += scanner_.too_long();
  return counters;
}

}  // namespace signgate::rewrite
