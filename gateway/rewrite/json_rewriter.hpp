// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/rewrite/json_scanner.hpp"
#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/media_words.hpp"
#include "gateway/rewrite/nested_document.hpp"
#include "gateway/rewrite/rewriter.hpp"

namespace signgate::rewrite {

/// JsonRewriter is the Rewriter of JSON: JsonScanner finds the strings, and what each of them
/// stands for is read by TextRewriter: links, text with links in it, HTML. Names of members are
/// never looked at. Strings that hold no media at a glance are passed over (skim_json_string), and
/// their links not counted, unless somebody asks for the candidates. A link is written with `\/` if
/// it was before. Not movable.
class JsonRewriter final : public Rewriter {
 public:
  /// `options.depth` is below Encoding::outer_capacity, as each string is a document of its own.
  JsonRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options = {});

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override;

 private:
  void begin_string(std::string_view window);
  bool decode(std::string_view window, bool last);
  bool step_string(std::string_view window, bool last, LinkSink& sink);

  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  bool skims_;
  Counters counters_;
  JsonScanner scanner_;
  WordSearch word_search_;
  NestedDocument text_;        // what a string stands for
  bool in_string_ = false;     // text_ is begun
  bool string_ended_ = false;  // all of the string was given to text_
  std::size_t position_ = 0;   // in_string_: the raw bytes before it were given to text_
  bool finished_ = false;      // the last byte was consumed
};

}  // namespace signgate::rewrite
