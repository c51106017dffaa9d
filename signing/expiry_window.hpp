// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "signing/error.hpp"

namespace signgate::signing {

/// ExpiryWindow is how a rule chooses the expiry of its links. Seconds, not negative.
struct ExpiryWindow {
  std::int64_t ttl = 3600;    // a link that is handed out works for at least this long
  std::int64_t window = 900;  // the expiry is rounded up to this grid; 0: every second its own
};

/// expiry_at is the expiry of a link to `resource` under the rule named `rule` that is handed out
/// at `now`: the next edge of the grid (an edge itself counts) plus ttl, so ttl <= expiry - now <=
/// ttl + window (less by a second, in fact). The grid's edges lie `window` apart, shifted by a
/// hash of rule and resource: every replica computes the same expiry for the same link, and
/// different links change at different seconds. A pure function; any thread.
[[nodiscard]] UnixSeconds expiry_at(const ExpiryWindow& window, std::string_view rule,
                                    std::string_view resource, UnixSeconds now) noexcept;

/// next_edge_at is the second from which expiry_at gives a later answer than at `now`.
[[nodiscard]] UnixSeconds next_edge_at(const ExpiryWindow& window, std::string_view rule,
                                       std::string_view resource, UnixSeconds now) noexcept;

}  // namespace signgate::signing
