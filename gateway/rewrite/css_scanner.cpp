// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/css_scanner.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/url.hpp"
#include "gateway/rewrite/utf8.hpp"

namespace signgate::rewrite {
namespace {

constexpr bool is_newline(char c) noexcept {
  return c == '\n' || c == '\r' || c == '\f';
}

constexpr bool is_word(char c) noexcept {
  return is_alnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Non-printable code points end an unquoted url() badly.
constexpr bool is_non_printable(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x08 || byte == 0x0B || (byte >= 0x0E && byte <= 0x1F) || byte == 0x7F;
}

bool is_image_function(std::string_view name) noexcept {
  return name == "image-set" || name == "-webkit-image-set" || name == "image";
}

}  // namespace

void append_css_unescaped(std::string_view text, std::string& out) {
  std::size_t i = 0;
  while (i < text.size()) {
    const char c = text[i++];
    if (c != '\\') {
      out.push_back(c);
      continue;
    }
    if (i == text.size()) {
      append_utf8(0xFFFD, out);
    } else if (hex_value(text[i]) >= 0) {
      std::uint32_t value = 0;
      for (int digits = 0; digits < 6 && i < text.size() && hex_value(text[i]) >= 0; ++digits) {
        value = value * 16 + static_cast<std::uint32_t>(hex_value(text[i++]));
      }
      append_utf8(value == 0 ? 0xFFFD : value, out);
      if (i < text.size() && is_space(text[i])) i += text.substr(i).starts_with("\r\n") ? 2 : 1;
    } else if (is_newline(text[i])) {
      i += text.substr(i).starts_with("\r\n") ? 2 : 1;
    } else {
      out.push_back(text[i++]);
    }
  }
}

void CssScanner::reset(std::size_t position) noexcept {
  const std::uint64_t too_long = too_long_;
  *this = CssScanner();
  position_ = position;
  too_long_ = too_long;
}

void CssScanner::drop(std::size_t count) {
  SIGNGATE_CHECK(count <= hold());
  position_ -= count;
  if (url_begin_ == nowhere) return;
  url_begin_ -= count;
  if (state_ == State::url_space) url_end_ -= count;
}

void CssScanner::give_up_url(std::string_view text) noexcept {
  if (!has_other_scheme(text.substr(url_begin_, position_ - url_begin_))) ++too_long_;
  url_begin_ = nowhere;
}

void CssScanner::begin_word(char c) noexcept {
  state_ = State::word;
  word_length_ = 0;
  add_to_word(static_cast<unsigned char>(c));
}

void CssScanner::add_to_word(std::uint32_t c) noexcept {
  // No name that we know has a character outside of ASCII: any such one spoils the word.
  if (word_length_ < name_capacity)
    word_[word_length_] = c < 0x80 ? to_lower(static_cast<char>(c)) : '?';
  ++word_length_;
}

std::string_view CssScanner::word() const noexcept {
  return word_length_ <= name_capacity ? std::string_view(word_.data(), word_length_)
                                       : std::string_view();
}

// `c` is the character after the word, not yet taken.
void CssScanner::end_word(char c) noexcept {
  const std::string_view name = word();
  import_ = name == "@import";
  state_ = State::normal;
  if (c != '(') return;
  ++position_;
  ++depth_;
  if (name == "url") {
    state_ = State::url_start;
  } else if (name == "src") {
    function_url_ = true;
  } else if (is_image_function(name)) {
    image_depth_ = depth_;
  }
}

void CssScanner::begin_string(char quote, bool is_url) noexcept {
  ++position_;
  quote_ = quote;
  state_ = State::string;
  escape_ = Escape::none;
  url_begin_ = is_url ? position_ : nowhere;
}

void CssScanner::step_normal(char c) noexcept {
  if (c == '"' || c == '\'') {
    begin_string(c, import_ || function_url_ || (image_depth_ != 0 && image_depth_ == depth_));
    import_ = function_url_ = false;
    return;
  }
  if (is_word(c) || c == '@' || c == '#') {
    function_url_ = false;
    begin_word(c);
    ++position_;
    return;
  }
  if (c == '\\') {
    function_url_ = false;
    state_ = State::word;
    word_length_ = 0;
    escape_ = Escape::begun;
    ++position_;
    return;
  }
  ++position_;
  if (c == '/') {
    state_ = State::slash;
    return;
  }
  if (is_space(c)) return;
  import_ = function_url_ = false;
  if (c == '(') {
    ++depth_;
  } else if (c == ')' && depth_ != 0) {
    if (image_depth_ == depth_) image_depth_ = 0;
    --depth_;
  }
}

// An escape in a word, a string or a url(); true while `c` belongs to it.
bool CssScanner::step_escape(char c) noexcept {
  const int digit = hex_value(c);
  if (escape_ == Escape::begun) {
    ++position_;
    if (digit >= 0) {
      escape_ = Escape::hex;
      escape_digits_ = 1;
      escape_value_ = static_cast<std::uint32_t>(digit);
      return true;
    }
    escape_ = Escape::none;
    if (state_ == State::word) add_to_word(static_cast<unsigned char>(c));
    return true;
  }
  if (digit >= 0 && escape_digits_ < 6) {
    ++position_;
    ++escape_digits_;
    escape_value_ = escape_value_ * 16 + static_cast<std::uint32_t>(digit);
    return true;
  }
  escape_ = Escape::none;
  if (state_ == State::word) add_to_word(escape_value_);
  if (!is_space(c)) return false;
  ++position_;
  return true;
}

void CssScanner::step_word(char c) noexcept {
  if (is_word(c)) {
    add_to_word(static_cast<unsigned char>(c));
    ++position_;
  } else if (c == '\\') {
    escape_ = Escape::begun;
    ++position_;
  } else {
    end_word(c);
  }
}

// position() is behind the character that ends the URL. The bound is on what would have to be held
// until that one comes, so that it does not depend on where the windows cut.
bool CssScanner::end_url(std::string_view text, std::size_t end, CssUrl& url) {
  const std::size_t begin = url_begin_;
  if (begin == nowhere) return false;
  if (position_ > begin + limits::link_length) {
    give_up_url(text);
    return false;
  }
  url_begin_ = nowhere;
  url.begin = begin;
  url.end = end;
  url.form = Encoding::Css::unquoted;
  if (state_ == State::string) {
    url.form = quote_ == '"' ? Encoding::Css::double_quoted : Encoding::Css::single_quoted;
  }
  return true;
}

bool CssScanner::step_string(std::string_view text, CssUrl& url) {
  const std::size_t here = position_;
  const char c = text[here];
  if (c == quote_) {
    ++position_;
    const bool found = end_url(text, here, url);
    state_ = State::normal;
    return found;
  }
  if (c == '\\') {
    escape_ = Escape::begun;
  } else if (is_newline(c)) {
    // A bad string; the rest of the line was none of it.
    url_begin_ = nowhere;
    state_ = State::normal;
  }
  ++position_;
  return false;
}

bool CssScanner::step_url(std::string_view text, CssUrl& url) {
  const std::size_t here = position_;
  const char c = text[here];
  if (c == ')') {
    ++position_;
    --depth_;
    const bool found = end_url(text, state_ == State::url_space ? url_end_ : here, url);
    state_ = State::normal;
    return found;
  }
  if (state_ == State::url_space) {
    if (!is_space(c)) {
      url_begin_ = nowhere;
      state_ = State::bad_url;
      return false;
    }
  } else if (state_ == State::bad_url) {
    if (c == '\\') escape_ = Escape::begun;
  } else if (is_space(c)) {
    url_end_ = here;
    state_ = State::url_space;
  } else if (c == '"' || c == '\'' || c == '(' || is_non_printable(c)) {
    url_begin_ = nowhere;
    state_ = State::bad_url;
    return false;
  } else if (c == '\\') {
    escape_ = Escape::begun;
  }
  ++position_;
  return false;
}

bool CssScanner::next(std::string_view text, CssUrl& url) {
  while (position_ < text.size()) {
    const char c = text[position_];
    if (escape_ != Escape::none) {
      if (escape_ == Escape::begun && is_newline(c) && state_ != State::string) {
        // Outside of strings a backslash at a line's end is no escape: a stray delimiter, or the
        // end of a good url().
        escape_ = Escape::none;
        if (state_ == State::url) {
          url_begin_ = nowhere;
          state_ = State::bad_url;
        } else if (state_ == State::word) {
          end_word(c);
        }
        continue;
      }
      if (step_escape(c)) continue;
    }
    bool found = false;
    switch (state_) {
      case State::normal:
        step_normal(c);
        break;
      case State::slash:
        if (c == '*') {
          ++position_;
          state_ = State::comment;
        } else {
          import_ = function_url_ = false;
          state_ = State::normal;
        }
        break;
      case State::comment:
        position_ = std::min(text.find('*', position_), text.size());
        if (position_ == text.size()) break;
        ++position_;
        state_ = State::comment_star;
        break;
      case State::comment_star:
        if (c == '*' || c == '/') ++position_;
        if (c != '*') state_ = c == '/' ? State::normal : State::comment;
        break;
      case State::word:
        step_word(c);
        break;
      case State::string:
        found = step_string(text, url);
        break;
      case State::url_start:
        if (is_space(c)) {
          ++position_;
        } else if (c == '"' || c == '\'') {
          begin_string(c, true);
        } else {
          url_begin_ = position_;
          state_ = State::url;
        }
        break;
      case State::url:
      case State::url_space:
      case State::bad_url:
        found = step_url(text, url);
        break;
    }
    if (found) return true;
  }
  if (url_begin_ == nowhere) return false;
  const std::string_view held = text.substr(url_begin_, position_ - url_begin_);
  if (held.size() >= limits::link_length || has_other_scheme(held)) give_up_url(text);
  return false;
}

bool CssScanner::finish(std::string_view text, CssUrl& url) {
  const bool in_url = state_ == State::string || state_ == State::url || state_ == State::url_space;
  const bool found = in_url && escape_ != Escape::begun &&
                     end_url(text, state_ == State::url_space ? url_end_ : position_, url);
  state_ = State::normal;
  escape_ = Escape::none;
  url_begin_ = nowhere;
  return found;
}

}  // namespace signgate::rewrite
