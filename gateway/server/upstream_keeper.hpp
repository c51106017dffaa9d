// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/net/resolver.hpp"
#include "gateway/server/metrics.hpp"
#include "gateway/server/snapshot.hpp"
#include "gateway/upstream/health_state.hpp"
#include "gateway/upstream/peer.hpp"

namespace signgate::server {

/// UpstreamKeeper looks after the upstreams for all workers, on one thread: it checks the health of
/// peers and asks for the names of servers again. What it finds of health it writes where workers
/// see it (upstream::SharedPeer); addresses it hands to `on_addresses`. One line in the error log
/// for each change. Source: nginx plus, `health_check`; nginx, `server ... resolve`, `resolver`.
class UpstreamKeeper {
 public:
  /// OnAddresses is told, on the keeper's thread, that a `server` line of a group of that snapshot
  /// has other addresses.
  using OnAddresses =
      std::function<void(const std::shared_ptr<const Snapshot>& snapshot, std::size_t group,
                         std::size_t server, const std::vector<net::Endpoint>& addresses)>;

  UpstreamKeeper(upstream::PeerRegistry& registry, OnAddresses on_addresses);
  ~UpstreamKeeper();
  UpstreamKeeper(const UpstreamKeeper&) = delete;
  UpstreamKeeper& operator=(const UpstreamKeeper&) = delete;

  /// adopt looks after that snapshot's upstreams from now on. What it knows of peers that stay
  /// under a check it keeps; peers without a check any more count as well. Addresses that it knows
  /// of names, and the snapshot does not, it has told `on_addresses` when it returns. Any thread
  /// but its own, before stop.
  void adopt(std::shared_ptr<const Snapshot> snapshot);

  /// stop ends everything under way and the thread.
  void stop();

  /// sample is what is known now of all peers under a check. Any thread.
  [[nodiscard]] std::vector<PeerHealth> sample() const;

 private:
  using Timer = net::asio::basic_waitable_timer<
      std::chrono::steady_clock, net::asio::wait_traits<std::chrono::steady_clock>, net::Executor>;
  using Key = std::pair<std::string, std::string>;  // upstream, address

  /// Task is a coroutine that can be ended early.
  struct Task {
    explicit Task(const net::Executor& executor) : timer(executor) {}
    Timer timer;
    bool stopped = false;
  };

  /// Entry is a peer under a check.
  struct Entry {
    std::shared_ptr<upstream::SharedPeer> shared;
    upstream::HealthState state;
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
  };

  /// Generation is what belongs to one snapshot.
  struct Generation {
    std::shared_ptr<const Snapshot> snapshot;
    std::vector<std::vector<std::vector<net::Endpoint>>> endpoints;  // as Snapshot::endpoints
    std::vector<std::shared_ptr<Task>> names;
    std::map<Key, std::shared_ptr<Task>> checks;
  };

  void take_up(std::shared_ptr<const Snapshot> snapshot);
  void end_generation();
  void sync_checks(std::size_t group);
  void start_names();
  void report(std::size_t group, std::size_t server, const Result<net::Resolution>& found,
              std::uint16_t port, bool& missing);
  [[nodiscard]] net::Awaitable<void> keep_name(std::shared_ptr<Task> task, std::size_t group,
                                               std::size_t server);
  [[nodiscard]] net::Awaitable<void> check(std::shared_ptr<Task> task, std::size_t group,
                                           net::Endpoint endpoint);
  void record(const config::Upstream& upstream, const std::string& address,
              const Result<int>& answered);

  upstream::PeerRegistry& registry_;
  OnAddresses on_addresses_;
  net::asio::io_context context_{1};
  net::asio::executor_work_guard<net::Executor> guard_;
  net::DeadlineWheel wheel_;
  Generation now_;
  mutable std::mutex mutex_;  // of entries_
  std::map<Key, Entry> entries_;
  std::thread thread_;
};

}  // namespace signgate::server
