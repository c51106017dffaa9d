// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace signgate::rewrite {

/// JsonScanner finds the strings of JSON that are values, not the names of members. It takes one
/// text, several in a row (NDJSON), JSON text sequences, and what stands before the text: a byte
/// order mark, a guard such as `)]}',`. Of malformed JSON it makes what it can, and takes a string
/// for a value only where one may stand: at the outset, in an array behind `[` or a comma, in an
/// object behind a colon. It is pulled, like HtmlTokenizer, with the same rules for offsets.
/// Sources: RFC 8259; RFC 7464 (a record separator begins a new text, whatever was open).
class JsonScanner {
 public:
  /// Arrays and objects within each other that are followed. The strings in deeper ones are passed
  /// over.
  static constexpr std::size_t depth_limit = 512;
  static constexpr char record_separator = '\x1E';

  /// next runs over `window` to the next string that is a value: true, position() is then the first
  /// byte behind its quote, and leave_string has to follow. False: the window is used up.
  bool next(std::string_view window) noexcept;

  /// leave_string goes on at `position`: behind the string's closing quote, or at the record
  /// separator that cut it off.
  void leave_string(std::size_t position) noexcept { position_ = position; }

  [[nodiscard]] std::size_t position() const noexcept { return position_; }

  /// drop says that `count` bytes (at most position()) have left the window's front.
  void drop(std::size_t count) noexcept { position_ -= count; }

  /// too_deep counts the arrays and objects at depth_limit that were not looked into.
  [[nodiscard]] std::uint64_t too_deep() const noexcept { return too_deep_; }

 private:
  enum class Expect : std::uint8_t { value, name, nothing };

  [[nodiscard]] bool in_object() const noexcept {
    return depth_ > 0 && depth_ <= depth_limit && objects_[depth_ - 1];
  }
  void open(bool object) noexcept;
  void close() noexcept;
  bool begin_string() noexcept;
  void pass_string(std::string_view window) noexcept;
  void begin_text() noexcept;

  std::size_t position_ = 0;
  std::size_t depth_ = 0;  // may exceed depth_limit
  std::bitset<depth_limit> objects_;
  Expect expect_ = Expect::value;
  bool passing_ = false;  // in a string that is passed over
  bool escaped_ = false;  // passing_: behind a backslash
  std::uint64_t too_deep_ = 0;
};

}  // namespace signgate::rewrite
