// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/byte_range.hpp"

#include <algorithm>
#include <limits>

#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

/// Digits only; a number beyond 64 bits is as good as the largest.
std::optional<std::uint64_t> number(std::string_view text) noexcept {
  if (text.empty() || !std::all_of(text.begin(), text.end(), http::is_digit)) return std::nullopt;
  constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (largest - digit) / 10) return largest;
    value = value * 10 + digit;
  }
  return value;
}

}  // namespace

ByteRange parse_byte_range(std::optional<std::string_view> value, std::uint64_t size) noexcept {
  const ByteRange whole{ByteRange::Kind::whole, 0, size};
  if (!value) return whole;
  constexpr std::string_view unit = "bytes=";
  if (value->size() < unit.size() ||
      !http::equal_ignoring_case(value->substr(0, unit.size()), unit)) {
    return whole;
  }
  const std::string_view spec = http::trim_ows(value->substr(unit.size()));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return whole;

  const std::string_view before = spec.substr(0, dash);
  const std::string_view after = spec.substr(dash + 1);
  if (before.empty()) {
    const auto suffix = number(after);
    if (!suffix) return whole;
    if (*suffix == 0 || size == 0) return {ByteRange::Kind::unsatisfiable};
    const std::uint64_t length = std::min(*suffix, size);
    return {ByteRange::Kind::part, size - length, length};
  }
  const auto first = number(before);
  if (!first) return whole;
  std::uint64_t last = size - 1;
  if (!after.empty()) {
    const auto given = number(after);
    if (!given || *given < *first) return whole;
    last = std::min(last, *given);
  }
  if (*first >= size) return {ByteRange::Kind::unsatisfiable};
  return {ByteRange::Kind::part, *first, last - *first + 1};
}

}  // namespace signgate::edge
