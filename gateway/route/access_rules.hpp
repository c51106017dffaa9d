// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/network.hpp"
#include "gateway/config/config.hpp"
#include "gateway/route/real_address.hpp"
#include "gateway/route/referer_rule.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::route {

/// LimitZone is a compiled `limit_req_zone` or `limit_conn_zone`.
struct LimitZone {
  config::LimitZone settings;
  Template key;
};

/// RequestLimit is a compiled `limit_req`, ConnectionLimit a `limit_conn`; `zone` is an index into
/// Router::request_zones or Router::connection_zones.
struct RequestLimit {
  std::size_t zone = 0;
  std::uint64_t milli_burst = 0;
  std::uint64_t milli_delay = 0;
};
struct ConnectionLimit {
  std::size_t zone = 0;
  std::uint32_t number = 0;
};

/// AccessRules are the access settings of a server or route, compiled. Immutable; any thread.
struct AccessRules {
  config::Access settings;
  Template realm;
  Template user_file;
  std::string folder;  // where a relative user file begins
  std::vector<std::pair<std::string, Template>> auth_request_set;
  std::vector<RequestLimit> requests;
  std::vector<ConnectionLimit> connections;
  std::optional<RefererRule> referers;

  /// real_address is the rule for the client behind trusted proxies.
  [[nodiscard]] RealAddressRule real_address() const noexcept {
    return {settings.set_real_ip_from, settings.real_ip_header, settings.real_ip_recursive};
  }
};

/// LimitExcept is a compiled `limit_except`.
struct LimitExcept {
  std::vector<std::string> methods;
  std::shared_ptr<const AccessRules> access;  // for all other methods; null: everybody may ask

  /// limits says whether a method is none of those named. GET allows HEAD as well.
  [[nodiscard]] bool limits(std::string_view method) const noexcept;
};

/// make_access_rules compiles the settings of a server or route whose server has those names; null
/// when they are the defaults, which let everybody in.
[[nodiscard]] std::shared_ptr<const AccessRules> make_access_rules(
    const config::Access& settings, const config::Config& config,
    const std::vector<std::string>& server_names);

/// is_allowed gives the verdict of the first rule whose network holds the peer: nothing when there
/// is none, which lets it in (nginx, ngx_http_access_module).
[[nodiscard]] std::optional<bool> is_allowed(std::span<const config::AccessRule> rules,
                                             const IpAddress& peer) noexcept;

}  // namespace signgate::route
