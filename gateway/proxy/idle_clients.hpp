// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace signgate::proxy {

class Http1Client;

/// IdleClients are a worker's connections that wait for a request, in no order. Every request goes
/// in and out once, so both are a store or two. It owns none of them; the worker's thread.
class IdleClients {
 public:
  /// Waiting is one of them and the number of the address that it came to.
  struct Waiting {
    Http1Client* client;
    std::size_t listen;
  };

  /// insert takes a client that is not in it.
  void insert(Http1Client& client, std::size_t listen);

  /// erase takes out one that is.
  void erase(Http1Client& client) noexcept;

  /// all is valid until the next insert or erase.
  [[nodiscard]] std::span<const Waiting> all() const noexcept { return clients_; }

 private:
  std::vector<Waiting> clients_;
};

}  // namespace signgate::proxy
