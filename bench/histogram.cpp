// SPDX-License-Identifier: Apache-2.0
#include "bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace signgate::bench {
namespace {

// Values below 2^8 have a bucket each; above, every doubling is cut into 2^7 buckets of equal
// width.
constexpr unsigned linear_bits = 8;
constexpr std::size_t per_doubling = std::size_t{1} << (linear_bits - 1);
constexpr std::uint64_t most = std::uint64_t{1} << 63;
constexpr std::size_t bucket_count = (64 - linear_bits + 2) * per_doubling;

std::size_t bucket_of(std::uint64_t value) noexcept {
  const auto width = static_cast<unsigned>(std::bit_width(value));
  if (width <= linear_bits) return static_cast<std::size_t>(value);
  const unsigned shift = width - linear_bits;
  return shift * per_doubling + static_cast<std::size_t>(value >> shift);
}

std::uint64_t last_value_of(std::size_t bucket) noexcept {
  if (bucket < 2 * per_doubling) return bucket;
  const std::size_t shift = bucket / per_doubling - 1;
  const std::uint64_t first = static_cast<std::uint64_t>(bucket - shift * per_doubling) << shift;
  return first + ((std::uint64_t{1} << shift) - 1);
}

}  // namespace

Histogram::Histogram() : buckets_(bucket_count) {}

void Histogram::record(std::uint64_t value) noexcept {
  value = std::min(value, most);
  ++buckets_[bucket_of(value)];
  ++count_;
  max_ = std::max(max_, value);
  sum_ += static_cast<double>(value);
}

void Histogram::merge(const Histogram& other) noexcept {
  for (std::size_t i = 0; i < buckets_.size(); ++i)
    buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

double Histogram::mean() const noexcept {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::uint64_t Histogram::quantile(double share) const noexcept {
  const double wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
  const std::uint64_t rank = std::max<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank) return std::min(last_value_of(i), max_);
  }
  return max_;
}

}  // namespace signgate::bench
