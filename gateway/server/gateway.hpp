// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

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

  /// addresses are what was bound, in the order of the configuration, ports resolved:
  /// "127.0.0.1:8080", "unix:PATH".
  [[nodiscard]] const std::vector<std::string>& addresses() const noexcept { return addresses_; }

  /// stop ends at once, drain lets requests end (nginx: TERM and QUIT). Both return at once.
  void stop();
  void drain();

  /// join returns when all workers have ended; alone it may run beside stop and drain, on another
  /// thread.
  void join();

  /// wait joins, and takes everything down.
  void wait();

 private:
  [[nodiscard]] Result<void> open_listeners(std::size_t worker_count);

  std::shared_ptr<const Snapshot> snapshot_;
  signing::SignatureMemo memo_;
  std::unique_ptr<net::SignerPool> signers_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::string> addresses_;
  std::vector<std::string> unix_paths_;
};

}  // namespace signgate::server
