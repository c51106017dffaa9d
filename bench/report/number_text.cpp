// SPDX-License-Identifier: Apache-2.0
#include "bench/report/number_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "policy/json_writer.hpp"

namespace signgate::bench::report {
namespace {

// Three digits, without zeroes at the end of a fraction; `value` is below 1000 when it can be.
std::string three_digits(double value) {
  int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  for (double bound = 0.9995; value < bound && decimals < 6; bound /= 10)
    ++decimals;
  std::string text = fixed_text(value, decimals);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

template <std::size_t Count>
std::string with_unit(double value, const std::array<const char*, Count>& units) {
  std::size_t unit = 0;
  // What would round to 1000 is one of the next unit.
  while (unit + 1 < Count && value >= 999.5) {
    value /= 1000;
    ++unit;
  }
  return three_digits(value) + units[unit];
}

}  // namespace

std::string count_text(double value) {
  return with_unit(value, std::array{"", " k", " M", " G"});
}

std::string time_text(double nanoseconds) {
  return with_unit(nanoseconds, std::array{" ns", " µs", " ms", " s"});
}

std::string ratio_text(double value) {
  return value < 10 ? fixed_text(value, 3) : count_text(value);
}

std::string percent_text(double share) {
  return fixed_text(share * 100, 1) + " %";
}

std::string whole_text(double value) {
  const std::string digits = fixed_text(std::max(value, 0.0), 0);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += "\u00A0";
    out += digits[i];
  }
  return out;
}

std::string fixed_text(double value, int decimals) {
  std::string out;
  policy::append_json_real(out, value, decimals);
  return out;
}

}  // namespace signgate::bench::report
