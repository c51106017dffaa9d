// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace signgate::policy {

/// append_json_string writes `text` as a JSON string with its quotes: `"` and `\` escaped, control
/// characters as \b \t \n \f \r or \u00XX. `/`, `&`, `<`, `>` and bytes from 0x80 on stay as they
/// are: CloudFront compares signed policies byte for byte, so nothing may be escaped that need not
/// be. Source: RFC 8259, section 7; cloudfront canned policies of the AWS CLI.
void append_json_string(std::string& out, std::string_view text);

/// append_json_integer writes `value` in decimal, unquoted.
void append_json_integer(std::string& out, std::int64_t value);

/// append_json_real writes a finite `value` in decimal with exactly `decimals` (0 to 9) digits
/// after the point, rounded, without exponent; 0 in place of what is not finite, for which JSON
/// has no text. Any locale.
void append_json_real(std::string& out, double value, int decimals);

/// JsonWriter appends one JSON value to a string. Containers are written by calls that take what
/// stands inside as a callable, so the output cannot be unbalanced, and commas are its own
/// business. Members appear in the order of the calls. The caller gives a `name` before each value
/// inside an object and none elsewhere. It borrows `out` for its whole life; not to be shared
/// between threads.
class JsonWriter {
 public:
  /// JsonWriter writes to the end of `out`; `indent` spaces a level, or no white space at all for
  /// 0.
  explicit JsonWriter(std::string& out, int indent = 0) noexcept : out_(out), indent_(indent) {}

  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  template <class Inside>
  void object(Inside&& inside) {
    open('{');
    std::forward<Inside>(inside)();
    close('}');
  }

  template <class Inside>
  void array(Inside&& inside) {
    open('[');
    std::forward<Inside>(inside)();
    close(']');
  }

  /// name begins a member; the value is the next call.
  JsonWriter& name(std::string_view name);

  void string(std::string_view text);
  void integer(std::int64_t value);
  void real(double value, int decimals);
  void boolean(bool value);

 private:
  void begin_value();
  void break_line();
  void open(char bracket);
  void close(char bracket);

  std::string& out_;
  int indent_;
  int depth_ = 0;
  bool first_ = true;        // nothing stands in the innermost container yet
  bool after_name_ = false;  // a name was written and waits for its value
};

/// compact_json is `json` without the white space between its tokens; strings stay as they are.
/// The text is not checked: give it what json_parse took. Any thread. Source: CloudFront Developer
/// Guide, "remove all white space" before a policy is signed; inside a string white space means
/// something, so it stays.
[[nodiscard]] std::string compact_json(std::string_view json);

}  // namespace signgate::policy
