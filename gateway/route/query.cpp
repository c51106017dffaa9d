// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/query.hpp"

#include <algorithm>
#include <cstdint>

#include "gateway/http/text.hpp"

namespace signgate::route {

std::string_view query_argument(std::string_view query, std::string_view name) noexcept {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view argument = query.substr(0, end);
    const std::size_t equals = argument.find('=');
    if (equals != std::string_view::npos &&
        http::equal_ignoring_case(argument.substr(0, equals), name)) {
      return argument.substr(equals + 1);
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

std::string_view cookie_value(const http::Fields& fields, std::string_view name) noexcept {
  for (const http::Field& field : fields) {
    if (field.id != http::HeaderId::cookie) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      const std::string_view cookie = http::trim_ows(rest.substr(0, end));
      const std::size_t equals = cookie.find('=');
      if (equals != std::string_view::npos &&
          http::equal_ignoring_case(cookie.substr(0, equals), name)) {
        return cookie.substr(equals + 1);
      }
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }
  return {};
}

std::string basic_user(std::string_view authorization) {
  if (authorization.size() < 6 || !http::equal_ignoring_case(authorization.substr(0, 6), "basic "))
    return {};
  std::string user;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : http::trim_ows(authorization.substr(6))) {
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (http::is_digit(c)) value = c - '0' + 52;
    if (c == '+') value = 62;
    if (c == '/') value = 63;
    if (value < 0) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    const char byte = static_cast<char>(bits >> count & 255);
    // The password after the colon is not even decoded.
    if (byte == ':') return user;
    user += byte;
  }
  return {};
}

std::string redact_signatures(std::string_view text) {
  std::string out(text);
  // An address within a query (?next=...) is percent-encoded once more: & and = are %26 and %3D.
  for (const std::string_view name :
       {"Signature=", "Policy=", "Signature%3D", "Policy%3D", "Signature%3d", "Policy%3d"}) {
    const bool encoded = name.back() != '=';
    std::size_t at = 0;
    while ((at = out.find(name, at)) != std::string::npos) {
      const std::string_view before = std::string_view(out).substr(0, at);
      const std::size_t start = at + name.size();
      at = start;
      const bool cookie = before.ends_with("CloudFront-");
      const bool separate = cookie || before.empty() || before.ends_with('?') ||
                            before.ends_with('&') || before.ends_with(';') ||
                            before.ends_with("%26") || before.ends_with("%3F") ||
                            before.ends_with("%3f");
      if (!separate) continue;
      std::size_t end = out.find_first_of(cookie ? "& \"#;" : "& \"#", start);
      if (end == std::string::npos) end = out.size();
      if (encoded) end = std::min({end, out.find("%26", start), out.find("%23", start)});
      if (encoded && cookie) end = std::min({end, out.find("%3B", start), out.find("%3b", start)});
      out.replace(start, end - start, "***");
    }
  }
  return out;
}

}  // namespace signgate::route
