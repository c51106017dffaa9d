// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signgate::rewrite {

/// TextLink is where an absolute link stands in running text.
struct TextLink {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// may_begin_text_link says whether `text` begins with `http://` or `https://` in any case: yes,
/// no, or not yet to be told, as it is shorter. Pure.
enum class TextLinkBegin : std::uint8_t { no, yes, maybe };
[[nodiscard]] TextLinkBegin may_begin_text_link(std::string_view text) noexcept;

/// TextLinkScanner finds absolute links in the midst of text that no grammar marks: "see
/// https://www.example.com/a.jpg, or (https://www.example.com/b)". A link begins with `http://` or
/// `https://` where no word or scheme goes on, and ends before white space, a control character, a
/// quote (also a typographic one), `<`, `>`, a backslash, a closing bracket that was not opened
/// within it, Unicode's general and CJK punctuation, or the text's end; `.,;:!?` at its end are
/// the sentence's (after RFC 3986 appendix C).
///
/// Where rooted links are asked for, one also begins with a `/` at the text's begin, or behind
/// white space, an ASCII quote, `<`, `>` or an opening bracket: a path on the text's own host, or
/// `//` with another.
///
/// It takes UTF-8 and is pulled, like HtmlTokenizer, with the same rules for offsets and drop().
class TextLinkScanner {
 public:
  enum class Kinds : std::uint8_t { absolute, absolute_and_rooted };

  explicit TextLinkScanner(Kinds kinds = Kinds::absolute) noexcept
      : rooted_(kinds == Kinds::absolute_and_rooted) {}

  /// reset begins another text at `position` of the window.
  void reset(std::size_t position) noexcept;

  /// next runs over `text` to the next link. False: all of it is used up. A link that would be
  /// longer than limits::link_length is left out and counted by too_long().
  bool next(std::string_view text, TextLink& link) noexcept;

  /// finish ends the text, after next() has returned false. True: it ended with a link; more do not
  /// follow.
  bool finish(std::string_view text, TextLink& link) noexcept;

  /// hold is the first byte that must be kept: a link that is not ended, or what may be the begin
  /// of one.
  [[nodiscard]] std::size_t hold() const noexcept {
    return begin_ != nowhere && !given_up_ ? begin_ : position_;
  }

  /// drop says that `count` bytes (at most hold()) have left the window's front.
  void drop(std::size_t count);

  [[nodiscard]] std::uint64_t too_long() const noexcept { return too_long_; }

 private:
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  [[nodiscard]] char byte_before(std::string_view text, std::size_t place) const noexcept {
    return place > position_ ? text[place - 1] : before_;
  }
  [[nodiscard]] bool may_begin_at(std::string_view text, std::size_t place) const noexcept;
  [[nodiscard]] std::size_t link_begin(std::string_view text, std::size_t slash) const noexcept;
  bool find_begin(std::string_view text) noexcept;
  bool find_end(std::string_view text) noexcept;
  bool take(std::string_view text, TextLink& link) noexcept;

  std::size_t position_ = 0;  // outside of a link: what lies before it is done with
  std::size_t begin_ = nowhere;
  char before_ = ' ';  // outside of a link: the byte before position_
  bool given_up_ = false;
  bool rooted_;                          // links may begin with `/`
  std::array<std::uint32_t, 3> open_{};  // brackets, by kind
  std::uint64_t too_long_ = 0;
};

}  // namespace signgate::rewrite
