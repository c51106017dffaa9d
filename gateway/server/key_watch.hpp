// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/config/key_times.hpp"
#include "gateway/server/snapshot.hpp"

namespace signgate::server {

/// KeyWatch tells the error log which media rules cannot sign, or soon cannot, by the times of
/// their keys (config::key_outlook): when a configuration is taken up, and once whenever that
/// changes while it is in use. Its thread sleeps until the next such time, and there is none where
/// no key has one.
class KeyWatch {
 public:
  KeyWatch() = default;
  ~KeyWatch();
  KeyWatch(const KeyWatch&) = delete;
  KeyWatch& operator=(const KeyWatch&) = delete;

  /// adopt looks at that snapshot's rules, at once and from now on. One thread at a time.
  void adopt(std::shared_ptr<const Snapshot> snapshot);

 private:
  using States = std::vector<config::KeyOutlook::State>;  // by the configuration's rules

  void run();

  std::mutex mutex_;  // of all below but thread_
  std::condition_variable changed_;
  std::shared_ptr<const Snapshot> snapshot_;
  States states_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace signgate::server
