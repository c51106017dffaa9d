// SPDX-License-Identifier: Apache-2.0
#include "bench/report/markup.hpp"

#include "policy/utf8.hpp"

namespace signgate::bench::report {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

std::string_view reference(char c) noexcept {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

// U+FFFE and U+FFFF are UTF-8, but no characters of XML.
bool is_allowed(std::string_view character) noexcept {
  if (character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF") return false;
  const auto byte = static_cast<unsigned char>(character[0]);
  return byte >= 0x20 || byte == '\t' || byte == '\n' || byte == '\r';
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = policy::utf8_sequence(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || !is_allowed(character))
      out += replacement;
    else if (const std::string_view safe = reference(character[0]); !safe.empty())
      out += safe;
    else
      out += character;
    text.remove_prefix(character.size());
  }
  return out;
}

void Markup::text_element(std::string_view tag, Attributes attributes, std::string_view content) {
  element(tag, attributes, [&] { text(content); });
}

void Markup::empty_element(std::string_view tag, Attributes attributes) {
  begin(tag, attributes, "/>\n");
}

void Markup::text(std::string_view content) {
  out_ += escape(content);
}

void Markup::begin(std::string_view tag, Attributes attributes, std::string_view close) {
  out_.append("<").append(tag);
  for (const auto& [name, value] : attributes)
    out_.append(" ").append(name).append("=\"").append(escape(value)).append("\"");
  out_ += close;
}

void Markup::end(std::string_view tag) {
  out_.append("</").append(tag).append(">\n");
}

}  // namespace signgate::bench::report
