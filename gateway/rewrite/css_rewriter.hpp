// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/rewrite/css_scanner.hpp"
#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/rewriter.hpp"

namespace signgate::rewrite {

/// add_css_url matches a URL that CssScanner has found in `text`, whose offsets are those of the
/// sink's window; its bytes are those of the sink's charset. `scratch` is reused from call to call.
void add_css_url(const CssUrl& url, std::string_view text, LinkContext context,
                 std::string& scratch, LinkSink& sink);

/// CssRewriter is the Rewriter of style sheets. Links are resolved against the sheet's own address.
class CssRewriter final : public Rewriter {
 public:
  CssRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options = {})
      : matcher_(&matcher), page_(std::move(page)), options_(options) {}

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override;

 private:
  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  Counters counters_;
  CssScanner scanner_;
  bool finished_ = false;  // the last byte was consumed
  std::string unescaped_;  // scratch
};

}  // namespace signgate::rewrite
