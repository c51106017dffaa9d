// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace signgate::http {

/// HeaderId names the fields that the proxy itself looks at; all others are `other`.
enum class HeaderId : std::uint8_t {
  other,
  accept_encoding,
  accept_ranges,
  age,
  authorization,
  cache_control,
  cdn_cache_control,
  connection,
  content_encoding,
  content_length,
  content_location,
  content_md5,
  content_range,
  content_type,
  cookie,
  date,
  digest,
  etag,
  expect,
  expires,
  host,
  if_match,
  if_modified_since,
  if_none_match,
  if_range,
  if_unmodified_since,
  keep_alive,
  last_modified,
  link,
  location,
  pragma,
  proxy_authenticate,
  proxy_authorization,
  proxy_connection,
  range,
  referer,
  refresh,
  repr_digest,
  server,
  set_cookie,
  surrogate_control,
  te,
  trailer,
  transfer_encoding,
  upgrade,
  user_agent,
  vary,
  x_accel_buffering,
  x_accel_limit_rate,
  x_accel_redirect,
  x_forwarded_for,
};

/// header_id finds the id of a field name, in any case. Any thread.
[[nodiscard]] HeaderId header_id(std::string_view name) noexcept;

/// is_hop_by_hop says whether a field concerns one connection alone and is never passed on. Fields
/// that a `Connection` header lists come on top of these. Source: RFC 9110 section 7.6.1. As
/// in nginx, Proxy-Authenticate and Proxy-Authorization are none: who stands behind may be the
/// proxy that is meant (RFC 9110 section 11.7).
[[nodiscard]] bool is_hop_by_hop(HeaderId id) noexcept;

}  // namespace signgate::http
