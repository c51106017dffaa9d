// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "gateway/rewrite/charset.hpp"
#include "gateway/rewrite/format.hpp"
#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/rewriter.hpp"

namespace signgate::rewrite {

/// can_read says whether links can be found in a text of that format and charset: HTML of all but
/// Charset::Kind::other, whatever has backslashes or brackets of its own not of ascii_trails
/// either.
[[nodiscard]] bool can_read(Format format, const Charset& charset) noexcept;

/// CharsetRewriter is the Rewriter of a whole answer: it tells from the text's beginning in which
/// charset it is written, and then has it read as its format. A byte order mark goes before what
/// the header says (RewriteOptions::charset), and that before what the text declares: the
/// declaration of XML, `@charset` of CSS; HtmlRewriter knows <meta>. What cannot be read passes as
/// it is, and is counted by Counters::passed_charset; so does, without being counted, what is all
/// there and free of media at a glance (RestOfDocument). Held back until it is told are a byte
/// order mark and a declaration that are cut. Sources: WHATWG HTML, section 13.2.3.2; WHATWG
/// Encoding, section 6 (decode); CSS Syntax 3, section 3.2; XML 1.0, appendix F.
class CharsetRewriter final : public Rewriter {
 public:
  CharsetRewriter(Format format, const LinkMatcher& matcher, PageUrl page,
                  RewriteOptions options = {});

  std::size_t scan(std::string_view window, bool last, Batch& out) override;
  void restart() override;
  [[nodiscard]] Counters counters() const override;

 private:
  [[nodiscard]] bool begin(std::string_view window, bool last);
  [[nodiscard]] bool is_free(std::string_view document, const RewriteOptions& options) const;

  Format format_;
  const LinkMatcher* matcher_;
  PageUrl page_;
  RewriteOptions options_;
  Counters counters_;                // of documents before, and of what passed
  std::unique_ptr<Rewriter> inner_;  // null: the beginning is not known, or all of it passes
  bool passes_ = false;
};

}  // namespace signgate::rewrite
