// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/trace_context.hpp"

#include <algorithm>

#include "gateway/http/text.hpp"

namespace signgate::http {
namespace {

constexpr std::size_t size_of_version_00 = 55;

bool is_lower_hex(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) noexcept {
  return text.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

std::optional<TraceParent> parse_traceparent(std::string_view value) noexcept {
  if (value.size() < size_of_version_00) return std::nullopt;
  const std::string_view version = value.substr(0, 2);
  const std::string_view flags = value.substr(53, 2);
  const TraceParent parent{
      .trace_id = value.substr(3, 32), .parent_id = value.substr(36, 16), .sampled = false};
  if (value[2] != '-' || value[35] != '-' || value[52] != '-') return std::nullopt;
  if (!is_lower_hex(version) || !is_lower_hex(parent.trace_id) || !is_lower_hex(parent.parent_id) ||
      !is_lower_hex(flags) || is_zero(parent.trace_id) || is_zero(parent.parent_id) ||
      version == "ff") {
    return std::nullopt;
  }
  if (value.size() > size_of_version_00 && (version == "00" || value[size_of_version_00] != '-'))
    return std::nullopt;
  TraceParent found = parent;
  found.sampled = (hex_value(flags[1]) & 1) != 0;
  return found;
}

std::optional<TraceParent> find_traceparent(const Fields& fields) noexcept {
  const Field* found = nullptr;
  for (const Field& field : fields) {
    if (field.id != HeaderId::other || !equal_ignoring_case(field.name, "traceparent")) continue;
    if (found != nullptr) return std::nullopt;
    found = &field;
  }
  if (found == nullptr) return std::nullopt;
  return parse_traceparent(found->value);
}

bool is_trace_field(std::string_view name) noexcept {
  return equal_ignoring_case(name, "traceparent") || equal_ignoring_case(name, "tracestate");
}

}  // namespace signgate::http
