// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// CacheParameters are those that nginx's caches of files have in common (open_log_file_cache,
/// ssl_certificate_cache), with nginx's defaults.
struct CacheParameters {
  std::uint32_t max = 0;  // 0 = "off"
  Milliseconds inactive{10000};
  std::uint32_t min_uses = 1;
  Milliseconds valid{60000};
};

/// CacheRange is what a setting takes of them.
struct CacheRange {
  std::uint32_t most = 1;       // the highest max=
  bool takes_min_uses = false;  // whether min_uses= is one of its parameters
  std::string_view counts;      // what max= counts, for messages: "files stay open"
};

/// parse_cache_parameters reads "max=N [inactive=TIME] [min_uses=N] [valid=TIME]" or "off".
[[nodiscard]] Parsed<CacheParameters> parse_cache_parameters(std::string_view text,
                                                             const CacheRange& range);

}  // namespace signgate::config
