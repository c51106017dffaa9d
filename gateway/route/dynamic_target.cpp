// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/dynamic_target.hpp"

#include <algorithm>

#include "gateway/http/text.hpp"

namespace signgate::route {
namespace {

constexpr std::string_view unix_scheme = "unix:";

Error invalid(const char* what) {
  return {ErrorCode::resource, Side::own, Retry::no, std::string("proxy_pass: ") + what};
}

bool begins(std::string_view text, std::string_view scheme) {
  return text.size() >= scheme.size() &&
         http::equal_ignoring_case(text.substr(0, scheme.size()), scheme);
}

}  // namespace

std::string sendable(std::string_view uri) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : uri) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte != 0x7F) {
      out += c;
    } else {
      out += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
  return out;
}

Result<DynamicTarget> parse_dynamic_target(std::string_view url) {
  DynamicTarget target;
  target.secure = begins(url, "https://");
  if (!target.secure && !begins(url, "http://")) return invalid("invalid URL prefix");
  const std::string_view rest = url.substr(target.secure ? 8 : 7);
  std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  std::size_t begin = end;
  if (rest.starts_with(unix_scheme)) {
    end = std::min(rest.find(':', unix_scheme.size()), rest.size());
    begin = std::min(end + 1, rest.size());
  }
  target.host = rest.substr(0, end);
  const auto address = config::parse_peer(target.host);
  if (!address) return invalid("invalid host");
  target.address = *address;
  const std::size_t bracket = target.host.rfind(']');
  const bool has_port =
      target.host.find(':', bracket == std::string::npos ? 0 : bracket) != std::string::npos;
  if (target.secure && !has_port) target.address.port = 443;
  if (begin < rest.size()) {
    if (rest[begin] != '/' && rest[begin] != '?') return invalid("invalid URI part");
    target.uri = sendable(rest.substr(begin));
    if (rest[begin] == '?') target.uri->insert(0, 1, '/');
  }
  return target;
}

}  // namespace signgate::route
