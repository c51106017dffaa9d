// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/config/config.hpp"
#include "gateway/config/parsed.hpp"

/// The values of an upstream's keys, and of those that say how it is asked.
namespace signgate::config {

/// parse_balance reads "round_robin", "least_conn", "ip_hash", "hash KEY", "hash KEY consistent",
/// "random", "random two" and "random two least_conn" (nginx: the directives of these names). KEY
/// takes variables.
[[nodiscard]] Parsed<Balance> parse_balance(std::string_view text);

/// parse_zone reads "NAME" or "NAME SIZE" with a size of 32k or more (nginx, `zone` of an
/// upstream), and gives the name. Nothing comes of it: workers share what they know of servers
/// anyway.
[[nodiscard]] Parsed<std::string> parse_zone(std::string_view text);

/// parse_health_check reads "interval=5s jitter=0 fails=1 passes=1 uri=/ host=NAME port=0
/// timeout=5s status=200-399 tls=on mandatory", each at most once and in any order; "on" alone
/// takes the defaults (nginx plus, `health_check`; `status` is that of its `match` block, statuses
/// and ranges between commas; `host` stands for a `proxy_set_header Host` of the location that it
/// is in there).
[[nodiscard]] Parsed<HealthCheck> parse_health_check(std::string_view text);

/// parse_resolver reads "ADDRESS ... valid=30s ipv4=on ipv6=off" (nginx, `resolver`). Addresses are
/// numeric, with a port or without (53).
[[nodiscard]] Parsed<Resolver> parse_resolver(std::string_view text);

/// parse_next_upstream reads "error timeout http_502 non_idempotent" or "off" (nginx,
/// `proxy_next_upstream`).
[[nodiscard]] Parsed<NextUpstream> parse_next_upstream(std::string_view text);

}  // namespace signgate::config
