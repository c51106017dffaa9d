// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/idle_pool.hpp"

namespace signgate::upstream {

void IdlePool::configure(const config::Upstream& settings) {
  most_ = settings.keepalive;
  requests_ = settings.keepalive_requests;
  time_ = settings.keepalive_time;
  timeout_ = settings.keepalive_timeout;
  while (idle_.size() > most_)
    idle_.erase(idle_.begin());
}

std::unique_ptr<Connection> IdlePool::take(const Use& use) {
  for (std::size_t i = idle_.size(); i-- > 0;) {
    const Connection& kept = *idle_[i];
    if (kept.peer.get() != &use.peer || kept.tls != use.tls || kept.local != use.local) continue;
    std::unique_ptr<Connection> connection = std::move(idle_[i]);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
    if (connection->stream.is_quiet(!use.repeats)) return connection;
  }
  return nullptr;
}

void IdlePool::put(std::unique_ptr<Connection> connection) {
  const SteadyTime now = connection->stream.now();
  if (connection->bound) return;
  if (most_ == 0 || connection->requests >= requests_ || now - connection->opened > time_) return;
  connection->idle_since = now;
  if (idle_.size() >= most_) idle_.erase(idle_.begin());
  idle_.push_back(std::move(connection));
}

void IdlePool::sweep(SteadyTime now) {
  std::erase_if(idle_, [&](const std::unique_ptr<Connection>& connection) {
    return now - connection->idle_since > timeout_ || !connection->stream.is_quiet(/*looks=*/true);
  });
}

void IdlePool::drop(const Peer& peer) {
  std::erase_if(idle_, [&](const std::unique_ptr<Connection>& connection) {
    return connection->peer.get() == &peer;
  });
}

}  // namespace signgate::upstream
