// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/proxy/services.hpp"

namespace signgate::proxy {

/// FoundTarget is where a proxy_pass with variables leads for one request; it owns the texts that
/// the request's variables then show.
struct FoundTarget {
  std::shared_ptr<upstream::Group> group;
  std::string host;
  std::string uri;
  bool is_secure = false;  // https
};

/// find_target evaluates a proxy_pass with variables: an upstream's name, an address, or a host
/// that the route's `resolver` is asked for. A host makes an upstream for this request alone. It
/// sets $proxy_host, $proxy_port and VariableValues::proxy_uri, which view `found`. Fails with the
/// status of nginx: 500 for what is no URL, 502 for a host that is not found or without a resolver;
/// client_left() when `is_wanted`, unless empty, says no while a name is asked for.
[[nodiscard]] net::Awaitable<Result<void>> find_target(Services& services, const Runtime& runtime,
                                                       const route::Route& route,
                                                       route::VariableValues& values,
                                                       FoundTarget& found,
                                                       const std::function<bool()>& is_wanted);

}  // namespace signgate::proxy
