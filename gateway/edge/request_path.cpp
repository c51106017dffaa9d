// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/request_path.hpp"

#include "gateway/http/text.hpp"
#include "policy/utf8.hpp"
#include "policy/wildcard.hpp"

namespace signgate::edge {
namespace {

/// The byte of the percent code at `i`, or -1.
int percent_byte(std::string_view text, std::size_t i) noexcept {
  if (i + 2 >= text.size()) return -1;
  const int high = http::hex_value(text[i + 1]);
  const int low = http::hex_value(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_unreserved(char c) noexcept {
  return http::is_alpha(c) || http::is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string decode_unreserved(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int byte = path[i] == '%' ? percent_byte(path, i) : -1;
    if (byte < 0) {
      out += path[i];
      continue;
    }
    const char c = static_cast<char>(byte);
    if (is_unreserved(c)) {
      out += c;
    } else {
      constexpr std::string_view digits = "0123456789ABCDEF";
      out += '%';
      out += digits[static_cast<std::size_t>(byte) >> 4];
      out += digits[static_cast<std::size_t>(byte) & 15];
    }
    i += 2;
  }
  return out;
}

/// RFC 3986 section 5.2.4, for a path that begins with a slash.
std::string remove_dot_segments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);  // with its slash
    const bool last = end == path.size();
    if (segment == "/..") {
      const std::size_t slash = out.rfind('/');
      out.resize(slash == std::string::npos ? 0 : slash);
      if (last) out += '/';
    } else if (segment == "/.") {
      if (last) out += '/';
    } else {
      out += segment;
    }
    path.remove_prefix(end);
  }
  return out;
}

}  // namespace

std::optional<std::string> object_key(std::string_view path) {
  std::string key;
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (path[i] != '%') {
      key += path[i];
      continue;
    }
    const int byte = percent_byte(path, i);
    if (byte < 0) return std::nullopt;
    key += static_cast<char>(byte);
    i += 2;
  }
  for (std::string_view rest = key; !rest.empty();) {
    const std::size_t length = policy::utf8_sequence(rest);
    if (length == 0) return std::nullopt;
    rest.remove_prefix(length);
  }
  return key;
}

std::string normalised_path(std::string_view path) {
  return remove_dot_segments(decode_unreserved(path));
}

bool path_matches(std::string_view pattern, std::string_view normalised, std::string_view key) {
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  if (normalised.starts_with('/')) normalised.remove_prefix(1);
  return policy::wildcard_match(pattern, normalised) || policy::wildcard_match(pattern, key);
}

}  // namespace signgate::edge
