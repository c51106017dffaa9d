// SPDX-License-Identifier: Apache-2.0
// XmlScanner's way through declarations, comments, instructions and CDATA sections.
#include <algorithm>

#include "gateway/rewrite/xml_scanner.hpp"

namespace signgate::rewrite {
namespace {

constexpr std::string_view cdata_begin = "[CDATA[";
constexpr std::string_view cdata_end = "]]>";

}  // namespace

bool XmlScanner::step_declaration(char c, Event& event) {
  event.kind = Kind::other;
  if (c == '>') {
    ++position_;
    state_ = State::text;
    return true;
  }
  ++position_;
  delimiter_.push_back(c);
  if (delimiter_ == "--") {
    state_ = State::comment;
    resume_ = State::text;
    matched_ = 0;
    return true;
  }
  if (delimiter_ == cdata_begin) {
    state_ = State::cdata;
    cdata_begin_ = position_;
    matched_ = 0;
    return false;
  }
  if (delimiter_ == "DOCTYPE") {
    state_ = State::doctype;
    in_subset_ = false;
    return true;
  }
  const std::string_view read = delimiter_;
  if (std::string_view("--").starts_with(read) || cdata_begin.starts_with(read) ||
      std::string_view("DOCTYPE").starts_with(read)) {
    return false;
  }
  state_ = State::markup;
  return true;
}

// Up to the end of a comment or instruction, whose delimiter may be cut.
void XmlScanner::step_until(std::string_view text, std::string_view end) {
  for (; position_ < text.size(); ++position_) {
    const char c = text[position_];
    if (c == end[matched_]) {
      if (++matched_ < end.size()) continue;
      ++position_;
      state_ = resume_;
      return;
    }
    // "--->" ends a comment as well.
    const bool stays = matched_ + 1 == end.size() && c == end[0];
    if (!stays) matched_ = c == end[0] ? 1 : 0;
  }
}

void XmlScanner::step_doctype(char c) {
  switch (state_) {
    case State::doctype_string:
      if (c == quote_) state_ = State::doctype;
      return;
    case State::doctype_open:
      state_ = State::doctype;
      if (c == '!') state_ = State::doctype_bang;
      if (c == '?') {
        state_ = State::instruction;
        resume_ = State::doctype;
        matched_ = 0;
      }
      matched_ = 0;
      return;
    case State::doctype_bang:
      if (c == '-' && ++matched_ < 2) return;
      if (c == '-') {
        state_ = State::comment;
        resume_ = State::doctype;
        matched_ = 0;
        return;
      }
      state_ = State::doctype;
      break;
    default:
      break;
  }
  if (c == '"' || c == '\'') {
    quote_ = c;
    state_ = State::doctype_string;
  } else if (c == '[') {
    in_subset_ = true;
  } else if (c == ']') {
    in_subset_ = false;
  } else if (c == '<') {
    state_ = State::doctype_open;
  } else if (c == '>' && !in_subset_) {
    state_ = State::text;
  }
}

bool XmlScanner::step_cdata(std::string_view text, Event& event) {
  while (position_ < text.size()) {
    const char c = text[position_];
    if (matched_ == 0) {
      position_ = std::min(text.find(cdata_end[0], position_), text.size());
      if (position_ < text.size()) {
        ++position_;
        matched_ = 1;
      }
    } else if (c == cdata_end[matched_]) {
      if (matched_ + 1 == cdata_end.size()) {
        // First what stands before the end, then the end.
        const std::size_t end = position_ - matched_;
        if (cdata_begin_ < end) {
          event = {.kind = Kind::cdata, .begin = cdata_begin_, .end = end};
          cdata_begin_ = end;
          return true;
        }
        ++position_;
        cdata_begin_ = nowhere;
        matched_ = 0;
        state_ = State::text;
        event.kind = Kind::cdata_end;
        return true;
      }
      ++position_;
      ++matched_;
    } else if (c == cdata_end[0]) {
      ++position_;  // "]]]": the last two may begin the end
    } else {
      matched_ = 0;
    }
  }
  const std::size_t end = position_ - matched_;
  if (end == cdata_begin_) return false;
  event = {.kind = Kind::cdata, .begin = cdata_begin_, .end = end};
  cdata_begin_ = end;
  return true;
}

}  // namespace signgate::rewrite
