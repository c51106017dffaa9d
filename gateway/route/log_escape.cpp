// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/log_escape.hpp"

#include <algorithm>

namespace signgate::route {

void append_log_escaped(std::string_view text, std::string& out) {
  if (text.empty()) {
    out += '-';
    return;
  }
  // What needs no escape is copied in runs.
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte <= 0x7e && byte != '"' && byte != '\\') continue;
    out.append(text.substr(from, at - from));
    out += {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
    from = at + 1;
  }
  out.append(text.substr(from));
}

void append_json_escaped(std::string_view text, std::string& out) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= 0x20) {
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\b') {
      out += "\\b";
    } else if (c == '\f') {
      out += "\\f";
    } else {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
}

void escape_in_line(std::string& text, std::size_t begin) {
  const auto breaks_line = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  const auto from = text.begin() + static_cast<std::ptrdiff_t>(begin);
  auto at = std::find_if(from, text.end(), breaks_line);
  if (at == text.end()) return;
  const std::string rest(at, text.end());
  text.erase(at, text.end());
  for (const char c : rest) {
    if (breaks_line(c))
      text += c == '\r' ? "%0D" : c == '\n' ? "%0A" : "%00";
    else
      text += c;
  }
}

}  // namespace signgate::route
