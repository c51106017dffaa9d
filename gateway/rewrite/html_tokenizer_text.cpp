// SPDX-License-Identifier: Apache-2.0
// Comments, CDATA sections, raw text and scripts of the tokenizer.
#include <algorithm>

#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/html_tokenizer.hpp"

namespace signgate::rewrite {

// The comment-less-than-sign states differ from the comment state in parse errors alone, so they
// are not kept apart. Returns false when the window is used up.
bool HtmlTokenizer::step_comment(std::string_view window) noexcept {
  const auto skip_to = [&](char c) {
    position_ = std::min(window.find(c, position_), window.size());
    return position_ < window.size();
  };
  const auto go = [this](State state) {
    ++position_;
    state_ = state;
  };
  const char c = window[position_];
  switch (state_) {
    case State::markup_dash:
      if (c == '-') {
        go(State::comment_start);
      } else {
        state_ = State::bogus_comment;
      }
      break;
    case State::markup_cdata:
      if (c != std::string_view("CDATA[")[matched_]) {
        state_ = State::bogus_comment;
      } else {
        ++position_;
        if (++matched_ == 6) {
          state_ = State::cdata_section;
          if (report_data_) data_begin_ = position_;
        }
      }
      break;
    case State::bogus_comment:
      if (!skip_to('>')) return false;
      go(State::data);
      break;
    case State::comment_start:
      if (c == '-') {
        go(State::comment_start_dash);
      } else if (c == '>') {
        go(State::data);
      } else {
        state_ = State::comment;
      }
      break;
    case State::comment_start_dash:
      if (c == '-') {
        go(State::comment_end);
      } else if (c == '>') {
        go(State::data);
      } else {
        state_ = State::comment;
      }
      break;
    case State::comment:
      if (!skip_to('-')) return false;
      go(State::comment_end_dash);
      break;
    case State::comment_end_dash:
      if (c == '-') {
        go(State::comment_end);
      } else {
        state_ = State::comment;
      }
      break;
    case State::comment_end:
      if (c == '>') {
        go(State::data);
      } else if (c == '!') {
        go(State::comment_end_bang);
      } else if (c == '-') {
        ++position_;
      } else {
        state_ = State::comment;
      }
      break;
    case State::comment_end_bang:
      if (c == '-') {
        go(State::comment_end_dash);
      } else if (c == '>') {
        go(State::data);
      } else {
        state_ = State::comment;
      }
      break;
    case State::cdata_section:
      if (!skip_to(']')) return false;
      go(State::cdata_bracket);
      break;
    case State::cdata_bracket:
      if (c == ']') {
        go(State::cdata_end);
      } else {
        state_ = State::cdata_section;
      }
      break;
    default:  // cdata_end
      if (c == ']') {
        ++position_;
        // Of brackets in a row no more than two are held.
        if (data_begin_ != nowhere) ++data_begin_;
      } else if (c == '>') {
        go(State::data);
        data_begin_ = nowhere;
      } else {
        state_ = State::cdata_section;
      }
      break;
  }
  return true;
}

// Text up to `end` becomes an event, if it was asked for and there is any.
bool HtmlTokenizer::take_text(std::size_t end, Event& event) noexcept {
  if (!report_text_ || text_begin_ >= end) return false;
  event = {.kind = EventKind::text, .begin = text_begin_, .end = end};
  text_begin_ = end;
  return true;
}

// Data up to the next `<`, where it goes on; what that begins may be data too.
bool HtmlTokenizer::take_data(std::string_view window, Event& event) noexcept {
  if (data_begin_ == nowhere) data_begin_ = position_;
  position_ = std::min(window.find('<', position_), window.size());
  if (data_begin_ == position_) return false;
  event = {.kind = EventKind::text, .begin = data_begin_, .end = position_};
  data_begin_ = position_;
  return true;
}

// The same in a CDATA section, up to a bracket.
bool HtmlTokenizer::take_cdata(std::string_view window, Event& event) noexcept {
  if (state_ != State::cdata_section) return false;
  position_ = std::min(window.find(']', position_), window.size());
  if (data_begin_ == position_) return false;
  event = {.kind = EventKind::text, .in_cdata = true, .begin = data_begin_, .end = position_};
  data_begin_ = position_;
  return true;
}

HtmlTokenizer::Event HtmlTokenizer::finish() noexcept {
  Event event;
  take_text(position_, event);
  return event;
}

// Returns true when `event` holds one.
bool HtmlTokenizer::step_raw(std::string_view window, Event& event) noexcept {
  const char c = window[position_];
  switch (state_) {
    case State::raw:
      position_ = std::min(window.find('<', position_), window.size());
      if (position_ == window.size()) return false;
      less_than_ = position_++;
      raw_return_ = State::raw;
      state_ = State::raw_less_than;
      return false;

    case State::raw_less_than:
      if (c == '/') {
        ++position_;
        state_ = State::raw_end_tag_open;
      } else if (c == '!' && model_ == TextModel::script_data) {
        ++position_;
        less_than_ = nowhere;
        state_ = State::script_escape_start;
      } else {
        less_than_ = nowhere;
        state_ = State::raw;
      }
      return false;

    case State::raw_end_tag_open:
      if (is_alpha(c)) {
        clear_name();
        state_ = State::raw_end_tag_name;
      } else {
        less_than_ = nowhere;
        state_ = raw_return_;
      }
      return false;

    default:  // raw_end_tag_name
      if (is_alpha(c)) {
        add_to_name(c);
        ++position_;
        // No name that is longer can be the element's: the `<` was text, and nobody waits for it.
        if (name_length_ > element_length_) {
          less_than_ = nowhere;
          state_ = raw_return_;
        }
        return false;
      }
      if ((is_space(c) || c == '/' || c == '>') && is_appropriate_end_tag()) {
        // The text before it first; the same character leads here again.
        if (take_text(less_than_, event)) return true;
        report_text_ = false;
        less_than_ = nowhere;
        is_end_tag_ = true;
        state_ = State::before_attribute_name;
        event = {.kind = EventKind::tag_name, .end = position_};
        return true;
      }
      less_than_ = nowhere;
      state_ = raw_return_;
      return false;
  }
}

void HtmlTokenizer::step_script(std::string_view window) noexcept {
  const auto go = [this](State state) {
    ++position_;
    state_ = state;
  };
  // The `<` at position_ may begin the end tag.
  const auto less_than = [&] {
    less_than_ = position_;
    go(State::script_escaped_less_than);
  };
  const char c = window[position_];
  const bool ends_name = is_space(c) || c == '/' || c == '>';
  switch (state_) {
    case State::script_escape_start:
      if (c == '-') {
        go(State::script_escape_start_dash);
      } else {
        state_ = State::raw;
      }
      break;
    case State::script_escape_start_dash:
      if (c == '-') {
        go(State::script_escaped_dash_dash);
      } else {
        state_ = State::raw;
      }
      break;

    case State::script_escaped:
      position_ = std::min(window.find_first_of("-<", position_), window.size());
      if (position_ == window.size()) return;
      if (window[position_] == '-') {
        go(State::script_escaped_dash);
      } else {
        less_than();
      }
      break;
    case State::script_escaped_dash:
    case State::script_escaped_dash_dash:
      if (c == '-') {
        go(State::script_escaped_dash_dash);
      } else if (c == '<') {
        less_than();
      } else if (c == '>' && state_ == State::script_escaped_dash_dash) {
        go(State::raw);
      } else {
        go(State::script_escaped);
      }
      break;
    case State::script_escaped_less_than:
      if (c == '/') {
        raw_return_ = State::script_escaped;
        go(State::raw_end_tag_open);
      } else if (is_alpha(c)) {
        clear_name();
        less_than_ = nowhere;
        state_ = State::script_double_escape_start;
      } else {
        less_than_ = nowhere;
        state_ = State::script_escaped;
      }
      break;

    case State::script_double_escape_start:
    case State::script_double_escape_end:
      if (ends_name) {
        const bool starts = state_ == State::script_double_escape_start;
        const bool is_script = name() == "script";
        go(starts == is_script ? State::script_double_escaped : State::script_escaped);
      } else if (is_alpha(c)) {
        add_to_name(c);
        ++position_;
      } else {
        state_ = state_ == State::script_double_escape_start ? State::script_escaped
                                                             : State::script_double_escaped;
      }
      break;
    case State::script_double_escaped:
      position_ = std::min(window.find_first_of("-<", position_), window.size());
      if (position_ == window.size()) return;
      go(window[position_] == '-' ? State::script_double_escaped_dash
                                  : State::script_double_escaped_less_than);
      break;
    case State::script_double_escaped_dash:
    case State::script_double_escaped_dash_dash:
      if (c == '-') {
        go(State::script_double_escaped_dash_dash);
      } else if (c == '<') {
        go(State::script_double_escaped_less_than);
      } else if (c == '>' && state_ == State::script_double_escaped_dash_dash) {
        go(State::raw);
      } else {
        go(State::script_double_escaped);
      }
      break;
    case State::script_double_escaped_less_than:
      if (c == '/') {
        clear_name();
        go(State::script_double_escape_end);
      } else {
        state_ = State::script_double_escaped;
      }
      break;

    default:  // plaintext
      position_ = window.size();
      break;
  }
}

}  // namespace signgate::rewrite
