// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/rate_zone.hpp"

#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/config/access.hpp"

namespace signgate::route {
namespace {

constexpr std::int64_t one_request = 1000;
// nginx: a clock that seems to have jumped back further than this was wrapped, not late.
constexpr std::int64_t wrapped = -60000;

std::uint64_t cost_of(std::string_view key) noexcept {
  return limits::limit_state + key.size();
}

}  // namespace

RateZone::RateZone(std::uint64_t size, std::uint64_t milli_rate)
    : size_(size), rate_(static_cast<std::int64_t>(milli_rate)) {}

std::int64_t RateZone::excess_at(const State& state, std::int64_t now,
                                 std::int64_t& passed) const noexcept {
  passed = now - state.last;
  if (passed < wrapped) passed = 1;
  passed = std::max<std::int64_t>(passed, 0);
  // Past this a bucket is empty at any rate; and the product below stays in range.
  const std::int64_t counted = std::min<std::int64_t>(passed, INT32_MAX);
  return std::max<std::int64_t>(state.excess - rate_ * counted / 1000 + one_request, 0);
}

bool RateZone::make_room(std::uint64_t bytes) {
  auto oldest = order_.end();
  while (used_ + bytes > size_ && oldest != order_.begin()) {
    --oldest;
    if (oldest->held > 0) continue;
    used_ -= cost_of(oldest->key);
    states_.erase(oldest->key);
    oldest = order_.erase(oldest);
  }
  return used_ + bytes <= size_;
}

RateZone::Look RateZone::look(std::string_view key, std::uint64_t milli_burst, bool count,
                              std::int64_t now) {
  const auto found = states_.find(key);
  if (found == states_.end()) {
    if (!make_room(cost_of(key))) return {Outcome::no_room};
    order_.push_front({std::string(key), 0, now, 0});
    used_ += cost_of(key);
    states_.emplace(order_.front().key, order_.begin());
    if (count) return {Outcome::counted};
    // Not counted yet: account finds an empty bucket, as if long ago.
    order_.front().last = now - one_request * INT16_MAX;
    order_.front().held = 1;
    return {Outcome::held, 0, &order_.front()};
  }
  State& state = *found->second;
  order_.splice(order_.begin(), order_, found->second);
  std::int64_t passed = 0;
  const std::int64_t excess = excess_at(state, now, passed);
  if (static_cast<std::uint64_t>(excess) > milli_burst) return {Outcome::exceeded, excess};
  if (count) {
    state.excess = excess;
    if (passed > 0) state.last = now;
    return {Outcome::counted, excess};
  }
  ++state.held;
  return {Outcome::held, excess, &state};
}

std::int64_t RateZone::account(State& state, std::int64_t now) {
  std::int64_t passed = 0;
  const std::int64_t excess = excess_at(state, now, passed);
  if (passed > 0) state.last = now;
  state.excess = excess;
  --state.held;
  return excess;
}

std::int64_t RateZone::delay(std::int64_t excess, std::uint64_t milli_delay) const noexcept {
  if (static_cast<std::uint64_t>(excess) <= milli_delay) return 0;
  return (excess - static_cast<std::int64_t>(milli_delay)) * 1000 / rate_;
}

}  // namespace signgate::route
