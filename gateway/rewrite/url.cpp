// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/base/byte_set.hpp"
#include "gateway/rewrite/ascii.hpp"
#include "gateway/rewrite/url_path.hpp"
#include "gateway/rewrite/utf8.hpp"

namespace signgate::rewrite {
namespace {

constexpr bool is_slash(char c) noexcept {
  return c == '/' || c == '\\';
}
constexpr bool is_control_or_space(char c) noexcept {
  return static_cast<unsigned char>(c) <= 0x20;
}

// Forbidden domain code points: controls, space, these, and DEL (WHATWG URL section 3.5).
constexpr bool is_forbidden_in_domain(char c) noexcept {
  return is_control_or_space(c) || c == 0x7F ||
         std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos;
}

constexpr ByteSet authority_ends("/\\?#");
constexpr ByteSet path_ends("?#");

// Surrounding controls and spaces go, and tabs and line ends wherever they stand. A view into
// `scratch` only if needed.
std::string_view strip(std::string_view input, std::string& scratch) {
  while (!input.empty() && is_control_or_space(input.front()))
    input.remove_prefix(1);
  while (!input.empty() && is_control_or_space(input.back()))
    input.remove_suffix(1);
  constexpr ByteSet dropped("\t\n\r");
  if (dropped.find(input) == input.size()) return input;
  scratch.assign(input);
  std::erase_if(scratch, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return scratch;
}

// Length of `scheme:`, 0 if `input` does not begin with one.
std::size_t scheme_length(std::string_view input) noexcept {
  if (input.empty() || !is_alpha(input.front())) return 0;
  for (std::size_t i = 1; i < input.size(); ++i) {
    const char c = input[i];
    if (c == ':') return i + 1;
    if (!is_alnum(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

// RFC 4291 section 2.2 as far as needed to compare: the right characters, not the right count of
// groups.
bool parse_address6(std::string_view text, std::string& host) {
  const std::string_view inner = text.substr(1, text.size() - 2);
  if (inner.size() < 2 || inner.find(':') == std::string_view::npos) return false;
  for (const char c : inner) {
    if (hex_value(c) < 0 && c != ':' && c != '.') return false;
  }
  host.assign(text);
  std::ranges::transform(host, host.begin(), to_lower);
  return true;
}

bool parse_host(std::string_view text, std::string& host) {
  if (text.empty()) return false;
  if (text.front() == '[') return text.back() == ']' && parse_address6(text, host);
  host.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      c = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    }
    if (static_cast<unsigned char>(c) >= 0x80 || is_forbidden_in_domain(c)) return false;
    host.push_back(to_lower(c));
  }
  return true;
}

bool parse_port(std::string_view text, Url& url) {
  url.port = 0;
  if (text.empty()) return true;
  std::uint32_t port = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
    if (port > 65535) return false;
  }
  // A literal ":0" is not the default, but nothing can be fetched from it: such a link is none.
  if (port == 0) return false;
  if (port != (url.https ? 443U : 80U)) url.port = static_cast<std::uint16_t>(port);
  return true;
}

// Takes `user:password@host:port` from the front of `rest`.
bool parse_authority(std::string_view& rest, Url& url) {
  const std::size_t end = authority_ends.find(rest);
  std::string_view authority = rest.substr(0, end);
  rest.remove_prefix(end);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.has_credentials = true;
    authority.remove_prefix(at + 1);
  }
  std::size_t host_end = authority.size();
  if (authority.starts_with('[')) {
    host_end = authority.find(']');
    if (host_end == std::string_view::npos) return false;
    ++host_end;
    if (host_end < authority.size() && authority[host_end] != ':') return false;
  } else {
    host_end = std::min(authority.find(':'), authority.size());
  }
  if (!parse_host(authority.substr(0, host_end), url.host)) return false;
  return host_end == authority.size() || parse_port(authority.substr(host_end + 1), url);
}

void parse_path(std::string_view& rest, std::string path, Url& url) {
  const std::size_t end = path_ends.find(rest);
  std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end);
  url.path = std::move(path);
  append_path(text, url.path);
}

void parse_query(std::string_view& rest, Url& url) {
  if (!rest.starts_with('?')) return;
  rest.remove_prefix(1);
  const std::size_t end = std::min(rest.find('#'), rest.size());
  url.has_query = true;
  url.query.clear();
  append_percent_encoded(rest.substr(0, end), EncodeSet::query, url.query);
  rest.remove_prefix(end);
}

void parse_fragment(std::string_view rest, Url& url) {
  if (!rest.starts_with('#')) return;
  url.has_fragment = true;
  append_percent_encoded(rest.substr(1), EncodeSet::fragment, url.fragment);
}

void take_origin(const Url& base, Url& url) {
  url.https = base.https;
  url.has_credentials = base.has_credentials;
  url.host = base.host;
  url.port = base.port;
}

}  // namespace

std::optional<Url> parse_url(std::string_view input, const Url* base) {
  std::string scratch;
  std::string_view rest = strip(input, scratch);
  if (!is_utf8(rest)) return std::nullopt;

  std::optional<Url> parsed(std::in_place);
  Url& url = *parsed;
  bool has_authority = false;
  if (const std::size_t length = scheme_length(rest); length != 0) {
    const std::string_view scheme = rest.substr(0, length - 1);
    if (iequals(scheme, "https")) {
      url.https = true;
    } else if (!iequals(scheme, "http")) {
      return std::nullopt;
    }
    rest.remove_prefix(length);
    // "http:x" under an http base is relative, for the sake of RFC 1738's partial forms.
    has_authority = base == nullptr || base->https != url.https ||
                    (rest.size() >= 2 && is_slash(rest[0]) && is_slash(rest[1]));
  } else {
    if (base == nullptr) return std::nullopt;
    has_authority = rest.size() >= 2 && is_slash(rest[0]) && is_slash(rest[1]);
    url.https = base->https;
  }

  if (has_authority) {
    while (!rest.empty() && is_slash(rest.front()))
      rest.remove_prefix(1);
    if (!parse_authority(rest, url)) return std::nullopt;
    if (!rest.empty() && is_slash(rest.front())) rest.remove_prefix(1);
    parse_path(rest, {}, url);
  } else {
    take_origin(*base, url);
    if (!rest.empty() && is_slash(rest.front())) {
      rest.remove_prefix(1);
      parse_path(rest, {}, url);
    } else if (rest.empty() || rest.front() == '#' || rest.front() == '?') {
      url.path = base->path;
      if (!rest.starts_with('?')) {
        url.has_query = base->has_query;
        url.query = base->query;
      }
    } else {
      parse_path(rest, base->path.substr(0, base->path.rfind('/')), url);
    }
  }
  parse_query(rest, url);
  parse_fragment(rest, url);
  return parsed;
}

namespace {

// What follows the scheme of a link that has the base's or none; nothing: it has another.
std::optional<std::string_view> without_scheme(std::string_view link, const Url& base) noexcept {
  const std::size_t length = scheme_length(link);
  if (length != 0 && !iequals(link.substr(0, length), base.https ? "https:" : "http:"))
    return std::nullopt;
  return link.substr(length);
}

}  // namespace

std::string relative_path(std::string_view link, const Url& base) {
  std::string scratch;
  const auto path = without_scheme(strip(link, scratch), base);
  if (!path || (!path->empty() && is_slash(path->front()))) return {};
  const std::string_view written = behind_dots(path->substr(0, path_ends.find(*path)));
  return std::string(written.empty() ? "." : written);
}

bool has_other_scheme(std::string_view link) noexcept {
  // Asked again as a held value grows: the bound keeps that cheap. Schemes are short.
  link = link.substr(0, 64);
  while (!link.empty() && is_control_or_space(link.front()))
    link.remove_prefix(1);
  const std::size_t length = scheme_length(link);
  return length != 0 && !iequals(link.substr(0, length), "http:") &&
         !iequals(link.substr(0, length), "https:");
}

void append_origin(const Url& url, std::string& out) {
  out.append(url.https ? "https://" : "http://").append(url.host);
  if (url.port == 0) return;
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), url.port).ptr;
  out.push_back(':');
  out.append(digits.data(), end);
}

void append_url(const Url& url, std::string& out) {
  append_origin(url, out);
  out.append(url.path);
  if (!url.query.empty()) out.append(1, '?').append(url.query);
}

std::optional<PageUrl> PageUrl::make(std::string_view absolute) {
  std::optional<Url> url = parse_url(absolute, nullptr);
  if (!url) return std::nullopt;
  return PageUrl(std::move(*url));
}

bool PageUrl::is_led_by_base(std::string_view link) const {
  const bool elsewhere =
      base_.host != page_.host || base_.port != page_.port || base_.https != page_.https;
  if (!elsewhere && base_.path == page_.path) return false;
  std::string scratch;
  const auto path = without_scheme(strip(link, scratch), base_);
  if (!path) return false;
  const bool rooted = !path->empty() && is_slash(path->front());
  if (!rooted) return true;
  return elsewhere && (path->size() < 2 || !is_slash((*path)[1]));
}

std::optional<PageUrl> PageUrl::from_request(std::string_view scheme, std::string_view host,
                                             std::string_view target) {
  // Slashes at the target's front must not become part of the authority.
  if (host.empty() || host.find_first_of("/\\?#@") != std::string_view::npos ||
      !target.starts_with('/'))
    return std::nullopt;
  std::string absolute;
  absolute.reserve(scheme.size() + host.size() + target.size() + 3);
  absolute.append(scheme).append("://").append(host).append(target);
  return make(absolute);
}

void PageUrl::set_base(std::string_view href) {
  if (std::optional<Url> url = parse_url(href, &base_)) base_ = std::move(*url);
}

}  // namespace signgate::rewrite
