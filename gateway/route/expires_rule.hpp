// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "gateway/base/clock.hpp"
#include "gateway/config/answers.hpp"

namespace signgate::route {

/// ExpiresFields are the values of Expires and Cache-Control that `expires` gives an answer.
struct ExpiresFields {
  std::string expires;
  std::string cache_control;
};

/// expires_fields works them out; nothing for "off". `last_modified` is the answer's, if it has one
/// that is a date; "modified" without it counts from now. A time that lies in the past gives
/// "no-cache". The time of day is local. Source: nginx, ngx_http_headers_module.
[[nodiscard]] std::optional<ExpiresFields> expires_fields(const config::Expires& expires,
                                                          UnixSeconds now,
                                                          std::optional<UnixSeconds> last_modified);

}  // namespace signgate::route
