// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/server_name.hpp"

#include <algorithm>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/location.hpp"

namespace signgate::config {
namespace {

bool is_name_byte(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7F && c != '/' && c != ':' && c != '*' && c != '$';
}

}  // namespace

Parsed<ServerName> parse_server_name(std::string_view text) {
  ServerName name;
  if (text.starts_with('~')) {
    const std::string_view pattern = text.substr(1);
    if (pattern.empty()) return Flaw{"has no regular expression after \"~\"", 1};
    const auto checked = capture_names(pattern, true);
    if (!checked) return Flaw{checked.error().message, checked.error().offset + 1};
    name.kind = ServerNameKind::regex;
    name.text = pattern;
    return name;
  }
  std::string_view labels = text;
  if (text.starts_with("*.")) {
    name.kind = ServerNameKind::leading_wildcard;
    labels.remove_prefix(1);
  } else if (text.ends_with(".*")) {
    name.kind = ServerNameKind::trailing_wildcard;
    labels.remove_suffix(1);
  } else if (text.starts_with('.')) {
    name.kind = ServerNameKind::domain;
  }
  const bool leading_dot =
      labels.starts_with('.') && name.kind == ServerNameKind::trailing_wildcard;
  const bool only_dot = name.kind != ServerNameKind::exact && labels == ".";
  if (leading_dot || only_dot || !std::all_of(labels.begin(), labels.end(), is_name_byte)) {
    return Flaw{in_quotes(text) +
                    " is not a server's name: write \"www.example.com\", \"*.example.com\", "
                    "\".example.com\", \"www.*\" or \"~regex\", without a port",
                0};
  }
  name.text = labels;
  std::transform(name.text.begin(), name.text.end(), name.text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

}  // namespace signgate::config
