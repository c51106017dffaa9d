// SPDX-License-Identifier: Apache-2.0
// Characters become tokens; what tokens mean: script_scanner_tokens.cpp.
#include "gateway/rewrite/script_scanner.hpp"

#include <utility>

#include "gateway/base/byte_set.hpp"
#include "gateway/rewrite/ascii.hpp"

namespace signgate::rewrite {
namespace {

constexpr ByteSet operators("=<>!&|?+-*%^~");
constexpr ByteSet ends_text("\"'`\\\n\r$");
constexpr ByteSet ends_line("\n\r");

constexpr bool is_line_end(char c) noexcept {
  return c == '\n' || c == '\r';
}

// Every byte outside of ASCII is one of a name; of the line ends there, none stands between tokens
// that matter here.
constexpr bool is_of_word(char c) noexcept {
  return is_alnum(c) || c == '_' || c == '$' || c == '#' || c == '\\' || c == '@' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void ScriptScanner::drop(std::size_t count) noexcept {
  position_ -= count;
  if (begin_ == nowhere) return;
  begin_ -= count;
  if (ended_) end_ -= count;
}

void ScriptScanner::give_up() noexcept {
  state_ = State::given_up;
  begin_ = nowhere;
  open_.clear();
}

bool ScriptScanner::next(std::string_view window, Literal& literal) {
  while (position_ < window.size()) {
    if (!step(window)) continue;
    literal = {begin_, end_};
    begin_ = nowhere;
    return true;
  }
  return false;
}

bool ScriptScanner::finish(Literal& literal) {
  bool found = false;
  if (state_ == State::word) found = on_token(word_token());
  const bool between = state_ == State::code || state_ == State::line_comment;
  if (between && begin_ != nowhere && ended_) found = true;
  if (!found) return false;
  literal = {begin_, end_};
  begin_ = nowhere;
  return true;
}

// True: the literal that has ended is found.
bool ScriptScanner::step(std::string_view window) {
  const char c = window[position_];
  switch (state_) {
    case State::code:
      return step_code(c);
    case State::word:
      return step_word(c);
    case State::operation:
      return step_operation(c);
    case State::slash:
      return step_slash(c);
    case State::line_comment:
      position_ = ends_line.find(window, position_);
      if (position_ < window.size()) state_ = State::code;
      return false;
    case State::block_comment:
      if (star_ && c == '/') state_ = State::code;
      star_ = c == '*';
      new_line_ = new_line_ || is_line_end(c);
      ++position_;
      return false;
    case State::text:
      step_text(c);
      if (state_ == State::text && !escaped_ && !dollar_)
        position_ = ends_text.find(window, position_);
      return false;
    case State::regex:
      step_regex(c);
      return false;
    case State::given_up:
      position_ = window.size();
      return false;
  }
  return false;
}

bool ScriptScanner::step_code(char c) {
  if (is_space(c)) {
    line_begins_ = line_begins_ || is_line_end(c);
    new_line_ = new_line_ || is_line_end(c);
    ++position_;
    return false;
  }
  if (c == '/') {
    state_ = State::slash;
    ++position_;
    return false;
  }
  word_.clear();
  if (is_of_word(c)) {
    state_ = State::word;
    return false;
  }
  if (operators.contains(c)) {
    state_ = State::operation;
    return false;
  }
  line_begins_ = false;
  ++position_;
  switch (c) {
    case '"':
    case '\'':
    case '`':
      begin_text(c);
      return false;
    case '(':
    case '[':
    case '{':
      return on_bracket(c);
    case ')':
    case ']':
    case '}':
      return on_close(c);
    case ',':
      return on_token(Token::comma);
    case ';':
      return on_token(Token::semicolon);
    case ':':
      return on_token(Token::colon);
    case '.':
      return on_token(Token::dot);
    default:
      give_up();
      return false;
  }
}

bool ScriptScanner::step_word(char c) {
  const bool number = !word_.empty() && is_digit(word_.front());
  if (is_of_word(c) || (number && c == '.')) {
    if (word_.size() <= longest_word) word_.push_back(c);
    ++position_;
    return false;
  }
  state_ = State::code;
  line_begins_ = false;
  return on_token(word_token());
}

bool ScriptScanner::step_operation(char c) {
  if (operators.contains(c)) {
    if (word_.size() <= longest_word) word_.push_back(c);
    ++position_;
    return false;
  }
  state_ = State::code;
  const bool html =
      word_.find("<!--") != std::string::npos || (line_begins_ && word_.starts_with("-->"));
  line_begins_ = false;
  if (html) {
    give_up();
    return false;
  }
  if (word_ == "=" || word_ == "||=" || word_ == "&&=" || word_ == "?\?=")
    return on_token(Token::assign);
  if (word_ == "=>") return on_token(Token::arrow);
  if (word_ == "||" || word_ == "&&" || word_ == "??") return on_token(Token::logical);
  if (word_ == "?") return on_token(Token::question);
  // What is counted up is divided; in front of a name it matters to no slash.
  if (word_ == "++" || word_ == "--") {
    const bool found = on_token(Token::operation);
    before_ = Token::operand;
    return found;
  }
  return on_token(Token::operation);
}

bool ScriptScanner::step_slash(char c) {
  if (c == '/' || c == '*') {
    state_ = c == '/' ? State::line_comment : State::block_comment;
    star_ = false;
    ++position_;
    return false;
  }
  switch (before_) {
    case Token::operand:
      state_ = State::code;
      return on_token(Token::operation);
    case Token::doubtful:
    case Token::close_brace:
      give_up();
      return false;
    default:
      state_ = State::regex;
      escaped_ = in_class_ = false;
      line_begins_ = false;
      return false;
  }
}

void ScriptScanner::step_regex(char c) {
  ++position_;
  if (is_line_end(c)) {
    give_up();
  } else if (escaped_) {
    escaped_ = false;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '[' || c == ']') {
    in_class_ = c == '[';
  } else if (c == '/' && !in_class_) {
    state_ = State::code;
    on_token(Token::operand);
  }
}

void ScriptScanner::begin_text(char quote) {
  // What ended before it is followed by this.
  begin_ = nowhere;
  state_ = State::text;
  quote_ = quote;
  escaped_ = dollar_ = ended_ = false;
  if (!may_precede()) return;
  begin_ = position_;
  preceding_ = before_;
}

void ScriptScanner::step_text(char c) {
  ++position_;
  const bool dollar = std::exchange(dollar_, false);
  if (std::exchange(escaped_, false)) return;
  if (c == '\\') {
    escaped_ = true;
  } else if (c == quote_) {
    end_text();
  } else if (quote_ != '`') {
    if (is_line_end(c)) give_up();
  } else if (c == '{' && dollar) {
    begin_ = nowhere;
    if (open_.size() == depth_limit) {
      give_up();
      return;
    }
    open_.push_back(Bracket::in_template);
    before_ = Token::open;
    state_ = State::code;
  } else {
    dollar_ = c == '$';
  }
}

void ScriptScanner::end_text() {
  state_ = State::code;
  before_ = Token::operand;
  ended_ = true;
  new_line_ = false;
  end_ = position_ - 1;
}

}  // namespace signgate::rewrite
