// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/net/listener.hpp"
#include "gateway/proxy/services.hpp"
#include "gateway/server/snapshot.hpp"

namespace signgate::server {

/// Worker is one thread with its io_context: it accepts on its own sockets and shares nothing
/// mutable with other workers but the signature memo and the zones of upstreams that have one. Its
/// members but ~Worker may be called from any thread; what they ask for is done on its own.
class Worker {
 public:
  Worker(net::SignerPool& signers, net::PasswordThreads& passwords, signing::SignatureMemo& memo,
         upstream::PeerRegistry& peers);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// listen has it accept from that socket, one of the listening address of that number, after the
  /// snapshot that has the address was published.
  void listen(std::size_t number, std::shared_ptr<const net::ListeningSocket> socket);

  /// leave_to_others ends accepting from that socket: another worker goes on with it.
  void leave_to_others(std::shared_ptr<const net::ListeningSocket> socket);

  /// close_listener ends accepting at that address, after those who wait there; its connections,
  /// theirs among them, end after their requests, which the last configuration that had the address
  /// answers.
  void close_listener(std::size_t number);

  /// publish makes the snapshot the one that requests begin with from now on. `listens` and
  /// `locals` are Runtime's for it.
  void publish(std::shared_ptr<const Snapshot> snapshot, std::vector<std::size_t> listens,
               std::vector<proxy::Runtime::Local> locals);

  /// replace_addresses gives a `server` line of a group other addresses, while that snapshot is the
  /// one in use.
  void replace_addresses(std::shared_ptr<const Snapshot> snapshot, std::size_t group,
                         std::size_t server, std::vector<net::Endpoint> addresses);

  /// start begins its thread, once; `on_end` is the last that the thread does. Fails with
  /// `resource` when the system refuses a thread.
  [[nodiscard]] Result<void> start(std::function<void()> on_end);

  /// sample gives the counters, not older than a tenth of a second, and the connections open then.
  [[nodiscard]] std::pair<proxy::Counters, std::uint64_t> sample() const;

  /// stop ends everything at once: requests under way are cut.
  void stop();

  /// drain accepts nobody new, ends idle connections, lets requests end, and stops; after `limit`
  /// (0 = none) it stops whatever is left.
  void drain(Milliseconds limit);

  /// leave is a drain that is in no hurry, for others go on: a client that waits between requests,
  /// or has yet to send its first, gets its next answer, which says close, or waits as long as the
  /// configuration has it. So no request meets a connection that is just being closed.
  void leave(Milliseconds limit);

  /// has_ended says that it has stopped: its thread has nothing left to do but `on_end`.
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }

 private:
  using Timer = net::asio::basic_waitable_timer<
      std::chrono::steady_clock, net::asio::wait_traits<std::chrono::steady_clock>, net::Executor>;

  struct NumberedListener {
    std::size_t number;
    std::shared_ptr<const net::ListeningSocket> socket;
    std::unique_ptr<net::Listener> listener;
  };

  // A configuration that requests or tunnels may hold still, and its logs, until these have written
  // what was told them by the last.
  struct Former {
    std::weak_ptr<const proxy::Runtime> runtime;
    std::vector<std::shared_ptr<proxy::AccessLog>> logs;
  };

  void adopt(const std::shared_ptr<const Snapshot>& snapshot, std::vector<std::size_t> listens,
             std::vector<proxy::Runtime::Local> locals);
  void accept(net::Socket socket, const net::Endpoint& remote, std::size_t number);
  [[nodiscard]] bool make_room();
  void replace_tenures(const std::shared_ptr<const proxy::Runtime>& former);
  void forget_tenures();
  void tick_logs(SteadyTime now);
  void flush_logs();
  void sweep(SteadyTime now);
  void keep_house();
  template <class Which>
  void remove_listeners(const Which& which);
  void stop_accepting(Milliseconds limit);
  void take_sample();
  void look_again();
  void finish_when_empty();

  upstream::PeerRegistry& peers_;  // shared
  // One thread runs it and uses what belongs to it; others only post.
  net::asio::io_context context_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  net::asio::executor_work_guard<net::Executor> guard_;
  proxy::Services services_;
  std::vector<NumberedListener> listeners_;
  Timer housekeeping_;
  Timer ending_;
  bool ended_ = false;
  SteadyTime swept_{};
  SteadyTime cut_at_ = SteadyTime::max();
  std::uint32_t max_connections_ = 512;
  proxy::RareLog accept_log_;
  proxy::RareLog reuse_log_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::vector<Former> former_;
  mutable std::mutex sampled_mutex_;
  std::pair<proxy::Counters, std::uint64_t> sampled_;
  std::atomic<bool> has_ended_ = false;
  std::thread thread_;
};

}  // namespace signgate::server
