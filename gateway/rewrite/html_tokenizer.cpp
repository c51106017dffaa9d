// SPDX-License-Identifier: Apache-2.0
// The data state, tags and attributes. Comments and raw text: html_tokenizer_text.cpp.
#include "gateway/rewrite/html_tokenizer.hpp"

#include <algorithm>

#include "gateway/base/byte_set.hpp"
#include "gateway/base/check.hpp"
#include "gateway/rewrite/ascii.hpp"

namespace signgate::rewrite {
namespace {

constexpr ByteSet tag_name_ends(" \t\n\f\r/>");
constexpr ByteSet attribute_name_ends(" \t\n\f\r/>=");

}  // namespace

void HtmlTokenizer::add_to_name(char c) noexcept {
  if (name_length_ < name_capacity) name_[name_length_] = to_lower(c);
  ++name_length_;
}

// Takes the rest of a name; true when its end is in the window.
bool HtmlTokenizer::take_name(std::string_view window, const ByteSet& ends) noexcept {
  const std::size_t end = ends.find(window, position_);
  for (; position_ < end; ++position_)
    add_to_name(window[position_]);
  return end < window.size();
}

void HtmlTokenizer::set_text_model(TextModel model, std::string_view element, bool report) {
  SIGNGATE_CHECK(element.size() <= name_capacity);
  model_ = model;
  element_length_ = element.size();
  std::ranges::copy(element, element_.begin());
  report_text_ = report && (model == TextModel::rawtext || model == TextModel::script_data);
  text_begin_ = position_;
  less_than_ = nowhere;
  switch (model) {
    case TextModel::data:
      state_ = State::data;
      break;
    case TextModel::rcdata:
    case TextModel::rawtext:
    case TextModel::script_data:
      state_ = State::raw;
      break;
    case TextModel::plaintext:
      state_ = State::plaintext;
      break;
  }
}

std::size_t HtmlTokenizer::hold() const noexcept {
  const std::size_t text = report_text_ ? text_begin_ : position_;
  return std::min({position_, value_begin_, text, data_begin_});
}

void HtmlTokenizer::drop(std::size_t count) {
  SIGNGATE_CHECK(count <= hold());
  position_ -= count;
  if (value_begin_ != nowhere) value_begin_ -= count;
  if (data_begin_ != nowhere) data_begin_ -= count;
  if (report_text_) {
    text_begin_ -= count;
    if (less_than_ != nowhere) less_than_ -= count;
  }
}

void HtmlTokenizer::begin_value() noexcept {
  value_begin_ = want_value_ ? position_ : nowhere;
  want_value_ = false;
}

HtmlTokenizer::Event HtmlTokenizer::end_of_value(std::size_t end, AttributeQuote quote) noexcept {
  const std::size_t begin = value_begin_;
  value_begin_ = nowhere;
  if (begin == nowhere) return {};
  return {.kind = EventKind::value, .quote = quote, .begin = begin, .end = end};
}

HtmlTokenizer::Event HtmlTokenizer::end_of_tag(bool self_closing) noexcept {
  ++position_;
  want_value_ = false;
  state_ = State::data;
  return {.kind = EventKind::tag_end, .self_closing = self_closing, .end = position_};
}

HtmlTokenizer::Event HtmlTokenizer::next(std::string_view window) {
  const auto find = [&](char c) { return std::min(window.find(c, position_), window.size()); };
  Event event;
  while (position_ < window.size()) {
    const char c = window[position_];
    switch (state_) {
      case State::data:
        if (report_data_ && take_data(window, event)) return event;
        position_ = find('<');
        if (position_ == window.size()) return {};
        ++position_;
        state_ = State::tag_open;
        break;

      case State::tag_open:
        if (is_alpha(c)) {
          is_end_tag_ = false;
          clear_name();
          state_ = State::tag_name;
        } else if (c == '/') {
          ++position_;
          state_ = State::end_tag_open;
        } else if (c == '!') {
          ++position_;
          state_ = State::markup_open;
        } else {
          state_ = c == '?' ? State::bogus_comment : State::data;
        }
        if (state_ != State::data) data_begin_ = nowhere;
        break;

      case State::end_tag_open:
        if (is_alpha(c)) {
          is_end_tag_ = true;
          clear_name();
          state_ = State::tag_name;
        } else if (c == '>') {
          ++position_;
          state_ = State::data;
        } else {
          state_ = State::bogus_comment;
        }
        break;

      case State::tag_name:
        if (take_name(window, tag_name_ends)) {
          state_ = State::before_attribute_name;
          return {.kind = EventKind::tag_name, .end = position_};
        }
        break;

      case State::before_attribute_name:
        if (is_space(c)) {
          ++position_;
        } else if (c == '/' || c == '>') {
          state_ = State::after_attribute_name;
        } else {
          clear_name();
          want_value_ = false;
          if (c == '=') {
            add_to_name(c);
            ++position_;
          }
          state_ = State::attribute_name;
        }
        break;

      case State::attribute_name:
        if (take_name(window, attribute_name_ends)) {
          event = {.kind = EventKind::attribute, .end = position_};
          const bool has_value = window[position_] == '=';
          if (has_value) ++position_;
          state_ = has_value ? State::before_attribute_value : State::after_attribute_name;
          return event;
        }
        break;

      case State::after_attribute_name:
        if (is_space(c)) {
          ++position_;
        } else if (c == '/') {
          ++position_;
          state_ = State::self_closing_start_tag;
        } else if (c == '=') {
          ++position_;
          state_ = State::before_attribute_value;
        } else if (c == '>') {
          return end_of_tag(false);
        } else {
          clear_name();
          want_value_ = false;
          state_ = State::attribute_name;
        }
        break;

      case State::before_attribute_value:
        if (is_space(c)) {
          ++position_;
        } else if (c == '"' || c == '\'') {
          ++position_;
          begin_value();
          state_ = c == '"' ? State::value_double_quoted : State::value_single_quoted;
        } else if (c == '>') {
          return end_of_tag(false);
        } else {
          begin_value();
          state_ = State::value_unquoted;
        }
        break;

      case State::value_double_quoted:
      case State::value_single_quoted: {
        const bool twice = state_ == State::value_double_quoted;
        const std::size_t end = find(twice ? '"' : '\'');
        position_ = end;
        if (end == window.size()) return {};
        ++position_;
        state_ = State::after_value_quoted;
        event = end_of_value(end,
                             twice ? AttributeQuote::double_quoted : AttributeQuote::single_quoted);
        if (event.kind != EventKind::none) return event;
        break;
      }

      case State::value_unquoted:
        if (is_space(c) || c == '>') {
          state_ = State::before_attribute_name;
          event = end_of_value(position_, AttributeQuote::unquoted);
          if (event.kind != EventKind::none) return event;
        } else {
          ++position_;
        }
        break;

      case State::after_value_quoted:
        // A slash or `>` fares as before an attribute's name; anything else begins a name.
        state_ = State::before_attribute_name;
        break;

      case State::self_closing_start_tag:
        if (c == '>') return end_of_tag(true);
        state_ = State::before_attribute_name;
        break;

      case State::markup_open:
        if (c == '-') {
          ++position_;
          state_ = State::markup_dash;
        } else if (c == '[' && allow_cdata_) {
          ++position_;
          matched_ = 0;
          state_ = State::markup_cdata;
        } else {
          // A DOCTYPE ends at the first `>` too, even inside of its quotes.
          state_ = State::bogus_comment;
        }
        break;

      default:
        if (state_ < State::raw) {
          if (report_data_ && take_cdata(window, event)) return event;
          if (!step_comment(window)) return {};
        } else if (state_ < State::script_escape_start) {
          if (step_raw(window, event)) return event;
        } else {
          step_script(window);
        }
    }
  }
  if (state_ >= State::raw) take_text(less_than_ != nowhere ? less_than_ : position_, event);
  return event;
}

}  // namespace signgate::rewrite
