// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/rewriter.hpp"
#include "gateway/rewrite/text_links.hpp"

namespace signgate::rewrite {

/// TextRewriter is the Rewriter of a text of which nothing is known but that it is a value: a
/// string in JSON, say. In this order it is
/// - a link, if all of it but white space around it is one without white space, control characters,
///   `"`, `<` and `>` in it that begins with `http://`, `https://` or `/`. What would be relative
///   to a path is none: titles and names would be;
/// - text, whose absolute links are found by TextLinkScanner;
/// - HTML from the first `<` on that a letter, `/` or `!` follows, `<https://...>` aside.
/// It hands out one link a scan, as NestedDocument asks for.
class TextRewriter final : public Rewriter {
 public:
  /// `context` is that of the links that are not in HTML.
  TextRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options,
               LinkContext context);
  ~TextRewriter() override;

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override;

 private:
  enum class Mode : std::uint8_t { begin, link, text, html };
  enum class Markup : std::uint8_t { no, yes, maybe };

  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  [[nodiscard]] static Markup may_begin_markup(std::string_view text, bool last) noexcept;
  void begin(std::string_view window) noexcept;
  void begin_text(std::size_t position) noexcept;
  void step_link(std::string_view window, bool last, LinkSink& sink);
  bool step_text(std::string_view window, bool last, LinkSink& sink);
  bool find_markup(std::string_view window, bool last) noexcept;
  void add(TextLink link, LinkSink& sink) const;
  std::size_t scan_html(std::string_view window, bool last, Batch& out);
  [[nodiscard]] std::size_t hold() const noexcept;

  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  LinkContext context_;
  Counters counters_;
  Mode mode_ = Mode::begin;
  std::size_t position_ = 0;        // begin, link: what lies before it was looked at
  std::size_t link_begin_ = 0;      // link
  std::size_t link_end_ = nowhere;  // link: where white space followed it
  std::size_t markup_ = 0;          // text: no markup begins before it
  TextLinkScanner links_;           // text
  std::unique_ptr<Rewriter> html_;  // made when it is first needed
  bool html_begun_ = false;         // since it was made or restarted
};

}  // namespace signgate::rewrite
