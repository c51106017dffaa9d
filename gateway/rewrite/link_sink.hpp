// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/batch.hpp"
#include "gateway/rewrite/candidate_log.hpp"
#include "gateway/rewrite/link_matcher.hpp"
#include "gateway/rewrite/rewriter.hpp"

namespace signgate::rewrite {

/// LinkSink matches what a scanner found in one window and fills a batch with the pieces. It lives
/// for one scan and keeps references to all that it is given.
class LinkSink {
 public:
  /// Range is the raw bytes of a link: offsets into the window.
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// LinkSink notes every link that it is given in the options' `candidates`, if there are any.
  LinkSink(const LinkMatcher& matcher, const PageUrl& page, Counters& counters, Batch& out,
           std::string_view window, const RewriteOptions& options = {}) noexcept
      : matcher_(matcher),
        page_(page),
        counters_(counters),
        out_(out),
        window_(window),
        candidates_(options.candidates),
        charset_(options.charset.value_or(Charset{})),
        rules_(options.rules),
        user_content_(options.user_content) {}

  /// set_charset says in which charset the document is from here on. The text of links is UTF-8 if
  /// it is single_byte, as the scanner has resolved its bytes.
  void set_charset(const Charset& charset) noexcept { charset_ = charset; }
  [[nodiscard]] const Charset& charset() const noexcept { return charset_; }

  /// set_user_content says whether what follows is user content; only with rules for that.
  void set_user_content(bool is) noexcept { user_content_ = is; }

  /// add looks at a link whose decoded text is `text`. If it is private media it becomes a piece;
  /// otherwise it remains a part of the literal around it. Ranges come in order and do not overlap.
  void add(std::string_view text, Range raw, Encoding encoding, LinkContext context);

  /// add_template does so with a template of DASH, whose `$...$` the player replaces. If it has
  /// any, it is only taken for a rule whose signatures open all links that begin alike, and only if
  /// each `$` is still there when it has become absolute; otherwise it is counted as
  /// refused_template. Source: ISO/IEC 23009-1 section 5.3.9.4.4.
  void add_template(std::string_view text, Range raw, Encoding encoding, LinkContext context);

  /// add_nested takes a link over that the Rewriter of a document within this one has found:
  /// `first` is where its raw bytes begin, negative if that has left the window, and `layer` the
  /// text that the inner document stands in. What was let go before its end came is counted as too
  /// long.
  void add_nested(Link link, std::ptrdiff_t first, std::size_t end, Encoding::Outer layer);

  /// replace has another text take the place of a value that is no link: Link::ready.
  void replace(std::string text, Range raw, Encoding encoding);

  /// finish adds the literal that is left before `end`.
  void finish(std::size_t end);

  /// emitted is the end of the last piece: what lies before it can no longer be held back.
  [[nodiscard]] std::size_t emitted() const noexcept { return emitted_; }

  [[nodiscard]] const Batch& batch() const noexcept { return out_; }

  [[nodiscard]] std::string_view window() const noexcept { return window_; }

 private:
  void place_last(Range raw);
  Link* match(std::string_view text, Encoding encoding, LinkContext context);
  [[nodiscard]] bool depends_on_charset(std::string_view text) const noexcept;

  const LinkMatcher& matcher_;
  const PageUrl& page_;
  Counters& counters_;
  Batch& out_;
  std::string_view window_;
  CandidateLog* candidates_;
  Charset charset_;
  const PageRules* rules_;
  bool user_content_;
  std::size_t emitted_ = 0;
};

/// url_range is the raw range of an attribute's value that is one URL: without the white space
/// around it, which stays. What is not quoted has none, and gets quotes.
[[nodiscard]] inline LinkSink::Range url_range(std::string_view window, std::size_t begin,
                                               std::size_t end) noexcept {
  while (begin < end && is_space(window[begin]))
    ++begin;
  while (end > begin && is_space(window[end - 1]))
    --end;
  return {begin, end};
}

}  // namespace signgate::rewrite
