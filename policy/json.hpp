// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A small strict JSON reader for policy documents (RFC 8259): a tree of values, each with the
/// place where it begins, so that whoever interprets the document can point at what is wrong. No
/// comments, no trailing commas, no duplicate names, only valid UTF-8.
namespace signgate::policy {

/// Position is a place in a document: line and column are 1-based, a column is one character (a
/// UTF-8 code point) and only LF ends a line; offset is in bytes from the start.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::size_t offset = 0;

  friend bool operator==(const Position&, const Position&) = default;
};

/// DocumentError is what is wrong with a policy document, and where. The message is one sentence
/// without a full stop; it quotes at most a short piece of the document.
struct DocumentError {
  Position position;
  std::string message;
};

/// DocumentResult holds a value or a DocumentError. Test it before use: `*result` on an error is a
/// bug.
template <class T>
using DocumentResult = boost::system::result<T, DocumentError>;

/// throw_exception_from_error lets DocumentResult::value() exist; reaching it is a bug:
/// std::logic_error.
[[noreturn]] void throw_exception_from_error(const DocumentError& error,
                                             const boost::source_location& where);

/// JsonKind names the seven forms of a JSON value, true and false being one.
enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

struct JsonMember;

/// JsonValue is one value of a parsed document. It owns everything below it, and holds no view into
/// the text that it was read from. A value that nobody writes to may be read from any thread.
struct JsonValue {
  JsonKind kind = JsonKind::null;
  bool boolean = false;  // boolean
  std::string text;      // string: its characters, escapes resolved, UTF-8; number: its literal
  std::vector<JsonValue> items;     // array, in order
  std::vector<JsonMember> members;  // object, in the document's order; names are unique
  Position position;                // the value's first character

  [[nodiscard]] bool is(JsonKind what) const noexcept { return kind == what; }

  /// find is the member of that exact name; nullptr when there is none or this is no object. The
  /// pointer lives as long as the object is left alone.
  [[nodiscard]] const JsonMember* find(std::string_view name) const noexcept;

  /// integer is the number, if it is written without fraction and exponent and fits.
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;

  /// real is the number as a double, nearest representable; nothing when this is no number or it
  /// overflows.
  [[nodiscard]] std::optional<double> real() const noexcept;
};

/// JsonMember is a name and its value in an object.
struct JsonMember {
  std::string name;
  Position position;  // the name's opening quote
  JsonValue value;
};

/// JsonLimits bounds what json_parse takes; beyond is an error. The defaults suit any policy
/// document: S3 takes 20 KB of bucket policy, a CloudFront policy travels in a URL of 8 KB.
struct JsonLimits {
  std::size_t bytes = 64 * 1024;   // of the document
  std::size_t depth = 32;          // containers within containers; the outermost is 1
  std::size_t values = 16 * 1024;  // values in all
};

/// json_parse reads the whole of `text` as one JSON value, white space around it allowed. On
/// failure the error names the place and what may stand there. Any thread. Source: RFC 8259;
/// duplicate names are refused as IAM does ("Grammar of the IAM JSON policy language").
[[nodiscard]] DocumentResult<JsonValue> json_parse(std::string_view text,
                                                   const JsonLimits& limits = {});

/// json_parse_sequence reads `text` as JSON values one after the other, one at least, with white
/// space between them or none: JSON lines, and texts that were joined. The limits hold for all of
/// them together. On failure as json_parse. Any thread.
[[nodiscard]] DocumentResult<std::vector<JsonValue>> json_parse_sequence(
    std::string_view text, const JsonLimits& limits = {});

/// json_kind_name is the kind with its article for messages: "an object", "a string", "null".
[[nodiscard]] std::string_view json_kind_name(JsonKind kind) noexcept;

/// excerpt is `text` in double quotes for a message: cut after some 60 bytes, control characters
/// and bytes that are no UTF-8 shown as `?`.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace signgate::policy
