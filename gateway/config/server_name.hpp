// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// ServerNameKind is the form of a server_name (nginx.org/en/docs/http/server_names.html).
enum class ServerNameKind : std::uint8_t {
  exact,              // "www.example.com"; "" = a request without a host
  leading_wildcard,   // "*.example.com": text is ".example.com"
  trailing_wildcard,  // "www.*": text is "www."
  domain,             // ".example.com": example.com and *.example.com; text is ".example.com"
  regex,              // "~re": text is the pattern
};

/// ServerName is a server_name taken apart; names are in lower case, patterns as written.
struct ServerName {
  ServerNameKind kind = ServerNameKind::exact;
  std::string text;
};

/// parse_server_name reads one name. A wildcard stands only as the whole first or last label.
[[nodiscard]] Parsed<ServerName> parse_server_name(std::string_view text);

}  // namespace signgate::config
