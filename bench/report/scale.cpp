// SPDX-License-Identifier: Apache-2.0
#include "bench/report/scale.hpp"

#include <algorithm>
#include <cmath>

namespace signgate::bench::report {
namespace {

constexpr double steps_of_a_decade[] = {1, 2, 5};
// Quotients that should be whole are not always, in floating point.
constexpr double tolerance = 1e-9;

// The least of 1, 2, 5 times a power of ten that is not below `value`.
double round_up(double value) {
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double step : steps_of_a_decade) {
    if (step * decade >= value * (1 - tolerance)) return step * decade;
  }
  return 10 * decade;
}

// The greatest of them that is not above `value`.
double round_down(double value) {
  const double decade = std::pow(10, std::floor(std::log10(value)));
  for (const double step : {10.0, 5.0, 2.0}) {
    if (step * decade <= value * (1 + tolerance)) return step * decade;
  }
  return decade;
}

// Further out, steps would be lost in what doubles can tell apart, or not end.
double within_reach(double value) {
  return std::clamp(value, 1e-15, 1e18);
}

double count_of_nines(double share) {
  return -std::log10(1 - share);
}

}  // namespace

Scale Scale::linear(double most, Span span, const Label& label) {
  most = most > 0 ? within_reach(most) : 1;
  const double step = round_up(most / 5);
  const double count = std::ceil(most / step - tolerance);
  Scale scale(0, step * count, span);
  for (double i = 0; i <= count; ++i)
    scale.add_tick(i * step, label(i * step));
  return scale;
}

Scale Scale::logarithmic(double least, double most, Span span, const Label& label) {
  if (!(least > 0) || !(most > 0)) least = 1, most = 10;
  double from = round_down(within_reach(std::min(least, most)));
  double to = round_up(within_reach(std::max(least, most)));
  if (to <= from * (1 + tolerance)) from = round_down(from * 0.9), to = round_up(to * 1.1);
  Scale scale(from, to, span);
  scale.kind_ = Kind::logarithmic;
  const bool few = std::log10(to / from) <= 1.7 + tolerance;
  for (double decade = std::pow(10, std::floor(std::log10(from) + tolerance));
       decade <= to * (1 + tolerance); decade *= 10) {
    for (const double step : steps_of_a_decade) {
      const double value = step * decade;
      if (value < from * (1 - tolerance) || value > to * (1 + tolerance)) continue;
      if (step == 1 || few) scale.add_tick(value, label(value));
    }
  }
  return scale;
}

Scale Scale::steps(const std::vector<double>& values, Span span, const Label& label) {
  Scale scale(0, 1, span);
  scale.kind_ = Kind::steps;
  scale.values_ = values;
  for (const double value : values)
    scale.add_tick(value, label(value));
  return scale;
}

Scale Scale::nines(double last, Span span) {
  last = std::clamp(last, 0.9, 1 - 1e-9);
  const double end = count_of_nines(last);
  Scale scale(count_of_nines(0.5), end + 1, span);
  scale.kind_ = Kind::nines;
  scale.add_tick(0.5, "50 %");
  std::string label = "90";
  for (double nines = 1; nines <= end + tolerance; ++nines) {
    scale.add_tick(1 - std::pow(10, -nines), label + " %");
    label = nines == 1 ? "99" : nines == 2 ? "99.9" : label + "9";
  }
  scale.add_tick(1, "max");
  return scale;
}

double Scale::share_of(double value) const {
  switch (kind_) {
    case Kind::linear:
      return (value - least_) / (most_ - least_);
    case Kind::logarithmic:
      return value > 0 ? std::log(value / least_) / std::log(most_ / least_) : 0;
    case Kind::nines:
      return ((value >= 1 ? most_ : count_of_nines(value)) - least_) / (most_ - least_);
    case Kind::steps:
      break;
  }
  if (values_.size() < 2) return 0.5;
  const auto next = std::ranges::upper_bound(values_, value);
  if (next == values_.begin()) return 0;
  if (next == values_.end()) return 1;
  const double below = *(next - 1);
  const auto index = static_cast<double>(next - 1 - values_.begin());
  return (index + (value - below) / (*next - below)) / static_cast<double>(values_.size() - 1);
}

double Scale::at(double value) const {
  const double share = std::clamp(share_of(value), 0.0, 1.0);
  return span_.from + share * (span_.to - span_.from);
}

void Scale::add_tick(double value, std::string label) {
  ticks_.push_back({at(value), std::move(label)});
}

}  // namespace signgate::bench::report
