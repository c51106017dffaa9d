// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/key_watch.hpp"

#include <algorithm>

#include "gateway/base/clock.hpp"
#include "gateway/proxy/error_log.hpp"

namespace signgate::server {
namespace {

using State = config::KeyOutlook::State;

// The system's clock may be set: no sleep is longer.
constexpr std::int64_t longest_sleep = 60;

// As links are signed: a second that has begun counts as over.
UnixSeconds signing_time() {
  return unix_now() + 1;
}

void tell(proxy::ErrorLevel level, const config::Config& config, const config::Media& rule,
          const std::string& text) {
  proxy::log(level, "{}: {}", config::place_text(config, rule.place), text);
}

void tell_change(const config::Config& config, const config::Media& rule,
                 const config::KeyOutlook& now) {
  if (now.state == State::signs) {
    tell(proxy::ErrorLevel::notice, config, rule,
         "media \"" + rule.name + "\": its links are signed, and will be");
    return;
  }
  tell(now.state == State::no_key ? proxy::ErrorLevel::error : proxy::ErrorLevel::warn, config,
       rule, now.text);
}

}  // namespace

KeyWatch::~KeyWatch() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void KeyWatch::adopt(std::shared_ptr<const Snapshot> snapshot) {
  const config::Config& config = snapshot->config;
  const UnixSeconds now = signing_time();
  States states;
  for (const config::Media& rule : config.media) {
    const config::KeyOutlook outlook = config::key_outlook(config, rule, now);
    if (outlook.state != State::signs) tell(proxy::ErrorLevel::warn, config, rule, outlook.text);
    states.push_back(outlook.state);
  }
  const bool changes = config::next_key_change(config, now).has_value();
  {
    const std::lock_guard lock(mutex_);
    snapshot_ = std::move(snapshot);
    states_ = std::move(states);
  }
  changed_.notify_all();
  if (changes && !thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void KeyWatch::run() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    const config::Config& config = snapshot_->config;
    const UnixSeconds now = signing_time();
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const config::KeyOutlook outlook = config::key_outlook(config, config.media[i], now);
      if (outlook.state == states_[i]) continue;
      states_[i] = outlook.state;
      tell_change(config, config.media[i], outlook);
    }
    const auto next = config::next_key_change(config, now);
    const std::int64_t pause = next ? std::min(*next - now, longest_sleep) : longest_sleep;
    changed_.wait_for(lock, std::chrono::seconds(pause));
  }
}

}  // namespace signgate::server
