// SPDX-License-Identifier: Apache-2.0
#include "bench/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace signgate::bench {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return values[middle - 1] + (values[middle] - values[middle - 1]) / 2;
}

Summary summarise(const std::vector<double>& rounds) {
  if (rounds.empty()) return {};
  Summary sum;
  sum.median = median(rounds);
  const auto [least, most] = std::ranges::minmax_element(rounds);
  sum.min = *least;
  sum.max = *most;
  std::vector<double> deviations;
  deviations.reserve(rounds.size());
  for (const double value : rounds)
    deviations.push_back(std::abs(value - sum.median));
  if (sum.median != 0) sum.spread = median(std::move(deviations)) / std::abs(sum.median);
  return sum;
}

}  // namespace signgate::bench
