// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/rewriter.hpp"
#include "gateway/rewrite/text_links.hpp"

namespace signgate::rewrite {

/// PlainTextRewriter is the Rewriter of plain text: absolute links and paths from the root, as
/// TextLinkScanner finds them. A link is written as it is, since plain text has no escapes. What is
/// relative to a path is no link: titles and names would be.
class PlainTextRewriter final : public Rewriter {
 public:
  PlainTextRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options = {})
      : matcher_(&matcher), page_(std::move(page)), options_(options) {}

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override;

 private:
  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  Counters counters_;
  TextLinkScanner links_{TextLinkScanner::Kinds::absolute_and_rooted};
  bool finished_ = false;  // the last byte was consumed
};

}  // namespace signgate::rewrite
