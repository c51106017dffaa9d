// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/host.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

bool is_ipv6(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return false;
  std::copy(text.begin(), text.end(), terminated.begin());
  in6_addr address{};
  return inet_pton(AF_INET6, terminated.data(), &address) == 1;
}

}  // namespace

bool is_valid_host(std::string_view host) noexcept {
  std::string_view rest = host;
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos || !is_ipv6(rest.substr(1, close - 1))) return false;
    rest.remove_prefix(close + 1);
    if (!rest.empty() && rest.front() != ':') return false;
  } else {
    const std::size_t colon = rest.find(':');
    const std::string_view name = rest.substr(0, colon);
    if (name.empty() && colon != std::string_view::npos) return false;
    char before = '.';
    for (std::size_t i = 0; i < name.size(); ++i) {
      const char c = name[i];
      const bool good = is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' ||
                        c == '~' || c == '!' || c == '$' || c == '&' || c == '\'' || c == '(' ||
                        c == ')' || c == '*' || c == '+' || c == ',' || c == ';' || c == '=' ||
                        (c == '%' && i + 2 < name.size() && hex_value(name[i + 1]) >= 0 &&
                         hex_value(name[i + 2]) >= 0);
      // Two dots in a row are no host name and a step up in a path that somebody builds of it.
      if (!good || (c == '.' && before == '.')) return false;
      before = c;
    }
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon);
  }
  if (rest.empty()) return true;
  rest.remove_prefix(1);
  if (rest.size() > 5) return false;
  unsigned port = 0;
  for (const char c : rest) {
    if (!is_digit(c)) return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return port <= 65535;
}

std::string host_name(std::string_view authority) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view name = authority.substr(0, colon);
  if (name.size() > 1 && name.ends_with('.')) name.remove_suffix(1);
  std::string host(name);
  for (char& c : host)
    c = to_lower(c);
  return host;
}

}  // namespace signgate::http
