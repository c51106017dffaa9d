// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/rewriter.hpp"
#include "gateway/rewrite/script_scanner.hpp"

namespace signgate::rewrite {

class LinkSink;

/// append_script_unescaped appends what a string literal's text stands for. False: it has an escape
/// that is wrong, or octal.
/// Source: ECMA-262, section 12.9.4 (escape sequences).
[[nodiscard]] bool append_script_unescaped(std::string_view text, std::string& out);

/// ScriptRewriter is the Rewriter of JavaScript: of the string literals that ScriptScanner finds
/// those are looked at that are wholly one link, which begins with `http://`, `https://` or one
/// slash, does not end in a slash, as what is put together would, and has no white space, quotes,
/// `<` or `>` in it. A link is written with `\/` if it was before.
class ScriptRewriter final : public Rewriter {
 public:
  ScriptRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options = {})
      : matcher_(&matcher), page_(std::move(page)), options_(options) {}

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override { return counters_; }

 private:
  void add(const ScriptScanner::Literal& literal, LinkSink& sink);
  void give_up_hopeless(std::string_view window);

  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  Counters counters_;
  ScriptScanner scanner_;
  bool finished_ = false;  // the last byte was consumed
  std::string decoded_;    // scratch
};

}  // namespace signgate::rewrite
