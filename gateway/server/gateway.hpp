// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "gateway/config/address.hpp"
#include "gateway/server/admin.hpp"
#include "gateway/server/key_watch.hpp"
#include "gateway/server/listen_queue.hpp"
#include "gateway/server/upstream_keeper.hpp"
#include "gateway/server/worker_team.hpp"

namespace signgate::server {

/// Gateway is the running proxy: its sockets, workers, signer threads and memo. Used from one
/// thread, but for join.
class Gateway {
 public:
  Gateway();
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// start opens every listen address and starts the workers. On failure nothing runs, and the
  /// error's detail is one line for the operator.
  [[nodiscard]] Result<void> start(std::shared_ptr<const Snapshot> snapshot);

  /// reload serves by `snapshot` from the next request on; nothing under way is cut. New listen
  /// addresses, the admin interface's too, are opened first, those that it lacks are closed last.
  /// With more worker_processes than there were, workers come; with fewer, some leave: what is left
  /// of those is cut when the worker_shutdown_timeout of the former snapshot has passed. On failure
  /// nothing has changed, and the error's detail is one line for the operator. The memo of
  /// signatures stays.
  [[nodiscard]] Result<void> reload(std::shared_ptr<const Snapshot> snapshot);

  /// admin_addresses are where the admin interface listens, as bound.
  [[nodiscard]] std::vector<std::string> admin_addresses() const { return admin_.addresses(); }

  /// addresses are what was bound, in the order of the configuration, ports resolved:
  /// "127.0.0.1:8080", "unix:PATH".
  [[nodiscard]] std::vector<std::string> addresses() const;

  /// snapshot is what is served by.
  [[nodiscard]] const Snapshot& snapshot() const noexcept { return *snapshot_; }

  /// stop ends at once, drain lets requests end (nginx: TERM and QUIT). Both return at once.
  void stop();
  void drain();

  /// join returns when all workers have ended; alone it may run beside stop and drain, on another
  /// thread.
  void join();

  /// wait joins, and takes everything down.
  void wait();

 private:
  /// Address is a listening address. Its place in addresses_ is its number for the life of the
  /// process.
  struct Address {
    config::Address at;     // as the configuration has it, canonical
    ListenOptions options;  // as it was opened
    std::string bound;      // "127.0.0.1:8080", "unix:PATH"
    bool open = true;
    /// False: its connections arrive at the socket of a wildcard, as nginx has it.
    bool has_socket = true;
    std::vector<ListenQueue> queues;
  };

  [[nodiscard]] static Result<Address> open_address(const config::Address& at,
                                                    const ListenOptions& options,
                                                    std::size_t worker_count);
  [[nodiscard]] Result<void> check_missing(const route::Router& router) const;
  [[nodiscard]] Result<void> open_missing(const route::Router& router, std::size_t worker_count);
  [[nodiscard]] Result<void> open_queues(const route::Router& router, std::size_t worker_count);
  void share_queues(const std::vector<std::size_t>& listens, std::size_t veterans);
  [[nodiscard]] std::vector<std::size_t> numbers_of(const route::Router& router) const;
  [[nodiscard]] std::vector<std::size_t> listens_of(const route::Router& router) const;
  [[nodiscard]] std::vector<proxy::Runtime::Local> locals() const;
  [[nodiscard]] bool is_beside_ours(const config::Address& at) const;
  void close_address(std::size_t number);
  void close_queues();
  [[nodiscard]] AdminAnswer answer_admin(std::string_view path) const;

  std::shared_ptr<const Snapshot> snapshot_;
  signing::SignatureMemo memo_;
  upstream::PeerRegistry peers_;
  std::unique_ptr<net::SignerPool> signers_;
  std::unique_ptr<net::PasswordThreads> passwords_;
  WorkerTeam workers_;
  KeyWatch key_watch_;
  std::unique_ptr<UpstreamKeeper> keeper_;  // tells the workers of addresses
  std::vector<Address> addresses_;
  std::atomic<bool> draining_ = false;
  Admin admin_;  // last: it looks at all of the above
};

}  // namespace signgate::server
