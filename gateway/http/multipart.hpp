// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signgate::http {

/// MultipartScanner cuts a multipart body into the heads of its parts, their contents, and what
/// stands between them. It is strict about delimiters, which stand at the begin of a line and fill
/// it, and takes what is malformed for content: its pieces are all bytes of the body, in order.
/// Pure; one body, one thread. Source: RFC 2046 section 5.1.1, RFC 7578.
class MultipartScanner {
 public:
  enum class Kind : std::uint8_t {
    between,  // preamble, delimiter, epilogue; and all that follows a head without an end
    head,     // of a part, whole, with the empty line
    content,  // of that part; a part's content may come in many pieces, or in none
  };

  struct Piece {
    Kind kind = Kind::between;
    std::string_view text;
  };

  /// MultipartScanner takes the `boundary` parameter of the body's Content-Type.
  explicit MultipartScanner(std::string_view boundary);

  /// is_boundary says whether the parameter can be one.
  [[nodiscard]] static bool is_boundary(std::string_view text) noexcept;

  /// next is the piece at the front of `window`, the bytes of the body behind all pieces before it;
  /// `last` says that none follow. Nothing: more has to be seen, or nothing is left. No more than a
  /// delimiter, or a head of limits::multipart_head, is waited for.
  [[nodiscard]] std::optional<Piece> next(std::string_view window, bool last);

 private:
  enum class State : std::uint8_t { start, preamble, head, content, rest };

  [[nodiscard]] std::optional<Piece> next_text(std::string_view window, bool last);
  [[nodiscard]] std::optional<Piece> next_delimiter(std::string_view window, std::size_t length,
                                                    bool last);
  [[nodiscard]] std::optional<Piece> next_head(std::string_view window, bool last);

  std::string delimiter_;  // CRLF, "--" and the boundary
  State state_ = State::start;
};

}  // namespace signgate::http
