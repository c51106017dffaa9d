// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/log_guard.hpp"

#include <algorithm>
#include <array>

#include "gateway/http/text.hpp"
#include "gateway/route/query.hpp"

namespace signgate::route {
namespace {

using namespace std::string_view_literals;

// Texts that are not the client's to write, nor an upstream's. Any other name is looked through.
constexpr std::array harmless = {"body_bytes_sent"sv,
                                 "bytes_sent"sv,
                                 "connection"sv,
                                 "connection_requests"sv,
                                 "connection_time"sv,
                                 "connections_active"sv,
                                 "connections_reading"sv,
                                 "connections_waiting"sv,
                                 "connections_writing"sv,
                                 "gzip_ratio"sv,
                                 "http2"sv,
                                 "is_request_port"sv,
                                 "limit_rate"sv,
                                 "msec"sv,
                                 "pid"sv,
                                 "pipe"sv,
                                 "proxy_port"sv,
                                 "remote_addr"sv,
                                 "remote_port"sv,
                                 "request_completion"sv,
                                 "request_id"sv,
                                 "request_length"sv,
                                 "request_method"sv,
                                 "request_port"sv,
                                 "request_time"sv,
                                 "scheme"sv,
                                 "server_addr"sv,
                                 "server_port"sv,
                                 "status"sv,
                                 "tcpinfo_rcv_space"sv,
                                 "tcpinfo_rtt"sv,
                                 "tcpinfo_rttvar"sv,
                                 "tcpinfo_snd_cwnd"sv,
                                 "time_iso8601"sv,
                                 "time_local"sv,
                                 "upstream_addr"sv,
                                 "upstream_cache_status"sv,
                                 "upstream_status"sv};

// What is left of `name` behind one of the prefixes; empty when it has none.
std::string_view behind(std::string_view name, std::initializer_list<std::string_view> prefixes) {
  for (const std::string_view prefix : prefixes) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return {};
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [name](std::string_view each) {
    return http::equal_ignoring_case(name, each);
  });
}

}  // namespace

Guard guard_of(std::string_view name, std::span<const std::string> secrets) {
  const std::string_view field =
      behind(name, {"http_", "sent_http_", "sent_trailer_", "upstream_http_", "upstream_trailer_"});
  const bool is_secret = is_one_of(field, {"authorization", "proxy_authorization"}) ||
                         is_one_of(behind(name, {"arg_"}), {"signature", "policy"}) ||
                         is_one_of(behind(name, {"cookie_", "upstream_cookie_"}),
                                   {"cloudfront_signature", "cloudfront_policy"}) ||
                         std::find(secrets.begin(), secrets.end(), name) != secrets.end();
  if (is_secret) return Guard::mask;
  const bool is_harmless = std::find(harmless.begin(), harmless.end(), name) != harmless.end();
  return is_harmless ? Guard::none : Guard::scan;
}

void guard(Guard how, std::string& value) {
  if (how == Guard::none || value.empty()) return;
  if (how == Guard::mask) {
    value = "***";
  } else if (may_hold_signature(value)) {
    value = redact_signatures(value);
  }
}

}  // namespace signgate::route
