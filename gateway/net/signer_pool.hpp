// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>

#include "gateway/net/io.hpp"

namespace signgate::net {

/// SignerPool runs signing off the event loops: a batch of links is one job, so the hop between
/// threads is paid once a batch. Shared by all workers; run may be called from any of them.
class SignerPool {
 public:
  explicit SignerPool(std::size_t threads) : pool_(threads) {}
  ~SignerPool() { pool_.join(); }
  SignerPool(const SignerPool&) = delete;
  SignerPool& operator=(const SignerPool&) = delete;

  /// run does `job` on a thread of the pool and resumes the caller on its own worker. What the job
  /// refers to must live until then; the job must not throw. A caller has one job under way, so the
  /// queue is bounded by the connections that there are.
  [[nodiscard]] Awaitable<void> run(std::function<void()> job);

 private:
  asio::thread_pool pool_;
};

}  // namespace signgate::net
