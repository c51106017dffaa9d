// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/deadline.hpp"

#include <algorithm>

namespace signgate::net {

Deadline::~Deadline() {
  if (visit_ != SteadyTime::max()) wheel_->unlink(*this);
}

void Deadline::set(Milliseconds span) {
  // Without a deadline the wheel does not tick, and its clock may be any age. What a tick's age
  // would make early is added.
  const SteadyTime now = wheel_->armed_ ? wheel_->now() : wheel_->refresh();
  due_ = now + span + DeadlineWheel::tick;
  if (due_ >= visit_) return;
  if (visit_ != SteadyTime::max()) wheel_->unlink(*this);
  wheel_->link(*this, now);
}

DeadlineWheel::DeadlineWheel(asio::io_context& context)
    : timer_(context.get_executor()), now_(std::chrono::steady_clock::now()), swept_(now_) {}

std::size_t DeadlineWheel::slot_of(SteadyTime when) const noexcept {
  return static_cast<std::size_t>(when.time_since_epoch() / tick) % slot_count;
}

void DeadlineWheel::link(Deadline& deadline, SteadyTime now) {
  // What lies beyond the wheel's span is looked at once a turn.
  const SteadyTime horizon = std::max(now, swept_) + tick * (slot_count - 2);
  deadline.visit_ = std::min(std::max(deadline.due_, swept_), horizon);
  Slot& slot = slots_[slot_of(deadline.visit_)];
  deadline.previous_ = nullptr;
  deadline.next_ = slot.first;
  if (slot.first != nullptr) slot.first->previous_ = &deadline;
  slot.first = &deadline;
  ++linked_;
  if (!armed_) {
    swept_ = std::max(swept_, now - tick);
    arm();
  }
}

void DeadlineWheel::unlink(Deadline& deadline) noexcept {
  if (deadline.previous_ != nullptr) {
    deadline.previous_->next_ = deadline.next_;
  } else {
    slots_[slot_of(deadline.visit_)].first = deadline.next_;
  }
  if (deadline.next_ != nullptr) deadline.next_->previous_ = deadline.previous_;
  deadline.next_ = deadline.previous_ = nullptr;
  deadline.visit_ = SteadyTime::max();
  --linked_;
}

void DeadlineWheel::advance(SteadyTime now) {
  // From the slot of the last visit, which may have been in its middle, to the present one.
  const std::int64_t last = now.time_since_epoch() / tick;
  const std::int64_t turn = static_cast<std::int64_t>(slot_count) - 1;
  std::int64_t index = std::max<std::int64_t>(swept_.time_since_epoch() / tick, last - turn);
  for (; index <= last; ++index) {
    Slot& slot = slots_[static_cast<std::size_t>(index) % slot_count];
    // A callback may destroy or move any deadline, so after each one the slot is read afresh.
    bool again = true;
    while (again) {
      again = false;
      for (Deadline* deadline = slot.first; deadline != nullptr; deadline = deadline->next_) {
        if (deadline->visit_ > now) continue;  // a later turn's
        const bool due = deadline->due_ <= now;
        const bool idle = deadline->due_ == SteadyTime::max();
        unlink(*deadline);
        if (due) {
          deadline->due_ = SteadyTime::max();
          deadline->on_expiry_(deadline->owner_);
        } else if (!idle) {
          link(*deadline, now);
        }
        again = true;
        break;
      }
    }
  }
  swept_ = now;
}

bool Deadline::stopping() const noexcept {
  return wheel_->stopping();
}

void DeadlineWheel::expire_all() {
  stopping_ = true;
  for (Slot& slot : slots_) {
    while (slot.first != nullptr) {
      Deadline& deadline = *slot.first;
      const bool set = deadline.due_ != SteadyTime::max();
      unlink(deadline);
      deadline.due_ = SteadyTime::max();
      if (set) deadline.on_expiry_(deadline.owner_);
    }
  }
}

void DeadlineWheel::stop() {
  stopped_ = true;
  timer_.cancel();
}

void DeadlineWheel::arm() {
  if (stopped_) return;
  armed_ = true;
  timer_.expires_after(tick);
  timer_.async_wait([this](boost::system::error_code error) {
    armed_ = false;
    if (error) return;
    advance(refresh());
    if (linked_ > 0 && !armed_) arm();
  });
}

}  // namespace signgate::net
