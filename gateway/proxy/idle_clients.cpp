// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/idle_clients.hpp"

namespace signgate::proxy {

void IdleClients::insert(IdlePlace& place, std::size_t listen, bool is_new) noexcept {
  // One that has yielded only waits for its end.
  if (place.in_ != nullptr) return;
  place.in_ = this;
  place.is_waiting_ = true;
  place.listen_ = static_cast<std::uint32_t>(listen);
  place.is_new_ = is_new;
  place.older_ = newest_;
  place.newer_ = nullptr;
  (newest_ != nullptr ? newest_->newer_ : oldest_) = &place;
  newest_ = &place;
  ++size_;
}

void IdleClients::unlink(IdlePlace& place) noexcept {
  (place.older_ != nullptr ? place.older_->newer_ : oldest_) = place.newer_;
  (place.newer_ != nullptr ? place.newer_->older_ : newest_) = place.older_;
  place.in_ = nullptr;
  place.is_waiting_ = false;
  --size_;
}

void IdleClients::yield(std::size_t count) noexcept {
  for (; count > 0 && oldest_ != nullptr; --count) {
    IdlePlace& place = *oldest_;
    unlink(place);
    place.in_ = this;
    ++yielding_;
    // Its coroutine sees that later, not now.
    place.stream_.abort();
  }
}

}  // namespace signgate::proxy
