// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signgate::rewrite {

/// ScriptScanner finds in JavaScript the string literals that are a value of their own: what is
/// assigned, handed over, returned, or stands in an array or as a member of an object; in quotes,
/// or as a template without `${`. Left out is what is joined, compared, called upon, tagged, or is
/// a name, a case or a module. It reads tokens, no grammar: whether a slash divides or begins a
/// regular expression is told by the token before it. Where that does not tell, where brackets do
/// not match, or are open more than depth_limit deep, it gives up: it finds no more until the
/// script's end. It is pulled, like HtmlTokenizer, with the same rules for offsets.
/// Source: ECMA-262, section 12 (lexical grammar) and annex B.1.1 (comments as in HTML).
class ScriptScanner {
 public:
  static constexpr std::size_t depth_limit = 256;

  /// Literal is what stands between the quotes.
  struct Literal {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// next runs over `window` to the next literal that is found, which is known when the token
  /// behind it is. False: the window is used up.
  bool next(std::string_view window, Literal& literal);

  /// finish ends the script, after next() has returned false. True: it ended with such a literal.
  bool finish(Literal& literal);

  /// holds says that a literal has begun, at literal_begin(), that may be found.
  [[nodiscard]] bool holds() const noexcept { return begin_ != nowhere; }
  [[nodiscard]] std::size_t literal_begin() const noexcept { return begin_; }

  /// drop_literal gives it up.
  void drop_literal() noexcept { begin_ = nowhere; }

  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t hold() const noexcept { return holds() ? begin_ : position_; }

  /// drop says that `count` bytes (at most hold()) have left the window's front.
  void drop(std::size_t count) noexcept;

 private:
  enum class State : std::uint8_t {
    code,
    word,
    operation,  // in a run of the characters of operators
    slash,
    line_comment,
    block_comment,
    text,  // in quotes, or a template
    regex,
    given_up,
  };

  /// Token is what the token before a place was, as far as it tells what may follow.
  enum class Token : std::uint8_t {
    begin,
    operand,   // a name, number, literal, `)`, `]`: a slash divides
    keyword,   // a regular expression may follow
    control,   // if, while, for, with: the same behind the parentheses that follow
    doubtful,  // a name or a keyword
    returns,
    assign,
    arrow,
    logical,  // ||, &&, ??
    question,
    colon,
    comma,
    semicolon,
    dot,
    operation,
    open,         // any bracket
    close_brace,  // of a block or an object
  };

  enum class Bracket : std::uint8_t { call, group, control, array, member, brace, in_template };

  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  static constexpr std::size_t longest_word = 10;  // instanceof

  bool step(std::string_view window);
  bool step_code(char c);
  bool step_word(char c);
  bool step_operation(char c);
  bool step_slash(char c);
  void step_text(char c);
  void step_regex(char c);
  bool on_token(Token token);
  bool on_bracket(char c);
  bool on_close(char c);
  void begin_text(char quote);
  void end_text();
  [[nodiscard]] Token word_token() const noexcept;
  [[nodiscard]] bool may_precede() const noexcept;
  [[nodiscard]] bool may_follow(Token token) const noexcept;
  void give_up() noexcept;

  State state_ = State::code;
  Token before_ = Token::begin;
  char quote_ = '"';
  bool escaped_ = false;            // text, regex: behind a backslash
  bool in_class_ = false;           // regex: in [...]
  bool star_ = false;               // block_comment: behind a star
  bool dollar_ = false;             // text: behind a dollar sign of a template
  bool line_begins_ = true;         // nothing but white space and comments on this line yet
  bool ended_ = false;              // the literal at begin_ has ended, at end_
  bool new_line_ = false;           // behind the literal that has ended
  Token preceding_ = Token::begin;  // what stood before the literal
  bool closes_ = false;             // the token is a closing bracket
  std::size_t position_ = 0;
  std::size_t begin_ = nowhere;
  std::size_t end_ = 0;
  std::string word_;  // the word, or the run of an operator; the front of a longer one
  std::vector<Bracket> open_;
};

}  // namespace signgate::rewrite
