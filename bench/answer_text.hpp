// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/codec/decoder.hpp"

namespace signgate::bench {

/// AnswerText gathers the body of one answer after another as plain text, of a bounded length. One
/// thread.
class AnswerText {
 public:
  /// AnswerText keeps `limit` bytes of each body and one more, which tells that it is longer.
  explicit AnswerText(std::size_t limit) : limit_(limit + 1) {}

  /// begin forgets the last body. `content_encoding` is the new one's, empty for none.
  void begin(std::string_view content_encoding, std::string_view media_type);

  /// add takes the next bytes of the body as they were sent.
  void add(std::string_view bytes) { feed(bytes, false); }

  /// finish says that the body is complete: its plain text, until the next begin, or nothing when
  /// its coding is not known, or it is none of that coding.
  [[nodiscard]] std::optional<std::string_view> finish();

  /// media_type is what begin was given.
  [[nodiscard]] std::string_view media_type() const noexcept { return media_type_; }

 private:
  void feed(std::string_view bytes, bool last);

  std::size_t limit_;
  std::string text_;
  std::string media_type_;
  std::optional<codec::Decoder> decoder_;  // none: the coding is not known, or it failed
};

}  // namespace signgate::bench
