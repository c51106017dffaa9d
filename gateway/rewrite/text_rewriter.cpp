// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/text_rewriter.hpp"

#include <algorithm>

#include "gateway/base/byte_set.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/html_rewriter.hpp"

namespace signgate::rewrite {
namespace {

constexpr bool is_in_no_link(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || c == '"' || c == '<' || c == '>';
}

}  // namespace

TextRewriter::TextRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options,
                           LinkContext context)
    : matcher_(&matcher), page_(std::move(page)), options_(options), context_(context) {
  options_.links_per_batch = 1;
}
TextRewriter::~TextRewriter() = default;

std::size_t TextRewriter::scan(std::string_view window, bool last, Batch& out) {
  out.clear();
  if (mode_ == Mode::html) return scan_html(window, last, out);
  LinkSink sink(*matcher_, page_, counters_, out, window, options_);
  bool markup = false;
  if (mode_ == Mode::begin) begin(window);
  if (mode_ == Mode::link) step_link(window, last, sink);
  if (mode_ == Mode::text && out.links.empty()) markup = step_text(window, last, sink);
  const bool used_up = out.links.empty() && last && !markup;
  const std::size_t used = used_up ? window.size() : hold();
  if (markup) mode_ = Mode::html;
  if (markup && out.links.empty()) {
    const std::size_t rest = scan_html(window.substr(used), last, out);
    if (used > 0) out.pieces.insert(out.pieces.begin(), {window.substr(0, used), -1});
    return used + rest;
  }
  sink.finish(used);
  if (used_up) {
    begin_text(0);
    return used;
  }
  position_ -= std::min(position_, used);
  if (mode_ == Mode::link) {
    link_begin_ -= used;
    if (link_end_ != nowhere) link_end_ -= used;
  } else if (mode_ == Mode::text) {
    links_.drop(used);
    markup_ -= used;
  }
  return used;
}

void TextRewriter::begin(std::string_view window) noexcept {
  position_ = 0;
  while (position_ < window.size() && is_space(window[position_]))
    ++position_;
  if (position_ == window.size()) return;
  if (window[position_] != '/') {
    const TextLinkBegin absolute = may_begin_text_link(window.substr(position_));
    if (absolute == TextLinkBegin::maybe) return;
    if (absolute == TextLinkBegin::no) {
      begin_text(position_);
      return;
    }
  }
  mode_ = Mode::link;
  link_begin_ = position_;
  link_end_ = nowhere;
}

void TextRewriter::begin_text(std::size_t position) noexcept {
  mode_ = Mode::text;
  markup_ = position;
  links_.reset(position);
}

void TextRewriter::step_link(std::string_view window, bool last, LinkSink& sink) {
  for (; position_ < window.size(); ++position_) {
    const char c = window[position_];
    const bool too_long = position_ - link_begin_ >= limits::link_length;
    if (is_space(c) && !too_long) {
      link_end_ = std::min(link_end_, position_);
    } else if (too_long || link_end_ != nowhere || is_in_no_link(c)) {
      // One that is absolute is counted as a link of the text.
      if (too_long && window[link_begin_] == '/') ++counters_.too_long;
      begin_text(link_begin_);
      return;
    }
  }
  if (!last) return;
  add({link_begin_, std::min(link_end_, window.size())}, sink);
  begin_text(window.size());
}

// True: it has come to markup, at hold().
bool TextRewriter::step_text(std::string_view window, bool last, LinkSink& sink) {
  const bool markup = find_markup(window, last);
  const std::string_view text = window.substr(0, markup_);
  const std::uint64_t too_long = links_.too_long();
  TextLink link;
  bool more = true;
  while (more && sink.batch().links.empty()) {
    more = links_.next(text, link);
    if (more || ((markup || last) && links_.finish(text, link))) add(link, sink);
  }
  counters_.too_long += links_.too_long() - too_long;
  return markup && !more;
}

// Moves markup_ to where markup begins (true), or to a `<` of which the window does not tell yet or
// its end (false).
bool TextRewriter::find_markup(std::string_view window, bool last) noexcept {
  for (;; ++markup_) {
    markup_ = std::min(window.find('<', markup_), window.size());
    if (markup_ == window.size()) return false;
    const Markup found = may_begin_markup(window.substr(markup_), last);
    if (found != Markup::no) return found == Markup::yes;
  }
}

TextRewriter::Markup TextRewriter::may_begin_markup(std::string_view text, bool last) noexcept {
  if (text.size() == 1) return last ? Markup::no : Markup::maybe;
  if (text[1] == '/' || text[1] == '!') return Markup::yes;
  if (!is_alpha(text[1])) return Markup::no;
  switch (may_begin_text_link(text.substr(1))) {
    case TextLinkBegin::yes:
      return Markup::no;
    case TextLinkBegin::maybe:
      return last ? Markup::yes : Markup::maybe;
    case TextLinkBegin::no:
      break;
  }
  return Markup::yes;
}

void TextRewriter::add(TextLink link, LinkSink& sink) const {
  sink.add(sink.window().substr(link.begin, link.end - link.begin), {link.begin, link.end}, {},
           context_);
}

std::size_t TextRewriter::scan_html(std::string_view window, bool last, Batch& out) {
  if (!html_) {
    html_ = std::make_unique<HtmlRewriter>(*matcher_, page_, options_);
  } else if (!html_begun_) {
    html_->restart();
  }
  html_begun_ = true;
  return html_->scan(window, last, out);
}

// The first byte that must be kept.
std::size_t TextRewriter::hold() const noexcept {
  switch (mode_) {
    case Mode::begin:
      return position_;
    case Mode::link:
      return link_begin_;
    case Mode::text:
      return std::min(links_.hold(), markup_);
    case Mode::html:
      break;
  }
  return 0;
}

void TextRewriter::restart() {
  mode_ = Mode::begin;
  position_ = 0;
  html_begun_ = false;
}

Counters TextRewriter::counters() const {
  Counters counters = counters_;
  if (html_) counters += html_->counters();
  return counters;
}

}  // namespace signgate::rewrite
