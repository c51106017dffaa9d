// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/config/config.hpp"
#include "gateway/net/endpoint.hpp"
#include "gateway/upstream/zone.hpp"

namespace signgate::upstream {

/// SharedPeer is what all workers know together of one address of an upstream. Any thread.
struct SharedPeer {
  std::atomic<std::uint32_t> connections{0};  // exchanges under way, counted where max_conns is set
  std::atomic<bool> healthy{true};            // what health checks say
  /// When it was found well again after it was not, on the steady clock; 0 = it always was.
  std::atomic<SteadyTime::rep> healthy_since{0};
};

/// PeerRegistry hands out one SharedPeer for each upstream's name and address, and one Zone for
/// each upstream that has one, for as long as anybody holds it: so it outlives a reload, and
/// workers and health checks meet there. Any thread.
class PeerRegistry {
 public:
  /// get makes it, `healthy` or not, when nobody holds it yet.
  [[nodiscard]] std::shared_ptr<SharedPeer> get(const std::string& upstream,
                                                const std::string& address, bool healthy = true);

  /// zone is that of the upstream of that name.
  [[nodiscard]] std::shared_ptr<Zone> zone(const std::string& upstream);

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::weak_ptr<SharedPeer>> known_;
  std::map<std::string, std::weak_ptr<Zone>> zones_;
};

/// Peer is one address of an upstream with what this worker knows of it. It stays the same object
/// when a reload or a name server's answer keeps the address. One worker's, but for its account
/// where the upstream has a zone.
struct Peer {
  config::Peer settings;
  net::Endpoint endpoint;
  std::shared_ptr<const std::string> text;  // $upstream_addr
  std::shared_ptr<SharedPeer> shared;
  std::shared_ptr<Account> account = std::make_shared<Account>();

  /// is_up says whether it may be asked now: not down, not full, well, and not out for its
  /// failures. (nginx: down, max_conns, health_check, max_fails and fail_timeout)
  [[nodiscard]] bool is_up(SteadyTime now) const noexcept;

  /// is_full says whether as many exchanges are under way as max_conns allows.
  [[nodiscard]] bool is_full() const noexcept;
};

}  // namespace signgate::upstream
