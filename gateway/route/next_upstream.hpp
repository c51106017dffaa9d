// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/base/error.hpp"
#include "gateway/config/config.hpp"

namespace signgate::route {

/// TryFacts is where a request stands when one peer has failed it.
struct TryFacts {
  bool sent = false;        // the request, or a part of it, may have reached the peer
  bool idempotent = true;   // RFC 9110 section 9.2.2
  bool replayable = true;   // all of its body is still at hand
  std::size_t tries = 0;    // peers that may be asked after this one
  Milliseconds elapsed{0};  // since the first one was asked
};

/// goes_on says whether the next peer is asked after one has failed with an error, before any of
/// its answer was passed on. Source: nginx, ngx_http_upstream_next: what proxy_next_upstream names,
/// its tries and its timeout; a request that was sent is repeated only if it is idempotent, unless
/// `non_idempotent` is named.
[[nodiscard]] bool goes_on(const config::Settings& settings, const Error& error,
                           const TryFacts& facts) noexcept;

/// goes_on_after says the same of an answer that came with that status: false for all that
/// proxy_next_upstream does not name. Source: nginx, ngx_http_upstream_test_next.
[[nodiscard]] bool goes_on_after(const config::Settings& settings, int status,
                                 const TryFacts& facts) noexcept;

/// is_held_against says whether an answer of that status, when the next peer is asked because of
/// it, counts as the peer's failure: 403 and 404 do not.
[[nodiscard]] constexpr bool is_held_against(int status) noexcept {
  return status != 403 && status != 404;
}

}  // namespace signgate::route
