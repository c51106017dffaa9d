// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/json_rewriter.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/json_skimmer.hpp"
#include "gateway/rewrite/json_string.hpp"
#include "gateway/rewrite/text_rewriter.hpp"
#include "gateway/rewrite/value_marks.hpp"

namespace signgate::rewrite {
namespace {

// Whether TextRewriter could find something in a string that is written as it is. Most strings
// hold nothing, and need not be copied.
bool may_hold_link(std::string_view text) noexcept {
  const std::string_view trimmed = trim_space(text);
  return trimmed.starts_with('/') || trimmed.find("://") != std::string_view::npos ||
         trimmed.find('<') != std::string_view::npos;
}

// The link that was added last is written as it was before.
void keep_solidi(Link& link) noexcept {
  if (!has_escaped_solidus(link.original)) return;
  const auto none = std::ranges::find(link.encoding.outer, Encoding::Outer::none);
  *std::prev(none) = Encoding::Outer::json_string_solidi;
}

}  // namespace

JsonRewriter::JsonRewriter(const LinkMatcher& matcher, PageUrl page, RewriteOptions options)
    : matcher_(&matcher),
      page_(std::move(page)),
      options_(options),
      skims_(options.candidates == nullptr && matcher.words().tell(page_) &&
             options.charset.value_or(Charset{}).kind == Charset::Kind::utf8),
      text_(std::make_unique<TextRewriter>(matcher, page_, options.nested(), LinkContext::json)) {
  SIGNGATE_CHECK(options.depth < Encoding::outer_capacity);
}

// Not inlined into the coroutine that calls it, as HtmlRewriter::scan.
[[gnu::noinline]] std::size_t JsonRewriter::scan(std::string_view window, bool last, Batch& out) {
  out.clear();
  LinkSink sink(*matcher_, page_, counters_, out, window, options_);
  bool used_up = finished_;
  while (out.links.size() < options_.links_per_batch && !used_up) {
    if (in_string_) {
      const std::size_t found = out.links.size();
      used_up = !step_string(window, last, sink);
      if (out.links.size() > found) keep_solidi(out.links.back());
    } else if (scanner_.next(window)) {
      begin_string(window);
    } else {
      used_up = true;
    }
  }
  if (used_up && in_string_ && text_.hold() == 0 && window.size() >= limits::scan_window)
    text_.let_go();

  finished_ = last && used_up;
  std::size_t used = window.size();
  if (!finished_) used = in_string_ ? text_.hold() : scanner_.position();
  sink.finish(used);
  if (finished_) return used;
  word_search_.drop(used);
  if (in_string_) {
    text_.drop(used);
    position_ -= used;
  } else {
    scanner_.drop(used);
  }
  return used;
}

void JsonRewriter::begin_string(std::string_view window) {
  const std::size_t begin = scanner_.position();
  if (skims_) {
    const std::size_t behind = skim_json_string(window, begin, matcher_->words(), word_search_);
    if (behind != 0) {
      scanner_.leave_string(behind);
      return;
    }
  }
  const std::size_t end = next_in_json_string(window, begin);
  if (end < window.size() && window[end] == '"' &&
      !may_hold_link(window.substr(begin, end - begin))) {
    scanner_.leave_string(end + 1);
    return;
  }
  in_string_ = true;
  string_ended_ = false;
  position_ = begin;
  text_.begin(begin, Encoding::Outer::json_string);
}

// Gives text_ what it has room for. False: the window holds no more for it now.
bool JsonRewriter::decode(std::string_view window, bool last) {
  while (!string_ended_) {
    if (position_ == window.size()) {
      string_ended_ = last;
      return false;
    }
    if (window[position_] == '\\') {
      if (text_.room() == 0) return true;
      const JsonEscape escape = read_json_escape(window.substr(position_), last);
      if (escape.length == 0) return false;
      position_ += escape.length;
      text_.append(escape.text, position_, false);
      continue;
    }
    const std::size_t end = next_in_json_string(window, position_);
    if (end == position_) {
      string_ended_ = true;
      return false;
    }
    const std::size_t size = std::min(end - position_, text_.room());
    if (size == 0) return true;
    text_.append(window.substr(position_, size), position_ + size, true);
    position_ += size;
  }
  return false;
}

// False: the window is used up.
bool JsonRewriter::step_string(std::string_view window, bool last, LinkSink& sink) {
  const bool more = decode(window, last);
  if (text_.scan(string_ended_, sink) || more) return true;
  if (!string_ended_) return false;
  const bool quoted = position_ < window.size() && window[position_] == '"';
  scanner_.leave_string(position_ + (quoted ? 1 : 0));
  in_string_ = false;
  return true;
}

void JsonRewriter::restart() {
  counters_.too_long += scanner_.too_deep();
  scanner_ = JsonScanner();
  word_search_ = WordSearch();
  in_string_ = false;
  finished_ = false;
}

Counters JsonRewriter::counters() const {
  Counters counters = counters_;
  counters += text_.counters();
  counters.too_long += scanner_.too_deep();
  return counters;
}

}  // namespace signgate::rewrite
