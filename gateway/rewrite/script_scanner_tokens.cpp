// SPDX-License-Identifier: Apache-2.0
// What the tokens around a literal say of it, and the brackets that are open.
#include <algorithm>
#include <array>

#include "gateway/rewrite/script_scanner.hpp"

namespace signgate::rewrite {
namespace {

template <std::size_t count>
constexpr bool is_one_of(std::string_view word,
                         const std::array<std::string_view, count>& words) noexcept {
  return std::ranges::find(words, word) != words.end();
}

constexpr auto keywords =
    std::to_array<std::string_view>({"typeof", "instanceof", "in", "new", "delete", "void", "throw",
                                     "case", "do", "else", "extends", "default"});
constexpr auto controls =
    std::to_array<std::string_view>({"if", "while", "for", "with", "switch", "import"});
constexpr auto doubtful_words = std::to_array<std::string_view>({"of", "from", "yield", "await"});

}  // namespace

ScriptScanner::Token ScriptScanner::word_token() const noexcept {
  if (before_ == Token::dot) return Token::operand;
  if (word_ == "return") return Token::returns;
  if (is_one_of(word_, controls)) return Token::control;
  if (is_one_of(word_, doubtful_words)) return Token::doubtful;
  return is_one_of(word_, keywords) ? Token::keyword : Token::operand;
}

bool ScriptScanner::on_token(Token token) {
  const bool found = begin_ != nowhere && ended_ && may_follow(token);
  if (!found) begin_ = nowhere;
  before_ = token;
  return found;
}

bool ScriptScanner::on_bracket(char c) {
  const bool behind_operand = before_ == Token::operand;
  Bracket bracket = Bracket::brace;
  if (c == '(') {
    bracket = before_ == Token::control ? Bracket::control
              : behind_operand          ? Bracket::call
                                        : Bracket::group;
  } else if (c == '[') {
    bracket = behind_operand || before_ == Token::close_brace ? Bracket::member : Bracket::array;
  }
  on_token(Token::open);
  begin_ = nowhere;
  if (open_.size() == depth_limit) {
    give_up();
    return false;
  }
  open_.push_back(bracket);
  return false;
}

bool ScriptScanner::on_close(char c) {
  if (open_.empty()) {
    give_up();
    return false;
  }
  const Bracket bracket = open_.back();
  const bool brace = bracket == Bracket::brace || bracket == Bracket::in_template;
  const bool square = bracket == Bracket::array || bracket == Bracket::member;
  if ((c == '}') != brace || (c == ']') != square) {
    give_up();
    return false;
  }
  closes_ = true;
  const bool found = on_token(Token::operand);
  closes_ = false;
  open_.pop_back();
  if (bracket == Bracket::control) before_ = Token::keyword;
  if (bracket == Bracket::brace) before_ = Token::close_brace;
  if (bracket == Bracket::in_template) {
    state_ = State::text;
    quote_ = '`';
    escaped_ = dollar_ = false;
  }
  return found;
}

// Whether a literal behind `before_` is a value of its own, as far as that tells.
bool ScriptScanner::may_precede() const noexcept {
  const Bracket in = open_.empty() ? Bracket::brace : open_.back();
  if (in == Bracket::group || in == Bracket::control || in == Bracket::member ||
      in == Bracket::in_template)
    return false;
  switch (before_) {
    case Token::returns:
    case Token::assign:
    case Token::arrow:
    case Token::logical:
    case Token::question:
    case Token::colon:
      return true;
    // In an object what follows is a name.
    case Token::open:
    case Token::comma:
      return in != Bracket::brace;
    default:
      return false;
  }
}

bool ScriptScanner::may_follow(Token token) const noexcept {
  switch (token) {
    case Token::comma:
    case Token::semicolon:
      return true;
    case Token::colon:
      return preceding_ == Token::question;
    case Token::operand:
      return closes_ || new_line_;
    case Token::returns:
    case Token::control:
      return new_line_;
    // `in` and `instanceof` are among these.
    case Token::keyword:
    default:
      return false;
  }
}

}  // namespace signgate::rewrite
