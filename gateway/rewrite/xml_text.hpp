// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/rewrite/css_scanner.hpp"
#include "gateway/rewrite/entities.hpp"
#include "gateway/rewrite/link_sink.hpp"
#include "gateway/rewrite/nested_document.hpp"

namespace signgate::rewrite {

/// XmlText is a run of text between two tags, or a CDATA section: a link, escaped HTML, a style
/// sheet, or nothing. Offsets are into the window, which drop() moves. Reused from run to run.
class XmlText {
 public:
  /// Use says what may be made of a run's text.
  struct Use {
    bool link = false;  // all of it may be a link
    bool html = false;  // it may be an HTML document, of which nothing counts before its first `<`
    bool css = false;   // it is a style sheet, and nothing else
  };

  /// XmlText looks for HTML by way of `nested`, if there is one.
  explicit XmlText(std::optional<NestedDocument> nested, LinkContext context)
      : nested_(std::move(nested)), context_(context) {}

  /// replace_nested has HTML looked at by another document from the next run on, and returns the
  /// counters of the one before.
  Counters replace_nested(std::optional<NestedDocument> nested);

  /// begin starts a run at `position`, when none is active.
  void begin(Use use, bool cdata, std::size_t position);

  /// extend says that the run goes on to `end`.
  void extend(std::size_t end) noexcept { end_ = end; }

  /// finish says that it ends at the end it has; `whole` that its element or section ends with it.
  void finish(bool whole) noexcept {
    finished_ = true;
    whole_ = whole;
  }

  /// active says that a run was begun and is not gone through.
  [[nodiscard]] bool active() const noexcept { return state_ != State::none; }

  /// was_blank says that the last run held nothing but white space.
  [[nodiscard]] bool was_blank() const noexcept { return blank_; }

  /// has_used_nested says that HTML was looked at since the document for it is there.
  [[nodiscard]] bool has_used_nested() const noexcept { return used_nested_; }

  /// step goes through what there is, up to the next link. False: more is needed, or the run is
  /// over.
  bool step(std::string_view window, LinkSink& sink, Counters& counters);

  /// hold is the first byte that must be kept; only if active().
  [[nodiscard]] std::size_t hold() const noexcept;

  void drop(std::size_t count);

  /// let_go gives up what is held back of HTML, when a full window is.
  void let_go() noexcept {
    if (state_ == State::html) nested_->let_go();
  }

  /// counters are those of the HTML documents.
  [[nodiscard]] Counters counters() const { return nested_ ? nested_->counters() : Counters{}; }

 private:
  enum class State : std::uint8_t {
    none,
    space,  // nothing but white space so far
    link,   // from begin_ on it may be a link
    plain,  // it may become HTML
    html,
    css,
    skipped,
  };

  bool step_space(std::string_view window);
  bool step_link(std::string_view window, LinkSink& sink, Counters& counters);
  bool step_plain(std::string_view window);
  bool step_html(std::string_view window, LinkSink& sink);
  bool step_css(std::string_view window, LinkSink& sink, Counters& counters);
  bool end_link(std::string_view window, LinkSink& sink);
  void append(std::string_view window);
  void add_url(const CssUrl& url, std::string_view window, LinkSink& sink);
  bool is_no_link();

  std::optional<NestedDocument> nested_;
  LinkContext context_;
  State state_ = State::none;
  Use use_;
  bool cdata_ = false;
  bool finished_ = false;
  bool whole_ = false;
  bool blank_ = true;
  bool used_nested_ = false;
  bool ended_ = false;        // link: white space has followed
  std::size_t begin_ = 0;     // link
  std::size_t link_end_ = 0;  // link: where that white space began
  std::size_t position_ = 0;  // how far it was gone through
  std::size_t end_ = 0;       // how far it is known to go
  CssScanner css_;
  AttributeText decoded_;  // scratch
  std::string unescaped_;  // scratch
};

}  // namespace signgate::rewrite
