// SPDX-License-Identifier: Apache-2.0
#pragma once

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
/// members are called from the supervisor's thread.
class Worker {
 public:
  Worker(net::SignerPool& signers, net::PasswordThreads& passwords, signing::SignatureMemo& memo,
         upstream::PeerRegistry& peers);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// listen hands over a socket for the listening address of that number, after the snapshot that
  /// has it was published.
  void listen(std::size_t number, net::ListeningSocket socket);

  /// close_listener ends accepting at that address, after those who wait there; its connections end
  /// after their requests.
  void close_listener(std::size_t number);

  /// publish makes the snapshot the one that requests begin with from now on. `listens` and
  /// `locals` are Runtime's for it.
  void publish(std::shared_ptr<const Snapshot> snapshot, std::vector<std::size_t> listens,
               std::vector<proxy::Runtime::Local> locals);

  /// replace_addresses gives a `server` line of a group other addresses, while that snapshot is the
  /// one in use.
  void replace_addresses(std::shared_ptr<const Snapshot> snapshot, std::size_t group,
                         std::size_t server, std::vector<net::Endpoint> addresses);

  void start();

  /// sample gives the counters, not older than a tenth of a second, and the connections open then.
  [[nodiscard]] std::pair<proxy::Counters, std::uint64_t> sample() const;

  /// stop ends everything at once: requests under way are cut.
  void stop();

  /// drain accepts nobody new, ends idle connections, lets requests end, and stops; after `limit`
  /// (0 = none) it stops whatever is left.
  void drain(Milliseconds limit);

  /// join waits until the worker has stopped.
  void join();

 private:
  using Timer = net::asio::basic_waitable_timer<
      std::chrono::steady_clock, net::asio::wait_traits<std::chrono::steady_clock>, net::Executor>;

  struct NumberedListener {
    std::size_t number;
    std::unique_ptr<net::Listener> listener;  // kept until the end, even when closed
  };

  void adopt(const std::shared_ptr<const Snapshot>& snapshot, std::vector<std::size_t> listens,
             std::vector<proxy::Runtime::Local> locals);
  void accept(net::Socket socket, const net::Endpoint& remote, std::size_t number);
  [[nodiscard]] bool make_room();
  void keep_house();
  void close_listeners();
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
  mutable std::mutex sampled_mutex_;
  std::pair<proxy::Counters, std::uint64_t> sampled_;
  std::thread thread_;
};

}  // namespace signgate::server
