// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace signgate::bench {

/// Summary is what several rounds of one measurement come to.
struct Summary {
  double median = 0;
  double min = 0;
  double max = 0;
  double spread = 0;  // the median absolute deviation from the median, divided by the median
};

/// median is the value in the middle, or the mean of the two there; 0 without values.
[[nodiscard]] double median(std::vector<double> values);

/// summarise sums the rounds up. The median and its absolute deviation stay what they are when
/// less than half of the rounds were disturbed; min and max show the disturbance. Without values,
/// all is 0; the spread is 0 where the median is.
/// Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.5.6, measures of scale.
[[nodiscard]] Summary summarise(const std::vector<double>& rounds);

}  // namespace signgate::bench
