// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/config/address.hpp"

namespace signgate::route {

/// DynamicTarget is where a proxy_pass with variables leads for one request.
struct DynamicTarget {
  bool secure = false;      // https
  std::string host;         // as written, with its port: an upstream's name, or $proxy_host
  config::Address address;  // of the host; its port is the scheme's own where none is written
  std::optional<std::string> uri;  // sent as it is; none = the request's own
};

/// sendable is a URI part as a request line can hold it: spaces and controls percent-encoded.
[[nodiscard]] std::string sendable(std::string_view uri);

/// parse_dynamic_target reads the URL that variables gave: "http://HOST",
/// "http://HOST:PORT/URI?ARGS", "http://unix:PATH:/URI", likewise https. Spaces and controls in the
/// URI part are percent-encoded, as they would end the request line. Fails with `resource` (500)
/// like nginx: "invalid URL prefix". Source: nginx, ngx_http_proxy_eval, ngx_parse_url.
[[nodiscard]] Result<DynamicTarget> parse_dynamic_target(std::string_view url);

}  // namespace signgate::route
