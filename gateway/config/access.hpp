// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/base/network.hpp"
#include "gateway/config/place.hpp"

/// Who may ask, how often, and under which address: the settings of nginx's modules access, realip,
/// auth_basic, auth_request, limit_req, limit_conn and referer (nginx.org/en/docs/http).
namespace signgate::config {

/// AccessRule is one `allow` or `deny`; the first one whose network holds the client decides.
struct AccessRule {
  bool allow = false;
  Network network;

  friend bool operator==(const AccessRule&, const AccessRule&) = default;
};

/// LimitZone is one `limit_req_zone` or `limit_conn_zone`: states by key, in bounded memory. All
/// workers share it.
struct LimitZone {
  std::string key;  // a value with variables
  std::string name;
  std::uint64_t size = 0;        // bytes
  std::uint64_t milli_rate = 0;  // limit_req_zone: thousandths of a request a second

  friend bool operator==(const LimitZone&, const LimitZone&) = default;
};

/// LimitReq is one `limit_req`. Requests are counted in thousandths, as nginx does.
struct LimitReq {
  static constexpr std::uint64_t no_delay = UINT64_MAX;

  std::string zone;
  std::uint64_t milli_burst = 0;
  std::uint64_t milli_delay = 0;  // excess up to here is not delayed; no_delay: none ever is

  friend bool operator==(const LimitReq&, const LimitReq&) = default;
};

/// LimitConn is one `limit_conn`.
struct LimitConn {
  std::string zone;
  std::uint32_t number = 0;

  friend bool operator==(const LimitConn&, const LimitConn&) = default;
};

/// LogLevel is what limit_req_log_level and limit_conn_log_level name.
enum class LogLevel : std::uint8_t { info, notice, warn, error };

/// Referers is `valid_referers`.
struct Referers {
  bool none = false;                  // a request without Referer is valid
  bool blocked = false;               // one whose Referer names no scheme of the web is
  bool server_names = false;          // the server's names are valid hosts
  std::vector<std::string> names;     // "host", "host/path", "*.host", ".host", "host.*"
  std::vector<std::string> patterns;  // regular expressions without their "~"

  friend bool operator==(const Referers&, const Referers&) = default;
};

/// TrustedHost is a name in `set_real_ip_from`, whose addresses are asked for at the start.
struct TrustedHost {
  std::string name;
  Place place;

  friend bool operator==(const TrustedHost&, const TrustedHost&) = default;
};

/// Access stands in Settings: at the top level, in a server and in a route.
struct Access {
  std::vector<AccessRule> rules;  // allow, deny; none: everybody

  std::vector<Network> set_real_ip_from;
  std::vector<TrustedHost> trusted_hosts;    // those of set_real_ip_from that are names
  std::string real_ip_header = "X-Real-IP";  // lower case makes no difference
  bool real_ip_recursive = false;

  bool satisfy_any = false;          // satisfy = "any"
  std::string auth_basic;            // the realm, with variables; empty = "off"
  std::string auth_basic_user_file;  // path, with variables
  Milliseconds auth_delay{0};        // before an answer of 401
  std::string auth_request;          // URI; empty = "off"
  std::vector<std::pair<std::string, std::string>> auth_request_set;  // variable, value

  std::vector<LimitReq> limit_req;
  int limit_req_status = 503;
  LogLevel limit_req_log_level = LogLevel::error;
  bool limit_req_dry_run = false;

  std::vector<LimitConn> limit_conn;
  int limit_conn_status = 503;
  LogLevel limit_conn_log_level = LogLevel::error;
  bool limit_conn_dry_run = false;

  std::optional<Referers> valid_referers;
  int referer_status = 0;  // ours: the answer to an invalid referer; 0 = only $invalid_referer

  friend bool operator==(const Access&, const Access&) = default;
};

/// LimitExcept is a route's `limit_except`: who may ask by other methods than these.
struct LimitExcept {
  std::vector<std::string> methods;  // in capitals; GET is HEAD as well
  Access access;                     // the route's, with what the table itself says

  friend bool operator==(const LimitExcept&, const LimitExcept&) = default;
};

}  // namespace signgate::config
