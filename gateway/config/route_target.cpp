// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/route_target.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "gateway/config/address.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/units.hpp"

namespace signgate::config {
namespace {

constexpr std::string_view http_scheme = "http://";
constexpr std::string_view https_scheme = "https://";
constexpr std::string_view unix_scheme = "unix:";

bool has_prefix_caseless(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char wanted, char c) {
           return wanted == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
         });
}

std::size_t find_odd_byte(std::string_view text) {
  const auto odd = std::find_if(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F;
  });
  return odd == text.end() ? std::string_view::npos : static_cast<std::size_t>(odd - text.begin());
}

bool is_address(std::string_view text) {
  return has_prefix_caseless(text, "http://") || has_prefix_caseless(text, "https://") ||
         text.starts_with("$scheme");
}

}  // namespace

Parsed<ProxyPass> parse_proxy_pass(std::string_view text) {
  const bool is_secure = has_prefix_caseless(text, https_scheme);
  if (text.find('$') != std::string_view::npos) {
    // What it says is known with the request.
    if (!is_secure && !has_prefix_caseless(text, http_scheme) && !text.starts_with('$'))
      return Flaw{"must begin with \"http://\", \"https://\" or a variable", 0};
    const auto variables = check_variables(text);
    if (!variables) return variables.error();
    ProxyPass target;
    target.variables = text;
    return target;
  }
  if (!is_secure && !has_prefix_caseless(text, http_scheme)) {
    return Flaw{in_quotes(text) +
                    " is not a URL: write \"http://UPSTREAM\", \"http://host:port/uri\", "
                    "\"https://...\" or \"http://unix:PATH:/uri\"",
                0};
  }
  const std::size_t scheme_size = (is_secure ? https_scheme : http_scheme).size();
  if (const std::size_t odd = find_odd_byte(text); odd != std::string_view::npos) {
    return Flaw{"must hold no spaces and no control characters", odd};
  }
  ProxyPass target;
  target.scheme = is_secure ? "https" : "http";
  const std::string_view rest = text.substr(scheme_size);
  std::size_t host_end = 0;
  std::size_t uri_begin = 0;
  if (rest.starts_with(unix_scheme)) {
    host_end = std::min(rest.find(':', unix_scheme.size()), rest.size());
    uri_begin = std::min(host_end + 1, rest.size());
  } else {
    host_end = std::min(rest.find_first_of("/?#"), rest.size());
    uri_begin = host_end;
  }
  target.host = rest.substr(0, host_end);
  const auto address = parse_peer(target.host);
  if (!address) return Flaw{address.error().message, scheme_size + address.error().offset};
  const std::string_view uri = rest.substr(uri_begin);
  if (!uri.empty()) {
    if (uri.front() != '/')
      return Flaw{"has a URI part that does not begin with \"/\"", scheme_size + uri_begin};
    if (const std::size_t hash = uri.find('#'); hash != std::string_view::npos) {
      return Flaw{"cannot hold a fragment", scheme_size + uri_begin + hash};
    }
    target.uri = uri;
  }
  return target;
}

Parsed<Return> parse_return(std::string_view text) {
  const auto checked_value = [text](std::size_t begin) -> Parsed<std::string> {
    const std::string_view value = text.substr(begin);
    const auto variables = check_variables(value);
    if (!variables) return Flaw{variables.error().message, begin + variables.error().offset};
    return {boost::system::in_place_value, value};
  };
  Return answer;
  if (is_address(text)) {
    auto address = checked_value(0);
    if (!address) return address.error();
    answer.status = 302;
    answer.value = std::move(*address);
  } else {
    const std::size_t space = text.find(' ');
    const auto status = parse_count(text.substr(0, space), 200, 599);
    if (!status) {
      return Flaw{
          in_quotes(text) +
              " does not begin with a status: write \"CODE\", \"CODE TEXT\" or \"CODE ADDRESS\" "
              "with a code from 200 to 599",
          0};
    }
    answer.status = static_cast<int>(*status);
    const std::size_t begin =
        space == std::string_view::npos ? space : text.find_first_not_of(' ', space);
    if (begin != std::string_view::npos) {
      auto value = checked_value(begin);
      if (!value) return value.error();
      answer.value = std::move(*value);
    } else if (is_redirect(answer.status)) {
      return Flaw{std::to_string(answer.status) + " needs an address after the code", 0};
    }
  }
  if (is_redirect(answer.status) && find_odd_byte(answer.value) != std::string_view::npos) {
    return Flaw{"has an address with a space or a control character",
                text.size() - answer.value.size()};
  }
  return answer;
}

}  // namespace signgate::config
