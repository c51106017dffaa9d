// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signgate::rewrite {

/// RequestText remembers what of a request could be the path of a link, so that a link which an
/// application merely hands back can be told from one that it wrote itself. What is read is decoded
/// as applications may do it: percent-escapes however often they are encoded, the escapes of JSON
/// strings, HTML's character references, these within each other three deep. It is kept without
/// regard to case, with backslashes as slashes, several slashes as one, no `/./`, without the tabs
/// and line ends that browsers drop from URLs, and without bytes beyond ASCII, since the page may
/// be of another charset than the request. Kept are only runs that hold a slash or a dot, unless
/// words are wanted, up to limits::request_text bytes in all: of a picture next to nothing. Of
/// those without a dot, of which base64 is full, limits::request_text_without_dots are kept; the
/// rest is not missed where a link has a dot. Not seen are links in base64, the escapes of CSS and
/// those that JavaScript has beside JSON's, and what an application makes of a request otherwise.
/// One request, one thread. Sources: WHATWG URL sections 1.3, 4.4 and 5.1; RFC 8259 section 7;
/// WHATWG HTML section 13.5.
class RequestText {
 public:
  /// Kept says what is kept: pieces of four bytes with a slash or a dot among them, or all pieces.
  enum class Kept : std::uint8_t { paths, words };

  explicit RequestText(Kept kept = Kept::paths) noexcept : words_(kept == Kept::words) {}

  /// add reads the next bytes, cut anywhere.
  void add(std::string_view part);

  /// settle has what add() was given taken for whole; more of it may follow all the same.
  void settle();

  /// end says that it is whole; another text may follow.
  void end();

  /// give_up says that a part of the request cannot be read, as it is compressed.
  void give_up();

  /// is_unclear says that any link may have come with the request: there was more than is
  /// remembered, a part could not be read, or it has a `/../`, whose path depends on what the
  /// application takes for its beginning.
  [[nodiscard]] bool is_unclear() const noexcept { return unclear_; }

  /// is_empty says that nothing was kept: no link came with what is whole.
  [[nodiscard]] bool is_empty() const noexcept {
    return kept_.empty() && !beyond_ascii_ && !lacks_dotless_ && !unclear_;
  }

  /// is_blank says that there was not a byte.
  [[nodiscard]] bool is_blank() const noexcept { return blank_ && !unclear_; }

  /// has_backslash says that what is whole has a backslash, however it is escaped. In a string of
  /// JavaScript it may begin an escape that is not read here.
  [[nodiscard]] bool has_backslash() const noexcept { return has_backslash_; }

  /// has_base says that what is whole may have markup that moves the base of a page's links: a word
  /// that begins with `base`, as behind `<`, or one with `:base`, such as xml:base.
  [[nodiscard]] bool has_base() const noexcept { return has_base_; }

  /// holds says whether what is whole has `path`, percent-encoded, in whatever form: each of its
  /// pieces, as spaces, quotes and bytes beyond ASCII divide it, that has `least` bytes with a
  /// slash or a dot among them; of words each piece. A piece without a dot passes for one that it
  /// has, once such are left out. Nothing when it has no such piece, so that
  /// this cannot tell; but with a `least` of 0 it has a path beyond ASCII then, if it has such
  /// bytes at all. Adds to `searched`, if there is one, how many bytes that took. Not for an
  /// unclear text.
  [[nodiscard]] std::optional<bool> holds(std::string_view path, std::size_t least,
                                          std::size_t* searched = nullptr) const;

 private:
  void read_run(std::string_view run, unsigned depth);
  void read_decoded(std::string_view text, unsigned depth);
  void keep(std::string_view piece);
  void note_windows(std::string_view piece);
  [[nodiscard]] bool is_telling(std::string_view piece, std::size_t least) const noexcept;
  [[nodiscard]] bool may_hold(std::string_view piece) const noexcept;
  [[nodiscard]] bool find(std::string_view piece, std::size_t* searched) const noexcept;

  std::string run_;             // what add() has read since the last byte that no path holds
  bool is_settled_ = true;      // settle() has kept what there is to keep of that
  std::string kept_;            // pieces, each with a space behind it
  std::size_t dotless_ = 0;     // how many bytes of them are of pieces without a dot
  bool lacks_dotless_ = false;  // some were left out
  // Of a long text: a bit for the hash of each four bytes in a row that a piece has.
  std::vector<std::uint64_t> windows_;
  bool words_ = false;
  bool blank_ = true;
  bool beyond_ascii_ = false;
  bool has_backslash_ = false;
  bool has_base_ = false;
  bool unclear_ = false;
};

}  // namespace signgate::rewrite
