// SPDX-License-Identifier: Apache-2.0
#include "policy/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "policy/byte_marks.hpp"

namespace signgate::policy {
namespace {

constexpr bool must_escape(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// The first byte from `at` on that must be escaped, or the text's size: eight bytes at a time.
std::size_t find_escape(std::string_view text, std::size_t at) noexcept {
  for (; words_are_ordered && text.size() - at >= 8; at += 8) {
    const std::uint64_t word = load_word(text.data() + at);
    const std::uint64_t found =
        marks_below(word, 0x20) | marks_of(word, '"') | marks_of(word, '\\');
    if (found != 0) return at + first_mark(found);
  }
  while (at < text.size() && !must_escape(text[at]))
    ++at;
  return at;
}

void append_escaped(std::string& out, char c) {
  static constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(c);
  out += "\\u00";
  out += hex[code >> 4];
  out += hex[code & 15];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = find_escape(text, 0); i < text.size(); i = find_escape(text, plain)) {
    out.append(text.data() + plain, i - plain);
    append_escaped(out, text[i]);
    plain = i + 1;
  }
  out.append(text.data() + plain, text.size() - plain);
  out += '"';
}

void append_json_integer(std::string& out, std::int64_t value) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

void append_json_real(std::string& out, double value, int decimals) {
  // The longest is the largest double: 309 digits, a sign, a point and the decimals.
  std::array<char, 340> digits;
  if (!std::isfinite(value)) value = 0;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                 std::chars_format::fixed, std::clamp(decimals, 0, 9))
                       .ptr;
  out.append(digits.data(), end);
}

void JsonWriter::break_line() {
  if (indent_ == 0) return;
  out_ += '\n';
  out_.append(static_cast<std::size_t>(depth_ * indent_), ' ');
}

void JsonWriter::begin_value() {
  if (after_name_) {
    after_name_ = false;
    return;
  }
  if (!first_) out_ += ',';
  if (depth_ > 0) break_line();
  first_ = false;
}

void JsonWriter::open(char bracket) {
  begin_value();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!first_) break_line();
  out_ += bracket;
  first_ = false;
}

JsonWriter& JsonWriter::name(std::string_view name) {
  begin_value();
  append_json_string(out_, name);
  out_ += indent_ > 0 ? ": " : ":";
  after_name_ = true;
  return *this;
}

void JsonWriter::string(std::string_view text) {
  begin_value();
  append_json_string(out_, text);
}

void JsonWriter::integer(std::int64_t value) {
  begin_value();
  append_json_integer(out_, value);
}

void JsonWriter::real(double value, int decimals) {
  begin_value();
  append_json_real(out_, value, decimals);
}

void JsonWriter::boolean(bool value) {
  begin_value();
  out_ += value ? "true" : "false";
}

std::string compact_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < json.size()) out += json[++i];
      if (c == '"') in_string = false;
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      out += c;
      in_string = c == '"';
    }
  }
  return out;
}

}  // namespace signgate::policy
