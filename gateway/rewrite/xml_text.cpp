// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/xml_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/css_rewriter.hpp"
#include "gateway/rewrite/xml_attributes.hpp"
#include "gateway/rewrite/xml_reference.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::array<std::string_view, 3> link_begins = {"http://", "https://", "/"};

// Whether text that begins so, and perhaps goes on, may be a link. Text is no place for links
// relative to their folder: any word would be one.
bool may_be_link(std::string_view text) noexcept {
  return std::ranges::any_of(link_begins, [text](std::string_view begin) {
    const std::size_t known = std::min(text.size(), begin.size());
    return iequals(text.substr(0, known), begin.substr(0, known));
  });
}

}  // namespace

Counters XmlText::replace_nested(std::optional<NestedDocument> nested) {
  const Counters before = counters();
  nested_ = std::move(nested);
  used_nested_ = false;
  return before;
}

void XmlText::begin(Use use, bool cdata, std::size_t position) {
  use_ = use;
  use_.html = use.html && nested_;
  state_ = use.css ? State::css : State::space;
  cdata_ = cdata;
  finished_ = whole_ = ended_ = false;
  blank_ = true;
  position_ = end_ = position;
  if (use.css) css_.reset(position);
}

bool XmlText::step(std::string_view window, LinkSink& sink, Counters& counters) {
  bool goes_on = true;
  switch (state_) {
    case State::none:
      return false;
    case State::space:
      goes_on = step_space(window);
      break;
    case State::link:
      goes_on = step_link(window, sink, counters);
      break;
    case State::plain:
      goes_on = step_plain(window);
      break;
    case State::html:
      goes_on = step_html(window, sink);
      break;
    case State::css:
      goes_on = step_css(window, sink, counters);
      break;
    case State::skipped:
      position_ = end_;
      goes_on = false;
      break;
  }
  if (!goes_on && finished_) state_ = State::none;
  return goes_on;
}

bool XmlText::step_space(std::string_view window) {
  while (position_ < end_ && is_space(window[position_]))
    ++position_;
  if (position_ == end_) return false;
  begin_ = position_;
  blank_ = false;
  if (use_.link) {
    state_ = State::link;
    return true;
  }
  return is_no_link();
}

// What was held back as a link is gone through again as HTML. Always true.
bool XmlText::is_no_link() {
  position_ = begin_;
  state_ = use_.html ? State::plain : State::skipped;
  return true;
}

bool XmlText::step_link(std::string_view window, LinkSink& sink, Counters& counters) {
  for (; position_ < end_; ++position_) {
    if (is_space(window[position_])) {
      if (!ended_) link_end_ = position_;
      ended_ = true;
    } else if (ended_) {
      return is_no_link();
    }
  }
  const std::string_view text = window.substr(begin_, (ended_ ? link_end_ : end_) - begin_);
  if (!may_be_link(text)) return is_no_link();
  if (end_ - begin_ > limits::link_length) {
    ++counters.too_long;
    return is_no_link();
  }
  if (!finished_) return false;
  return end_link(window, sink);
}

bool XmlText::end_link(std::string_view window, LinkSink& sink) {
  const std::size_t end = ended_ ? link_end_ : end_;
  const std::string_view raw = window.substr(begin_, end - begin_);
  if (!whole_) return is_no_link();
  if (cdata_) {
    if (raw.find('<') != std::string_view::npos) return is_no_link();
    sink.add(raw, {begin_, end}, {}, context_);
    return false;
  }
  for (std::size_t at = 0; (at = raw.find('&', at)) != std::string_view::npos; ++at) {
    if (read_xml_reference(raw.substr(at)).text == "<") return is_no_link();
  }
  Encoding encoding;
  encoding.outer[0] = Encoding::Outer::xml_text;
  add_xml_value(window, {begin_, end}, encoding, context_, decoded_, sink);
  return false;
}

bool XmlText::step_plain(std::string_view window) {
  while (position_ < end_) {
    const char sought = cdata_ ? '<' : '&';
    position_ = std::min(window.substr(0, end_).find(sought, position_), end_);
    if (position_ == end_) break;
    if (!cdata_) {
      const XmlReference found = read_xml_reference(window.substr(position_, end_ - position_));
      if (found.cut && !finished_) return false;
      if (found.text != "<") {
        ++position_;
        continue;
      }
    }
    nested_->begin(position_, cdata_ ? Encoding::Outer::plain : Encoding::Outer::xml_text);
    state_ = State::html;
    used_nested_ = true;
    return true;
  }
  return false;
}

// Decodes as much as there is room for; a reference that is cut waits for its end.
void XmlText::append(std::string_view window) {
  while (position_ < end_ && nested_->room() > 0) {
    const std::string_view rest = window.substr(position_, end_ - position_);
    std::size_t plain = cdata_ ? rest.size() : std::min(rest.find('&'), rest.size());
    if (plain == 0) {
      const XmlReference found = read_xml_reference(rest);
      if (found.cut && !finished_) return;
      if (found.length != 0) {
        if (found.text.size() > nested_->room()) return;
        position_ += found.length;
        nested_->append(found.text, position_, false);
        continue;
      }
      plain = 1;
    }
    plain = std::min(plain, nested_->room());
    position_ += plain;
    nested_->append(rest.substr(0, plain), position_, true);
  }
}

bool XmlText::step_html(std::string_view window, LinkSink& sink) {
  for (;;) {
    const std::size_t before = position_;
    append(window);
    const std::size_t room = nested_->room();
    const bool all = position_ == end_;
    if (nested_->scan(finished_ && all, sink)) return true;
    if (all || (position_ == before && nested_->room() == room)) return false;
  }
}

bool XmlText::step_css(std::string_view window, LinkSink& sink, Counters& counters) {
  const std::uint64_t too_long = css_.too_long();
  const std::string_view text = window.substr(0, end_);
  CssUrl url;
  bool found = css_.next(text, url);
  const bool used_up = !found;
  if (!found && finished_) found = css_.finish(text, url);
  if (found) add_url(url, text, sink);
  counters.too_long += css_.too_long() - too_long;
  return !used_up;
}

void XmlText::add_url(const CssUrl& url, std::string_view window, LinkSink& sink) {
  const std::string_view raw = window.substr(url.begin, url.end - url.begin);
  if (cdata_) {
    add_css_url(url, window, context_, unescaped_, sink);
    return;
  }
  if (!has_known_references(raw)) return;
  decoded_.decode(raw, sink.charset());
  unescaped_.clear();
  append_css_unescaped(decoded_.text(), unescaped_);
  Encoding encoding{.css = url.form};
  encoding.outer[0] = Encoding::Outer::xml_text;
  sink.add(unescaped_, {url.begin, url.end}, encoding, context_);
}

std::size_t XmlText::hold() const noexcept {
  switch (state_) {
    case State::link:
      return begin_;
    case State::html:
      return std::min(nested_->hold(), position_);
    case State::css:
      return css_.hold();
    default:
      return position_;
  }
}

void XmlText::drop(std::size_t count) {
  const auto back = [count](std::size_t& offset) { offset -= std::min(offset, count); };
  for (std::size_t* const offset : {&begin_, &link_end_, &position_, &end_})
    back(*offset);
  if (state_ == State::html) nested_->drop(count);
  if (state_ == State::css) css_.drop(count);
}

}  // namespace signgate::rewrite
