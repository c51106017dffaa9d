// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/plain_text_rewriter.hpp"

#include "gateway/rewrite/link_sink.hpp"

namespace signgate::rewrite {

// Not inlined into the coroutine that calls it, as HtmlRewriter::scan.
[[gnu::noinline]] std::size_t PlainTextRewriter::scan(std::string_view window, bool last,
                                                      Batch& out) {
  out.clear();
  LinkSink sink(*matcher_, page_, counters_, out, window, options_);
  bool used_up = finished_;
  TextLink link;
  while (out.links.size() < options_.links_per_batch && !used_up) {
    used_up = !links_.next(window, link);
    if (used_up && !(last && links_.finish(window, link))) continue;
    sink.add(window.substr(link.begin, link.end - link.begin), {link.begin, link.end}, {},
             LinkContext::text);
  }
  finished_ = last && used_up;
  const std::size_t used = finished_ ? window.size() : links_.hold();
  sink.finish(used);
  if (!finished_) links_.drop(used);
  return used;
}

void PlainTextRewriter::restart() {
  links_.reset(0);
  finished_ = false;
}

Counters PlainTextRewriter::counters() const {
  Counters counters = counters_;
  counters.too_long += links_.too_long();
  return counters;
}

}  // namespace signgate::rewrite
