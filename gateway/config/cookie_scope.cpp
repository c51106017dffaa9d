// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/cookie_scope.hpp"

#include <algorithm>
#include <utility>

#include "gateway/config/diagnostic.hpp"

namespace signgate::config {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_';
}

}  // namespace

bool is_address_host(std::string_view host) noexcept {
  if (host.starts_with('[')) return true;
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.empty()) return false;
  if (std::all_of(last.begin(), last.end(), is_digit)) return true;
  if (!last.starts_with("0x") && !last.starts_with("0X")) return false;
  return last.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
}

Parsed<std::string> parse_cookie_domain(std::string_view text) {
  std::string domain{text};
  for (char& c : domain)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (domain.starts_with('.')) {
    return Flaw{"begins with a dot, which browsers ignore: write " +
                    in_quotes(std::string_view{domain}.substr(1)),
                0};
  }
  if (domain.find(':') != std::string::npos || is_address_host(domain)) {
    return Flaw{in_quotes(text) +
                    " is not a domain: a cookie has neither an address nor a port there. Leave it "
                    "out: the cookie of an address is for that address alone",
                0};
  }
  std::size_t label = 0;
  for (std::size_t i = 0; i <= domain.size(); ++i) {
    const bool ends = i == domain.size() || domain[i] == '.';
    if (!ends && is_name_char(domain[i])) continue;
    if (!ends || i == label || i - label > 63)
      return Flaw{in_quotes(text) + " is not a domain: write \"example.com\"",
                  std::min(i, text.size())};
    label = i + 1;
  }
  return {boost::system::in_place_value, std::move(domain)};
}

Parsed<std::string> parse_cookie_path(std::string_view text) {
  if (!text.starts_with('/')) return Flaw{in_quotes(text) + " must begin with \"/\"", 0};
  if (text.size() > max_cookie_path)
    return Flaw{"is longer than 1024 bytes, which is the most that browsers take", max_cookie_path};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ';')
      return Flaw{"has a \";\", which would end it within the cookie: write a shorter path", i};
    if (c == '?' || c == '#') return Flaw{"must have no query and no fragment", i};
    if (c <= 0x20 || c > 0x7E ||
        std::string_view{"\"<>\\^`{|}"}.find(c) != std::string_view::npos) {
      return Flaw{"has a character that must be percent-encoded in a URL", i};
    }
  }
  return {boost::system::in_place_value, text};
}

}  // namespace signgate::config
