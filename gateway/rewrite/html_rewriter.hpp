// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/rewriter.hpp"

namespace signgate::rewrite {

/// HtmlRewriter is the Rewriter of HTML documents, as the WHATWG tokenizer reads them. Movable, not
/// copyable.
class HtmlRewriter final : public Rewriter {
 public:
  HtmlRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options = {});
  ~HtmlRewriter() override;
  HtmlRewriter(HtmlRewriter&&) noexcept;
  HtmlRewriter& operator=(HtmlRewriter&&) noexcept;

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace signgate::rewrite
