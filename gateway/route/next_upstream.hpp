// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
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

/// TryBudget counts the peers that one request may be asked of, and says after each that failed
/// which comes next. Source: nginx, proxy_next_upstream_tries; a kept connection that died before
/// the first byte says nothing about its peer, which is asked once more, and is not counted.
class TryBudget {
 public:
  enum class Next : std::uint8_t { none, same_peer, other_peer };

  /// `peers` are those that the group would try. `settings` has to outlive this.
  TryBudget(const config::Settings& settings, std::size_t peers) noexcept;

  /// needs_fresh says that a kept connection has failed: another one of the pool would be no
  /// better.
  [[nodiscard]] bool needs_fresh() const noexcept { return excused_; }

  /// excuses says that such an error on a kept connection says nothing about the peer.
  [[nodiscard]] bool excuses(const Error& error, bool reused) const noexcept {
    return error.retry == Retry::reused_only && reused && !excused_;
  }

  /// after_error says what follows when the peer asked has failed with `error`; `reused`: on a kept
  /// connection. `facts.tries` is filled in here.
  [[nodiscard]] Next after_error(const Error& error, bool reused, TryFacts facts) noexcept;

  /// after_answer says whether another peer is asked after an answer with that status.
  [[nodiscard]] bool after_answer(int status, TryFacts facts) noexcept;

 private:
  const config::Settings& settings_;
  std::size_t left_;
  bool excused_ = false;
};

/// is_held_against says whether an answer of that status, when the next peer is asked because of
/// it, counts as the peer's failure: 403 and 404 do not.
[[nodiscard]] constexpr bool is_held_against(int status) noexcept {
  return status != 403 && status != 404;
}

}  // namespace signgate::route
