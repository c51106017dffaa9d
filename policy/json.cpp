// SPDX-License-Identifier: Apache-2.0
#include "policy/json.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "policy/utf8.hpp"

namespace signgate::policy {
namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr int hex_digit(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string shown(char c) {
  if (c >= 0x21 && c <= 0x7e) return {'\'', c, '\''};
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return std::string("byte 0x") + digits[byte >> 4] + digits[byte & 15];
}

/// Parser walks the text once. Each read_* leaves the cursor behind what it read, or sets error_
/// and returns false; nothing is read after an error.
class Parser {
 public:
  Parser(std::string_view text, const JsonLimits& limits) noexcept : text_(text), limits_(limits) {}

  DocumentResult<JsonValue> run() {
    JsonValue root;
    if (!is_short_enough() || !read_root(root)) return std::move(error_);
    if (!at_end()) {
      fail("unexpected " + shown(peek()) + " after the end of the document");
      return std::move(error_);
    }
    return root;
  }

  DocumentResult<std::vector<JsonValue>> run_sequence() {
    std::vector<JsonValue> roots;
    if (!is_short_enough()) return std::move(error_);
    do {
      if (!read_root(roots.emplace_back())) return std::move(error_);
    } while (!at_end());
    return roots;
  }

 private:
  bool is_short_enough() {
    if (text_.size() <= limits_.bytes) return true;
    return fail("the document is longer than " + std::to_string(limits_.bytes) + " bytes");
  }

  bool read_root(JsonValue& root) {
    skip_space();
    if (!read_value(root, 0)) return false;
    skip_space();
    return true;
  }

  [[nodiscard]] bool at_end() const noexcept { return here_.offset == text_.size(); }
  [[nodiscard]] char peek() const noexcept { return text_[here_.offset]; }
  [[nodiscard]] bool next_is(char c) const noexcept { return !at_end() && peek() == c; }

  /// Steps over ASCII that is not LF.
  void step(std::size_t bytes) noexcept {
    here_.offset += bytes;
    here_.column += static_cast<std::uint32_t>(bytes);
  }

  bool fail(std::string message) { return fail_at(here_, std::move(message)); }

  bool fail_at(const Position& place, std::string message) {
    error_ = {place, std::move(message)};
    return false;
  }

  /// `wanted` completes "expected ..."; what stands there instead is added.
  bool fail_expected(std::string_view wanted) {
    return fail("expected " + std::string(wanted) + ", found " +
                (at_end() ? std::string("the end of the document") : shown(peek())));
  }

  void skip_space() noexcept {
    for (; !at_end(); step(1)) {
      const char c = peek();
      if (c == '\n') {
        ++here_.line;
        here_.column = 0;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }

  bool read_value(JsonValue& value, std::size_t depth) {
    value.position = here_;
    if (++values_ > limits_.values) {
      return fail("the document has more than " + std::to_string(limits_.values) + " values");
    }
    if (at_end()) return fail_expected("a value");
    switch (peek()) {
      case '{':
      case '[':
        if (depth == limits_.depth) {
          return fail("nested deeper than " + std::to_string(limits_.depth) + " levels");
        }
        return peek() == '{' ? read_object(value, depth + 1) : read_array(value, depth + 1);
      case '"':
        value.kind = JsonKind::string;
        return read_string(value.text);
      case 't':
        value.kind = JsonKind::boolean;
        value.boolean = true;
        return read_word("true");
      case 'f':
        value.kind = JsonKind::boolean;
        return read_word("false");
      case 'n':
        return read_word("null");
      default:
        if (peek() == '-' || is_digit(peek())) return read_number(value);
        return fail_expected("a value");
    }
  }

  bool read_word(std::string_view word) {
    if (text_.substr(here_.offset, word.size()) != word) {
      return fail("expected a value; the bare words are true, false and null");
    }
    step(word.size());
    return true;
  }

  bool read_object(JsonValue& value, std::size_t depth) {
    value.kind = JsonKind::object;
    step(1);
    skip_space();
    if (next_is('}')) {
      step(1);
      return true;
    }
    for (;;) {
      if (!next_is('"')) return fail_expected("a member name in double quotes");
      JsonMember& member = value.members.emplace_back();
      member.position = here_;
      if (!read_string(member.name)) return false;
      skip_space();
      if (!next_is(':')) return fail_expected("':' after the member name");
      step(1);
      skip_space();
      if (!read_value(member.value, depth)) return false;
      skip_space();
      if (next_is('}')) break;
      if (!next_is(',')) return fail_expected("',' or '}'");
      step(1);
      skip_space();
    }
    if (!names_are_unique(value)) return false;
    step(1);
    return true;
  }

  /// Sorted once per object: comparing each new name with all before would be quadratic in hostile
  /// input.
  bool names_are_unique(const JsonValue& object) {
    std::vector<const JsonMember*> sorted;
    sorted.reserve(object.members.size());
    for (const JsonMember& member : object.members)
      sorted.push_back(&member);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto* a, const auto* b) { return a->name < b->name; });
    const JsonMember* second = nullptr;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (sorted[i]->name != sorted[i - 1]->name) continue;
      if (second == nullptr || sorted[i]->position.offset < second->position.offset) {
        second = sorted[i];
      }
    }
    if (second == nullptr) return true;
    return fail_at(second->position, "duplicate member name " + excerpt(second->name));
  }

  bool read_array(JsonValue& value, std::size_t depth) {
    value.kind = JsonKind::array;
    step(1);
    skip_space();
    if (next_is(']')) {
      step(1);
      return true;
    }
    for (;;) {
      if (!read_value(value.items.emplace_back(), depth)) return false;
      skip_space();
      if (next_is(']')) break;
      if (!next_is(',')) return fail_expected("',' or ']'");
      step(1);
      skip_space();
    }
    step(1);
    return true;
  }

  bool read_digits() {
    if (at_end() || !is_digit(peek())) return fail_expected("a digit");
    while (!at_end() && is_digit(peek()))
      step(1);
    return true;
  }

  bool read_number(JsonValue& value) {
    value.kind = JsonKind::number;
    const std::size_t begin = here_.offset;
    if (next_is('-')) step(1);
    if (next_is('0')) {
      step(1);
      if (!at_end() && is_digit(peek())) return fail("a number has no leading zero");
    } else if (!read_digits()) {
      return false;
    }
    if (next_is('.')) {
      step(1);
      if (!read_digits()) return false;
    }
    if (next_is('e') || next_is('E')) {
      step(1);
      if (next_is('+') || next_is('-')) step(1);
      if (!read_digits()) return false;
    }
    value.text = text_.substr(begin, here_.offset - begin);
    return true;
  }

  bool read_string(std::string& out) {
    const Position opening = here_;
    step(1);
    while (!at_end()) {
      const char c = peek();
      if (c == '"') {
        step(1);
        return true;
      }
      if (c == '\\') {
        if (!read_escape(out)) return false;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return fail("a control character in a string must be escaped (" + shown(c) + ")");
      } else {
        const std::size_t length = utf8_sequence(text_.substr(here_.offset));
        if (length == 0) return fail("the document is not valid UTF-8 (" + shown(c) + ")");
        out += text_.substr(here_.offset, length);
        here_.offset += length;
        ++here_.column;
      }
    }
    return fail_at(opening, "the string that begins here is not closed");
  }

  bool read_escape(std::string& out) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const Position start = here_;
    step(1);
    if (next_is('u')) return read_unicode_escape(out, start);
    const std::size_t which = at_end() ? std::string_view::npos : letters.find(peek());
    if (which == std::string_view::npos) {
      return fail_at(start, R"(unknown escape; the known ones are \" \\ \/ \b \f \n \r \t \uXXXX)");
    }
    out += meanings[which];
    step(1);
    return true;
  }

  /// Reads "uXXXX"; a negative value means that it is not there.
  std::int32_t read_code_unit() noexcept {
    const std::string_view digits = text_.substr(here_.offset).substr(0, 5);
    if (digits.size() < 5 || digits[0] != 'u') return -1;
    std::int32_t unit = 0;
    for (const char c : digits.substr(1)) {
      const int digit = hex_digit(c);
      if (digit < 0) return -1;
      unit = unit << 4 | digit;
    }
    step(5);
    return unit;
  }

  bool read_unicode_escape(std::string& out, const Position& start) {
    const std::int32_t unit = read_code_unit();
    if (unit < 0) return fail_at(start, "\\u takes four hexadecimal digits");
    auto point = static_cast<std::uint32_t>(unit);
    if (point >= 0xd800 && point <= 0xdfff) {
      std::int32_t low = -1;
      if (point < 0xdc00 && next_is('\\')) {
        step(1);
        low = read_code_unit();
      }
      if (low < 0xdc00 || low > 0xdfff) {
        return fail_at(start, "\\u names half of a surrogate pair");
      }
      point = 0x10000 + ((point - 0xd800) << 10) + (static_cast<std::uint32_t>(low) - 0xdc00);
    }
    utf8_append(out, point);
    return true;
  }

  std::string_view text_;
  JsonLimits limits_;
  Position here_;
  std::size_t values_ = 0;
  DocumentError error_;
};

}  // namespace

void throw_exception_from_error(const DocumentError& error, const boost::source_location&) {
  throw std::logic_error("a DocumentResult was used untested: " + error.message);
}

const JsonMember* JsonValue::find(std::string_view name) const noexcept {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const JsonMember& member) { return member.name == name; });
  return found == members.end() ? nullptr : &*found;
}

std::optional<std::int64_t> JsonValue::integer() const noexcept {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  if (kind != JsonKind::number) return std::nullopt;
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return number;
}

std::optional<double> JsonValue::real() const noexcept {
  double number = 0;
  const char* end = text.data() + text.size();
  if (kind != JsonKind::number) return std::nullopt;
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return number;
}

DocumentResult<JsonValue> json_parse(std::string_view text, const JsonLimits& limits) {
  return Parser(text, limits).run();
}

DocumentResult<std::vector<JsonValue>> json_parse_sequence(std::string_view text,
                                                           const JsonLimits& limits) {
  return Parser(text, limits).run_sequence();
}

std::string_view json_kind_name(JsonKind kind) noexcept {
  switch (kind) {
    case JsonKind::null:
      return "null";
    case JsonKind::boolean:
      return "true or false";
    case JsonKind::number:
      return "a number";
    case JsonKind::string:
      return "a string";
    case JsonKind::array:
      return "an array";
    case JsonKind::object:
      return "an object";
  }
  return "";
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out = "\"";
  std::size_t at = 0;
  while (at < text.size() && at < longest) {
    const std::size_t length = utf8_sequence(text.substr(at));
    const auto byte = static_cast<unsigned char>(text[at]);
    if (length == 0 || byte < 0x20 || byte == 0x7f) {
      out += '?';
      ++at;
    } else {
      out += text.substr(at, length);
      at += length;
    }
  }
  if (at < text.size()) out += "...";
  return out + '"';
}

}  // namespace signgate::policy
