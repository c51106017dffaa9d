// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace signgate::bench {

/// Histogram counts values in buckets whose width grows with the value, so that every quantile is
/// known to better than 1 % from 1 to 2^63, at a fixed size of 64 KiB and a few instructions a
/// value. One thread each; merge them afterwards. Source of the idea: Gil Tene's HdrHistogram, of
/// which Debian has no C or C++ library.
class Histogram {
 public:
  Histogram();

  /// record counts one value; larger ones than 2^63 count as that.
  void record(std::uint64_t value) noexcept;

  /// merge adds all that `other` has counted.
  void merge(const Histogram& other) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t max() const noexcept { return max_; }

  /// mean is the arithmetic mean; 0 without values.
  [[nodiscard]] double mean() const noexcept;

  /// quantile is the least value that at least `share` (0 to 1) of the values do not exceed,
  /// rounded up to the end of its bucket, but no more than max(). 0 without values.
  [[nodiscard]] std::uint64_t quantile(double share) const noexcept;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
  double sum_ = 0;
};

}  // namespace signgate::bench
