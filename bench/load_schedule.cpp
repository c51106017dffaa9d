// SPDX-License-Identifier: Apache-2.0
#include "bench/load_schedule.hpp"

#include <algorithm>
#include <cmath>

namespace signgate::bench {
namespace {

using std::chrono::nanoseconds;

constexpr double most_requests = 9007199254740992.0;  // up to here a double knows each

// Multiplied afresh for each: a sum of intervals would drift by its roundings.
nanoseconds due_at(std::uint64_t request, double rate) noexcept {
  const double seconds = static_cast<double>(request) / rate;
  return nanoseconds(static_cast<std::int64_t>(std::min(seconds * 1e9, 9e18)));
}

}  // namespace

std::uint64_t requests_due(double rate, nanoseconds span) noexcept {
  if (span <= nanoseconds::zero()) return 0;
  const double all = std::ceil(rate * std::chrono::duration<double>(span).count());
  auto count = static_cast<std::uint64_t>(std::clamp(all, 1.0, most_requests));
  // The product may have been rounded to the other side of a whole number.
  while (count > 1 && due_at(count - 1, rate) >= span)
    --count;
  return count;
}

LoadSchedule::LoadSchedule(double rate, std::uint64_t requests, nanoseconds end, unsigned parts,
                           unsigned part) noexcept
    : rate_(rate),
      end_(end),
      parts_(parts),
      next_(part),
      size_(requests / parts + (part < requests % parts ? 1 : 0)) {}

std::optional<nanoseconds> LoadSchedule::take(nanoseconds now) noexcept {
  if (taken_ == size_ || now >= end_) return std::nullopt;
  const nanoseconds due = due_at(next_, rate_);
  next_ += parts_;
  ++taken_;
  return due;
}

std::uint64_t LoadSchedule::left() const noexcept {
  return size_ - taken_;
}

}  // namespace signgate::bench
