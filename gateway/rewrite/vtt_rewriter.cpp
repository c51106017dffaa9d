// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/vtt_rewriter.hpp"

#include <algorithm>
#include <array>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/css_rewriter.hpp"
#include "gateway/rewrite/url.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::string_view style_name = "STYLE";
constexpr std::string_view ampersand = "&amp;";

constexpr bool ends_line(char c) noexcept {
  return c == '\n' || c == '\r';
}

constexpr bool is_in_no_link(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || c == '"' || c == '<' || c == '>';
}

void append_without_references(std::string_view text, std::string& out) {
  while (true) {
    const std::size_t found = text.find(ampersand);
    out.append(text.substr(0, found));
    if (found == std::string_view::npos) return;
    out.push_back('&');
    text.remove_prefix(found + ampersand.size());
  }
}

}  // namespace

bool names_picture(std::string_view line) noexcept {
  constexpr std::array<std::string_view, 7> endings = {"jpg",  "jpeg", "png", "webp",
                                                       "avif", "gif",  "svg"};
  const std::size_t hash = std::min(line.find('#'), line.size());
  if (line.substr(hash).find("xywh=") != std::string_view::npos) return true;
  const std::string_view path = line.substr(0, std::min(line.find('?'), hash));
  const std::size_t dot = path.rfind('.');
  return dot != std::string_view::npos &&
         std::ranges::any_of(endings, [ending = path.substr(dot + 1)](std::string_view each) {
           return iequals(ending, each);
         });
}

// Not inlined into the coroutine that calls it, as HtmlRewriter::scan.
[[gnu::noinline]] std::size_t VttRewriter::scan(std::string_view window, bool last, Batch& out) {
  out.clear();
  LinkSink sink(*matcher_, page_, counters_, out, window, options_);
  bool used_up = place_.finished;
  while (out.links.size() < options_.links_per_batch && !used_up)
    used_up = !step(window, last, sink);
  place_.finished = last && used_up;
  const std::size_t used = place_.finished ? window.size() : hold();
  sink.finish(used);
  if (!place_.finished) drop(used);
  return used;
}

// False: the window is used up.
bool VttRewriter::step(std::string_view window, bool last, LinkSink& sink) {
  switch (place_.state) {
    case State::line:
      return step_line(window, last, sink);
    case State::other:
      if (!pass_line(window)) return false;
      end_line(window[place_.position]);
      return true;
    case State::style_name:
      return step_style_name(window);
    case State::style:
      return step_style(window, last, sink);
    case State::payload:
      return step_payload(window);
    case State::link:
      return step_link(window, last, sink);
    case State::text:
      return step_text(window, last, sink);
  }
  return false;
}

bool VttRewriter::step_line(std::string_view window, bool last, LinkSink& sink) {
  if (place_.in_style && take_style(window, sink)) return true;
  if (place_.position == window.size()) return last && place_.in_style && end_style(window, sink);
  const char c = window[place_.position];
  if (!ends_line(c)) {
    begin_line();
    return true;
  }
  if (c == '\r' || !place_.after_return) {
    if (place_.in_style) end_style(window, sink);
    place_.in_block = place_.in_cue = false;
  }
  place_.after_return = c == '\r';
  ++place_.position;
  return true;
}

void VttRewriter::begin_line() noexcept {
  place_.after_return = false;
  place_.arrow = false;
  place_.dashes = 0;
  place_.matched = 0;
  if (place_.in_style) {
    place_.state = State::style;
  } else if (place_.in_cue) {
    place_.state = State::payload;
  } else {
    place_.state = place_.in_block || place_.cue_seen ? State::other : State::style_name;
  }
}

void VttRewriter::end_line(char c) noexcept {
  if (place_.arrow) place_.in_cue = place_.cue_seen = true;
  place_.in_block = true;
  place_.after_return = c == '\r';
  place_.state = State::line;
  ++place_.position;
}

// Looks at the next byte of a line, and goes on to the one behind it.
void VttRewriter::note(char c) noexcept {
  if (c == '>' && place_.dashes >= 2) place_.arrow = true;
  place_.dashes = c == '-' ? place_.dashes + 1 : 0;
  ++place_.position;
}

// True: the position is where the line ends. False: the window ends before.
bool VttRewriter::pass_line(std::string_view window) noexcept {
  while (place_.position < window.size() && !ends_line(window[place_.position]))
    note(window[place_.position]);
  return place_.position < window.size();
}

bool VttRewriter::step_style_name(std::string_view window) {
  for (; place_.position < window.size(); note(window[place_.position])) {
    const char c = window[place_.position];
    if (place_.matched == style_name.size()) {
      if (c == ' ' || c == '\t' || c == '\f') continue;
      if (ends_line(c)) {
        place_.in_style = true;
        css_.reset(place_.position);
        end_line(c);
        return true;
      }
    } else if (c == style_name[place_.matched]) {
      ++place_.matched;
      continue;
    }
    place_.state = State::other;
    return true;
  }
  return false;
}

bool VttRewriter::step_style(std::string_view window, bool last, LinkSink& sink) {
  while (place_.position < window.size() && !ends_line(window[place_.position]) && !place_.arrow)
    note(window[place_.position]);
  if (take_style(window, sink)) return true;
  if (place_.arrow) {
    place_.in_style = false;
    place_.state = State::other;
    return true;
  }
  if (place_.position == window.size()) return last && end_style(window, sink);
  end_line(window[place_.position]);
  return true;
}

// Reads on in the style sheet. True: a URL was found, and more may follow.
bool VttRewriter::take_style(std::string_view window, LinkSink& sink) {
  const std::string_view text = window.substr(0, place_.position);
  CssUrl url;
  if (!css_.next(text, url)) return false;
  add_css_url(url, text, LinkContext::style_sheet, scratch_, sink);
  return true;
}

// Ends the style sheet, all of which was read. True: it ended within a URL.
bool VttRewriter::end_style(std::string_view window, LinkSink& sink) {
  place_.in_style = false;
  place_.state = State::line;
  const std::string_view text = window.substr(0, place_.position);
  CssUrl url;
  if (!css_.finish(text, url)) return false;
  add_css_url(url, text, LinkContext::style_sheet, scratch_, sink);
  return true;
}

bool VttRewriter::step_payload(std::string_view window) {
  for (; place_.position < window.size(); note(window[place_.position])) {
    const char c = window[place_.position];
    if (c == ' ' || c == '\t' || c == '\f') continue;
    place_.state = ends_line(c) ? State::other : State::link;
    place_.link_begin = place_.position;
    place_.link_end = nowhere;
    return true;
  }
  return false;
}

bool VttRewriter::step_link(std::string_view window, bool last, LinkSink& sink) {
  const std::size_t begin = place_.link_begin;
  bool is_link = true;
  for (; is_link && place_.position < window.size(); note(window[place_.position])) {
    const char c = window[place_.position];
    if (ends_line(c)) break;
    const bool too_long = place_.position - begin >= limits::link_length;
    // One that is absolute is counted as a link of the text.
    if (too_long && window[begin] == '/') ++counters_.too_long;
    if (!too_long && (c == ' ' || c == '\t' || c == '\f')) {
      place_.link_end = std::min(place_.link_end, place_.position);
      continue;
    }
    is_link = !too_long && place_.link_end == nowhere && !is_in_no_link(c) &&
              !(c == ':' && has_other_scheme(window.substr(begin, place_.position + 1 - begin)));
  }
  if (is_link && place_.position == window.size() && !last) return false;
  const std::size_t end = std::min(place_.link_end, place_.position);
  if (is_link && (window[begin] == '/' || names_picture(window.substr(begin, end - begin)))) {
    add(begin, end, sink);
    place_.state = State::other;
  } else {
    links_.reset(begin);
    place_.state = State::text;
  }
  return true;
}

bool VttRewriter::step_text(std::string_view window, bool last, LinkSink& sink) {
  const bool ended = pass_line(window);
  const std::string_view text = window.substr(0, place_.position);
  TextLink link;
  const bool found = links_.next(text, link);
  if (!found && !ended && !last) return false;
  if (!found) place_.state = State::other;
  if (found || links_.finish(text, link)) add(link.begin, link.end, sink);
  return true;
}

void VttRewriter::add(std::size_t begin, std::size_t end, LinkSink& sink) {
  const std::string_view raw = sink.window().substr(begin, end - begin);
  if (raw.find(ampersand) == std::string_view::npos) {
    sink.add(raw, {begin, end}, {}, LinkContext::cue);
    return;
  }
  scratch_.clear();
  append_without_references(raw, scratch_);
  sink.add(scratch_, {begin, end}, {.html = Encoding::Html::double_quoted}, LinkContext::cue);
}

// The first byte that must be kept.
std::size_t VttRewriter::hold() const noexcept {
  if (place_.in_style) return css_.hold();
  if (place_.state == State::link) return place_.link_begin;
  if (place_.state == State::text) return links_.hold();
  return place_.position;
}

void VttRewriter::drop(std::size_t count) {
  place_.position -= count;
  if (place_.in_style) {
    css_.drop(count);
  } else if (place_.state == State::link) {
    place_.link_begin -= count;
    if (place_.link_end != nowhere) place_.link_end -= count;
  } else if (place_.state == State::text) {
    links_.drop(count);
  }
}

void VttRewriter::restart() {
  place_ = {};
}

Counters VttRewriter::counters() const {
  Counters counters = counters_;
  counters.too_long += css_.too_long() + links_.too_long();
  return counters;
}

}  // namespace signgate::rewrite
