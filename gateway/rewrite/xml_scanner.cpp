// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/xml_scanner.hpp"

#include <algorithm>

#include "gateway/rewrite/ascii.hpp"

namespace signgate::rewrite {
namespace {

// What may begin a name; of what is not ASCII, everything.
constexpr bool begins_name(char c) noexcept {
  return is_alpha(c) || c == '_' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

constexpr bool ends_name(char c) noexcept {
  return is_space(c) || c == '/' || c == '>' || c == '=' || c == '<' || c == '"' || c == '\'';
}

}  // namespace

XmlScanner::Event XmlScanner::next(std::string_view text) {
  while (position_ < text.size()) {
    Event event;
    if (step(text, event)) return event;
  }
  return {};
}

std::size_t XmlScanner::hold() const noexcept {
  return std::min({position_, value_begin_, cdata_begin_});
}

void XmlScanner::drop(std::size_t count) noexcept {
  position_ -= count;
  if (value_begin_ != nowhere) value_begin_ -= count;
  if (cdata_begin_ != nowhere) cdata_begin_ -= count;
}

// At least one byte, or a change of state. True: there is an event.
bool XmlScanner::step(std::string_view text, Event& event) {
  const char c = text[position_];
  switch (state_) {
    case State::text:
      return step_text(text, event);
    case State::open:
      return step_open(c, event);
    case State::declaration:
      return step_declaration(c, event);
    case State::start_name:
    case State::end_name:
    case State::attribute:
      return step_name(c, event);
    case State::end_rest:
      ++position_;
      if (c == '>') state_ = State::text;
      if (c == '<') begin_tag_open();
      return false;
    case State::in_tag:
    case State::slash:
      return step_tag(c, event);
    case State::before_equal:
    case State::before_value:
    case State::unquoted:
      return step_before_value(c);
    case State::value:
      return step_value(text, event);
    case State::comment:
      step_until(text, "-->");
      return false;
    case State::instruction:
      step_until(text, "?>");
      return false;
    case State::doctype:
    case State::doctype_string:
    case State::doctype_open:
    case State::doctype_bang:
      ++position_;
      step_doctype(c);
      return false;
    case State::markup:
      position_ = std::min(text.find('>', position_), text.size());
      if (position_ < text.size()) {
        ++position_;
        state_ = State::text;
      }
      return false;
    case State::cdata:
      return step_cdata(text, event);
  }
  return false;
}

void XmlScanner::begin_tag_open() {
  state_ = State::open;
  value_begin_ = nowhere;
  wanted_ = false;
}

bool XmlScanner::step_text(std::string_view text, Event& event) {
  const std::size_t begin = position_;
  position_ = std::min(text.find('<', begin), text.size());
  const std::size_t end = position_;
  if (end < text.size()) {
    ++position_;
    begin_tag_open();
  }
  event = {.kind = Kind::text, .begin = begin, .end = end};
  return end > begin;
}

bool XmlScanner::step_open(char c, Event& event) {
  if (begins_name(c)) {
    begin_name(State::start_name, c);
    return false;
  }
  ++position_;
  switch (c) {
    case '/':
      begin_name(State::end_name, c);
      return false;
    case '?':
      state_ = State::instruction;
      resume_ = State::text;
      matched_ = 0;
      break;
    case '!':
      state_ = State::declaration;
      delimiter_.clear();
      return false;
    default:
      // A `<` that begins nothing.
      --position_;
      state_ = State::text;
      if (c == '<') {
        ++position_;
        begin_tag_open();
      }
      break;
  }
  event.kind = Kind::other;
  return true;
}

void XmlScanner::begin_name(State state, char c) {
  state_ = state;
  name_.clear();
  name_length_ = 0;
  if (c == '/') return;
  add_to_name(c);
  ++position_;
}

void XmlScanner::add_to_name(char c) {
  if (name_length_ < name_capacity) name_.push_back(c);
  name_length_ = std::min(name_length_ + 1, name_capacity + 1);
}

bool XmlScanner::step_name(char c, Event& event) {
  if (!ends_name(c)) {
    add_to_name(c);
    ++position_;
    return false;
  }
  switch (state_) {
    case State::start_name:
      event.kind = Kind::start_tag;
      state_ = State::in_tag;
      break;
    case State::end_name:
      event.kind = Kind::end_tag;
      state_ = State::end_rest;
      break;
    default:
      event.kind = Kind::attribute;
      state_ = State::before_equal;
      wanted_ = false;
      break;
  }
  return true;
}

bool XmlScanner::step_tag(char c, Event& event) {
  if (c == '>') {
    ++position_;
    event = {.kind = Kind::tag_end, .self_closing = state_ == State::slash};
    state_ = State::text;
    return true;
  }
  if (c == '<') {
    // The tag has no end: its element has begun all the same.
    ++position_;
    event.kind = Kind::tag_end;
    begin_tag_open();
    return true;
  }
  if (c == '/') {
    ++position_;
    state_ = State::slash;
  } else if (begins_name(c)) {
    begin_name(State::attribute, c);
  } else {
    ++position_;
    state_ = State::in_tag;
  }
  return false;
}

bool XmlScanner::step_before_value(char c) {
  if (c == '<' || c == '>') {
    state_ = State::in_tag;
    return false;
  }
  if (state_ == State::unquoted) {
    if (is_space(c)) state_ = State::in_tag;
    ++position_;
    return false;
  }
  if (is_space(c)) {
    ++position_;
    return false;
  }
  if (state_ == State::before_equal) {
    if (c == '=') {
      ++position_;
      state_ = State::before_value;
    } else {
      state_ = c == '"' || c == '\'' ? State::unquoted : State::in_tag;
    }
    return false;
  }
  if (c != '"' && c != '\'') {
    state_ = State::unquoted;
    return false;
  }
  ++position_;
  quote_ = c;
  state_ = State::value;
  if (wanted_) value_begin_ = position_;
  return false;
}

bool XmlScanner::step_value(std::string_view text, Event& event) {
  const std::string_view ends = quote_ == '"' ? std::string_view("\"<") : std::string_view("'<");
  position_ = std::min(text.find_first_of(ends, position_), text.size());
  if (position_ == text.size()) return false;
  if (text[position_] == '<') {
    value_begin_ = nowhere;
    state_ = State::in_tag;
    return false;
  }
  const bool found = value_begin_ != nowhere;
  event = {.kind = Kind::value,
           .begin = value_begin_,
           .end = position_,
           .single_quoted = quote_ == '\''};
  value_begin_ = nowhere;
  ++position_;
  state_ = State::in_tag;
  return found;
}

}  // namespace signgate::rewrite
