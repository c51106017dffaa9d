// SPDX-License-Identifier: Apache-2.0
#include "bench/load_target.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/http/text.hpp"

namespace signgate::bench {
namespace {

using http::equal_ignoring_case;
using http::trim_ows;

std::string complaint(std::string_view what, std::string_view text, std::string_view legal) {
  std::string message(what);
  return message.append(" '").append(text).append("': ").append(legal);
}

bool is_port(std::string_view text) noexcept {
  unsigned port = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && port >= 1 &&
         port <= 65535;
}

struct Header {
  std::string_view name;
  std::string_view value;
};

bool parse_header(std::string_view line, Header& header) noexcept {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  header.name = line.substr(0, colon);
  header.value = trim_ows(line.substr(colon + 1));
  const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == '\x7f'; };
  return std::all_of(header.name.begin(), header.name.end(), http::is_token_char) &&
         std::none_of(header.value.begin(), header.value.end(), is_control);
}

}  // namespace

std::variant<LoadTarget, std::string> make_load_target(std::string_view url,
                                                       const std::vector<std::string>& headers) {
  static constexpr std::string_view scheme = "http://";
  static constexpr std::string_view form = "expected http://HOST[:PORT][/PATH][?QUERY]";
  if (!equal_ignoring_case(url.substr(0, scheme.size()), scheme))
    return complaint("URL", url, form);
  if (std::any_of(url.begin(), url.end(),
                  [](char c) { return (c >= 0 && c <= ' ') || c == '\x7f'; })) {
    return complaint("URL", url, "blanks and control characters have to be percent-encoded");
  }
  std::string_view rest = url.substr(scheme.size());
  rest = rest.substr(0, rest.find('#'));
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  std::string path(rest.substr(authority.size()));
  if (path.empty() || path.front() != '/') path.insert(0, "/");

  LoadTarget target;
  target.port = "80";
  if (authority.find('@') != std::string_view::npos) {
    return complaint("URL", url, "user information is not sent; use --header 'Authorization: ...'");
  }
  std::string_view host = authority;
  std::string_view port;
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
    if (!is_port(port)) return complaint("port", port, "expected 1 to 65535");
    target.port.assign(port);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || host.find_first_of("[]") != std::string_view::npos) {
    return complaint("URL", url, form);
  }
  target.host.assign(host);

  std::string host_value(authority);
  std::string user_agent = "signgate-bench";
  std::string fields;
  for (const std::string& line : headers) {
    Header header;
    if (!parse_header(line, header)) return complaint("header", line, "expected 'Name: value'");
    if (equal_ignoring_case(header.name, "Content-Length") ||
        equal_ignoring_case(header.name, "Transfer-Encoding")) {
      return complaint("header", line, "a GET request has no body here");
    }
    if (equal_ignoring_case(header.name, "Host")) {
      host_value.assign(header.value);
    } else if (equal_ignoring_case(header.name, "User-Agent")) {
      user_agent.assign(header.value);
    } else {
      fields.append(header.name).append(": ").append(header.value).append("\r\n");
    }
  }
  target.request.append("GET ").append(path).append(" HTTP/1.1\r\nHost: ").append(host_value);
  target.request.append("\r\nUser-Agent: ").append(user_agent).append("\r\n");
  target.request.append(fields).append("\r\n");
  return target;
}

}  // namespace signgate::bench
