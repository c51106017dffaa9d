// SPDX-License-Identifier: Apache-2.0
#include "signing/flight.hpp"

#include <utility>

namespace signgate::signing {

Flight::Flight(const HashedKey& key) : key_(key) {}

bool Flight::is_for(const HashedKey& key) const noexcept {
  return key_.view() == key;
}

HashedKey Flight::key() const noexcept {
  return key_.view();
}

bool Flight::when_landed(std::function<void()> resume) {
  const std::lock_guard lock(mutex_);
  if (landed_) return false;
  waiting_.push_back(std::move(resume));
  return true;
}

void Flight::land(std::string_view signature) {
  std::vector<std::function<void()>> waiting;
  {
    const std::lock_guard lock(mutex_);
    if (landed_) return;
    signature_ = signature;
    landed_ = true;
    waiting.swap(waiting_);
  }
  for (const auto& resume : waiting)
    resume();
}

}  // namespace signgate::signing
