// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "gateway/config/address.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/server/admin.hpp"
#include "gateway/server/key_watch.hpp"
#include "gateway/server/upstream_keeper.hpp"
#include "gateway/server/worker.hpp"

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
  /// addresses are opened first, those that it lacks are closed last. On failure nothing has
  /// changed, and the error's detail is one line for the operator. The memo of signatures, the
  /// workers and their number stay.
  [[nodiscard]] Result<void> reload(std::shared_ptr<const Snapshot> snapshot);

  /// admin_addresses are where the admin interface listens, as bound.
  [[nodiscard]] const std::vector<std::string>& admin_addresses() const noexcept {
    return admin_addresses_;
  }

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
    config::Address at;  // as the configuration has it, canonical
    std::string bound;   // "127.0.0.1:8080", "unix:PATH"
    bool open = true;
    /// False: its connections arrive at the socket of a wildcard, as nginx has it.
    bool has_socket = true;
    std::vector<net::ListeningSocket> sockets;  // one a worker, until they are handed over
  };

  [[nodiscard]] static Result<Address> open_address(const config::Address& at,
                                                    const ListenOptions& options,
                                                    std::size_t worker_count);
  [[nodiscard]] Result<void> check_missing(const route::Router& router) const;
  [[nodiscard]] Result<void> open_missing(const route::Router& router);
  [[nodiscard]] std::vector<std::size_t> numbers_of(const route::Router& router) const;
  [[nodiscard]] std::vector<std::size_t> listens_of(const route::Router& router) const;
  [[nodiscard]] std::vector<proxy::Runtime::Local> locals() const;
  [[nodiscard]] bool is_beside_ours(const config::Address& at) const;
  void close_address(std::size_t number);
  [[nodiscard]] Result<void> start_admin(const std::vector<std::string>& listen);
  [[nodiscard]] AdminAnswer answer_admin(std::string_view path) const;

  std::shared_ptr<const Snapshot> snapshot_;
  signing::SignatureMemo memo_;
  upstream::PeerRegistry peers_;
  std::unique_ptr<net::SignerPool> signers_;
  std::unique_ptr<net::PasswordThreads> passwords_;
  std::vector<std::unique_ptr<Worker>> workers_;
  KeyWatch key_watch_;
  std::unique_ptr<UpstreamKeeper> keeper_;  // tells the workers of addresses
  std::vector<Address> addresses_;
  std::vector<std::string> admin_addresses_;
  std::atomic<bool> draining_ = false;
  std::unique_ptr<Admin> admin_;  // last: it looks at all of the above
};

}  // namespace signgate::server
