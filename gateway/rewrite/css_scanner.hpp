// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/rewrite/batch.hpp"

namespace signgate::rewrite {

/// CssUrl is where the text of a URL stands in a style sheet, without quotes and as it is escaped
/// there.
struct CssUrl {
  std::size_t begin = 0;
  std::size_t end = 0;
  Encoding::Css form = Encoding::Css::unquoted;
};

/// append_css_unescaped appends the text that a string or url() with the escapes of `text` stands
/// for. Source: CSS Syntax Level 3, section 4.3.7.
void append_css_unescaped(std::string_view text, std::string& out);

/// CssScanner finds the URLs of a style sheet or of a style attribute, fed in pieces: url(...) with
/// and without quotes, src("..."), the strings of image-set() and image(), and @import "...".
/// Comments, other strings and names that merely end in `url` are told apart. It is pulled, like
/// HtmlTokenizer, with the same rules for offsets and drop(). Source: CSS Syntax Level 3,
/// section 4.3; CSS Images Level 4 (image-set).
class CssScanner {
 public:
  /// reset begins a new style sheet at `position` of the window.
  void reset(std::size_t position) noexcept;

  /// next runs over text[position(), end) to the next URL. False: all of it is used up. A URL that
  /// would be longer than limits::link_length is left out and counted by too_long().
  bool next(std::string_view text, CssUrl& url);

  /// finish ends the style sheet at position(). True: the sheet ended within a URL, which counts as
  /// if it were closed.
  bool finish(std::string_view text, CssUrl& url);

  [[nodiscard]] std::size_t position() const noexcept { return position_; }

  /// hold is the first byte that must be kept: the begin of a URL that is not ended, or position().
  [[nodiscard]] std::size_t hold() const noexcept {
    return url_begin_ != nowhere ? url_begin_ : position_;
  }

  /// drop says that `count` bytes (at most hold()) have left the window's front.
  void drop(std::size_t count);

  [[nodiscard]] std::uint64_t too_long() const noexcept { return too_long_; }

 private:
  enum class State : std::uint8_t {
    normal,
    slash,
    comment,
    comment_star,
    word,
    string,
    url_start,
    url,
    url_space,
    bad_url,
  };
  enum class Escape : std::uint8_t { none, begun, hex };

  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  static constexpr std::size_t name_capacity = 20;  // "-webkit-image-set" is the longest

  void begin_word(char c) noexcept;
  void add_to_word(std::uint32_t c) noexcept;
  [[nodiscard]] std::string_view word() const noexcept;
  void end_word(char c) noexcept;
  void begin_string(char quote, bool is_url) noexcept;
  void step_normal(char c) noexcept;
  void step_word(char c) noexcept;
  bool step_string(std::string_view text, CssUrl& url);
  bool step_url(std::string_view text, CssUrl& url);
  bool step_escape(char c) noexcept;
  bool end_url(std::string_view text, std::size_t end, CssUrl& url);
  void give_up_url(std::string_view text) noexcept;

  State state_ = State::normal;
  Escape escape_ = Escape::none;
  bool import_ = false;        // @import was read; a string now is its URL
  bool function_url_ = false;  // url( or src( was read; a string now is its URL
  char quote_ = '"';
  std::uint8_t escape_digits_ = 0;
  std::uint32_t escape_value_ = 0;
  std::uint32_t depth_ = 0;        // open parentheses
  std::uint32_t image_depth_ = 0;  // the depth whose strings are URLs; 0 = none
  std::size_t position_ = 0;
  std::size_t url_begin_ = nowhere;
  std::size_t url_end_ = 0;      // url_space: where the URL ended
  std::size_t word_length_ = 0;  // may exceed the capacity
  std::uint64_t too_long_ = 0;
  std::array<char, name_capacity> word_{};
};

}  // namespace signgate::rewrite
