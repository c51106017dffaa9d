// SPDX-License-Identifier: Apache-2.0
#include "policy/referer_patterns.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "policy/ipv4_range.hpp"
#include "policy/json.hpp"
#include "policy/text_pattern.hpp"
#include "policy/utf8.hpp"

namespace signgate::policy {
namespace {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}

constexpr bool is_ascii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

constexpr bool is_name_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_';
}

/// is_name: a host name in lower case, of labels of 1 to 63 characters.
bool is_name(std::string_view host) noexcept {
  if (host.empty() || host.size() > 253) return false;
  while (true) {
    const std::size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    if (label.empty() || label.size() > 63 || !std::ranges::all_of(label, is_name_character))
      return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

/// A browser reads a host whose last label is a number, decimal or hexadecimal, as an IPv4 address.
bool ends_in_number(std::string_view host) noexcept {
  const std::size_t dot = host.rfind('.');
  std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.empty()) return false;
  if (std::ranges::all_of(last, is_digit)) return true;
  if (!last.starts_with("0x")) return false;
  return last.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

struct SiteAddress {
  std::string host;  // as in a URL: lower case, IPv6 in brackets
  std::string port;  // empty: the scheme's own
  bool is_address = false;
};

ArgumentError bad_site(std::string_view site, std::string_view why) {
  return {excerpt(site) + " " + std::string(why) + "; legal is HOST or HOST:PORT"};
}

/// read_ipv6 gives the shortest form, which is what browsers send; nothing for another text.
std::optional<std::string> read_ipv6(std::string_view inside) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_pton(AF_INET6, std::string(inside).c_str(), &address) != 1) return std::nullopt;
  if (::inet_ntop(AF_INET6, &address, text.data(), text.size()) == nullptr) return std::nullopt;
  std::string shortest(text.data());
  // The C library ends some addresses in dotted decimal; browsers never do.
  if (shortest.find('.') != std::string::npos) return std::nullopt;
  return shortest;
}

ArgumentResult<unsigned> read_port(std::string_view site, std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || port == 0 ||
      port > 65535) {
    return bad_site(site, "has a port that is none of 1 to 65535");
  }
  return port;
}

/// read_host reads the part before the port into `address`.
std::optional<ArgumentError> read_host(std::string_view site, std::string_view text,
                                       SiteAddress& address) {
  if (text.starts_with('[')) {
    auto shortest = read_ipv6(text.substr(1, text.size() - 2));
    if (!shortest) return bad_site(site, "holds no IPv6 address in its brackets");
    address.host = "[" + *std::move(shortest) + "]";
    address.is_address = true;
    return std::nullopt;
  }
  address.host = lower(text);
  if (ends_in_number(address.host)) {
    if (!parse_ipv4_address(address.host))
      return bad_site(site, "ends in a number and is no IPv4 address, which browsers refuse");
    address.is_address = true;
    return std::nullopt;
  }
  if (!is_name(address.host)) return bad_site(site, "is no host name");
  return std::nullopt;
}

ArgumentResult<SiteAddress> read_site(std::string_view site) {
  if (site.empty()) return ArgumentError{"the site is empty; legal is HOST or HOST:PORT"};
  if (!std::ranges::all_of(site, is_ascii)) {
    return bad_site(site,
                    "holds a character outside ASCII: browsers send such a host in punycode, so "
                    "write it as xn--...");
  }
  if (site.find("://") != std::string_view::npos)
    return bad_site(site, "holds a scheme: https is meant without it, --http adds http");
  if (site.find('/') != std::string_view::npos)
    return bad_site(site, "holds a path: browsers do not send it to another host");
  if (site.find('*') != std::string_view::npos || site.find('?') != std::string_view::npos)
    return bad_site(site, "holds a wildcard: such a pattern is one for --referer");
  const std::size_t host_end = site.starts_with('[') ? site.find(']') : 0;
  if (host_end == std::string_view::npos) return bad_site(site, "lacks a closing bracket");
  const std::size_t colon = site.find(':', host_end);
  const std::string_view host = site.substr(0, colon);
  if (host_end != 0 && host.size() != host_end + 1)
    return bad_site(site, "has something between its bracket and the port");
  SiteAddress address;
  if (auto wrong = read_host(site, host, address)) return *std::move(wrong);
  if (colon != std::string_view::npos) {
    auto port = read_port(site, site.substr(colon + 1));
    if (!port) return port.error();
    address.port = std::to_string(*port);
  }
  return address;
}

std::string pattern_for(std::string_view scheme, std::string_view host, std::string_view port) {
  std::string pattern(scheme);
  pattern += "://";
  pattern += host;
  const std::string_view own = scheme == "https" ? "443" : "80";
  if (!port.empty() && port != own) {
    pattern += ':';
    pattern += port;
  }
  pattern += "/*";
  return pattern;
}

/// doubt_host finds what is wrong with the host of a pattern, and the port behind it.
void doubt_host(std::string_view scheme, std::string_view host, std::vector<std::string>& doubts) {
  if (host.find('@') != std::string_view::npos)
    doubts.emplace_back("holds a user: browsers leave user and password out");
  if (!std::ranges::all_of(host, is_ascii)) {
    doubts.emplace_back("has a host outside ASCII: browsers send it in punycode (xn--...)");
  } else if (std::ranges::any_of(host, is_upper)) {
    doubts.emplace_back(
        "has a host in upper case: browsers send hosts in lower case, and aws:Referer is compared "
        "in case");
  }
  if ((scheme == "https" && host.ends_with(":443")) || (scheme == "http" && host.ends_with(":80")))
    doubts.emplace_back("names the scheme's own port, which browsers leave out");
  if (host.empty())
    doubts.emplace_back("has no host");
  else if (host.find_first_of("*?") != std::string_view::npos) {
    doubts.emplace_back(
        "has a wildcard in its host, which also stands for slashes: other sites' pages can match "
        "it");
  }
}

void doubt_path(std::string_view path, std::vector<std::string>& doubts) {
  if (path.find('#') != std::string_view::npos)
    doubts.emplace_back("holds a fragment, which browsers never send");
  if (path.find_first_not_of('*') == std::string_view::npos) {
    if (path.empty()) {
      doubts.emplace_back(
          "ends in the slash, so a Referer with a path does not match, as pages of the same origin "
          "send it; write /* at the end");
    }
    return;
  }
  if (path == "?") return;
  doubts.emplace_back(
      "holds a path: to a media host of its own browsers send the site's scheme, host and a slash "
      "alone, so that it never matches there; write /* behind the host");
}

}  // namespace

ArgumentResult<std::vector<std::string>> site_patterns(std::string_view site,
                                                       const SiteForms& forms) {
  const auto address = read_site(site);
  if (!address) return address.error();
  if (forms.www && address->is_address)
    return bad_site(site, "is an address, which has no www. form");
  std::vector<std::string> hosts = {address->host};
  if (forms.www) {
    static constexpr std::string_view www = "www.";
    if (address->host.starts_with(www) && address->host.find('.', www.size()) != std::string::npos)
      hosts.insert(hosts.begin(), address->host.substr(www.size()));
    else
      hosts.push_back(std::string(www) + address->host);
    if (hosts.back().size() > 253) return bad_site(site, "is too long for a www. in front");
  }
  std::vector<std::string> patterns;
  for (const std::string_view scheme : {"https", "http"}) {
    if (scheme == "http" && !forms.http) continue;
    for (const std::string& host : hosts)
      patterns.push_back(pattern_for(scheme, host, address->port));
  }
  return patterns;
}

std::vector<std::string> referer_doubts(std::string_view pattern) {
  std::vector<std::string> doubts;
  if (pattern.find_first_not_of('*') == std::string_view::npos) {
    doubts.emplace_back("matches every Referer");
    return doubts;
  }
  if (pattern.starts_with('*') || pattern.starts_with('?')) {
    doubts.emplace_back(
        "begins with a wildcard, which also stands for slashes: other sites' pages can match it");
    return doubts;
  }
  const std::size_t separator = pattern.find("://");
  if (separator == std::string_view::npos) {
    doubts.emplace_back("has no scheme, and what browsers send begins with https:// or http://");
    return doubts;
  }
  const std::string_view scheme = pattern.substr(0, separator);
  if (scheme.find('*') != std::string_view::npos) {
    doubts.emplace_back(
        "has a * in its scheme, which also stands for slashes: other sites' pages can match it");
    return doubts;
  }
  // The ? is one character: of what browsers send https alone.
  const bool is_secure = scheme == "https" || scheme == "http?";
  if (!is_secure && scheme != "http") {
    doubts.emplace_back("has another scheme than https and http, in lower case");
    return doubts;
  }
  const std::string_view rest = pattern.substr(separator + 3);
  const std::size_t slash = rest.find('/');
  const std::string_view host = rest.substr(0, slash);
  if (slash == std::string_view::npos && host.ends_with('*')) {
    doubts.emplace_back(
        "lacks the slash behind its host: hosts that begin with it match too, such as "
        "www.example.com.evil.example; write /* at the end");
    return doubts;
  }
  doubt_host(is_secure ? "https" : "http", host, doubts);
  if (slash == std::string_view::npos) {
    doubts.emplace_back(
        "lacks the slash behind its host, which browsers always send; write /* at the end");
    return doubts;
  }
  doubt_path(rest.substr(slash + 1), doubts);
  return doubts;
}

std::optional<ArgumentError> check_referer_pattern(std::string_view pattern) {
  if (pattern.empty())
    return ArgumentError{"the pattern is empty; legal is one such as https://www.example.com/*"};
  for (std::string_view rest = pattern; !rest.empty();) {
    const std::size_t length = utf8_sequence(rest);
    const auto code = static_cast<unsigned char>(rest.front());
    if (length == 0 || code <= 0x20 || code == 0x7F)
      return ArgumentError{excerpt(pattern) +
                           " holds a space, a control character or what is no UTF-8, which no "
                           "Referer does"};
    rest.remove_prefix(length);
  }
  for (std::size_t at = pattern.find("${"); at != std::string_view::npos;
       at = pattern.find("${", at + 1)) {
    // A character that stands for itself.
    const std::string_view mark = pattern.substr(at, 4);
    if (mark == "${*}" || mark == "${?}" || mark == "${$}") continue;
    return ArgumentError{excerpt(pattern) +
                         " holds a policy variable: a Referer is nobody's name; "
                         "patterns of Referers have no variables"};
  }
  const auto compiled = TextPattern::compile(pattern, {.wildcards = true, .variables = true});
  if (!compiled) return ArgumentError{excerpt(pattern) + ": " + compiled.error().message};
  return std::nullopt;
}

}  // namespace signgate::policy
