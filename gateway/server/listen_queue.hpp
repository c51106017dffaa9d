// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "gateway/net/listener.hpp"

namespace signgate::server {

/// ListenQueue is one of the sockets of a listening address, with those who accept from it. A TCP
/// address has one for each worker (SO_REUSEPORT), a unix socket one for all. It stays as long as
/// its address is open, however many workers there are: Linux resets those who wait in the queue of
/// a socket that is closed, and goes on giving it its share of the clients until then.
struct ListenQueue {
  std::shared_ptr<net::ListeningSocket> socket;
  std::vector<std::size_t> places = {};  // of the workers that accept from it
};

/// accepts_from says whether the worker in that place accepts from a queue, given by its index, of
/// an address while `workers` serve: from its own, from that of a worker who is no more, and from
/// the only one of a unix socket (`is_shared`). So all queues are served, and those that are
/// nobody's own by whoever has time.
[[nodiscard]] constexpr bool accepts_from(std::size_t queue, std::size_t place, std::size_t workers,
                                          bool is_shared) noexcept {
  if (place >= workers) return false;
  return is_shared || queue >= workers || queue == place;
}

}  // namespace signgate::server
