// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "gateway/base/clock.hpp"

namespace signgate::upstream {

/// Account is how a peer fares, for the choosing among peers: one worker's, or of all workers
/// where the upstream has a zone (then it is read and written under the zone's lock). Source:
/// nginx, ngx_http_upstream_rr_peer_t.
struct Account {
  std::int64_t current_weight = 0;
  std::int64_t effective_weight = 1;
  std::uint32_t fails = 0;
  std::uint32_t active = 0;  // exchanges under way
  SteadyTime accessed{};     // last failure
  SteadyTime checked{};      // last time it was given a chance
  SteadyTime recovered{};    // when it proved itself after max_fails
};

/// Zone holds the accounts of an upstream with `zone`, which its groups of all workers keep
/// together: failures, turns and requests under way are those of the process. Its lock is the one
/// thing that requests of different workers may wait for beside the memo's; it is held for one
/// choice, or one end, and never across an await. An upstream without `zone` has none, and locks
/// nothing. Any thread. Source: nginx, `zone` of an upstream.
class Zone {
 public:
  /// lock is to be held while accounts are read, written or asked for.
  [[nodiscard]] std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }

  /// account is that of the `nth` peer, from 0, that has this `server` line's text and this
  /// address, for as long as anybody holds it: so it outlives a reload. One that nobody holds
  /// begins anew, with `weight`.
  [[nodiscard]] std::shared_ptr<Account> account(const std::string& server,
                                                 const std::string& address, std::size_t nth,
                                                 std::uint32_t weight);

 private:
  std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::size_t>, std::weak_ptr<Account>> known_;
};

}  // namespace signgate::upstream
