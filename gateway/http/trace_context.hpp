// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "gateway/http/fields.hpp"

namespace signgate::http {

/// TraceParent is a valid `traceparent`, taken apart: views into the field.
struct TraceParent {
  std::string_view trace_id;   // 32 hexadecimal digits, lower case, not all 0
  std::string_view parent_id;  // 16 of them
  bool sampled = false;        // the caller records this trace
};

/// parse_traceparent reads the field of any version from 00 to fe: of a later one than ours what
/// follows the flags is not looked at. Source: W3C Trace Context (w3.org/TR/trace-context),
/// section 3.2.
[[nodiscard]] std::optional<TraceParent> parse_traceparent(std::string_view value) noexcept;

/// find_traceparent is that of a head: nothing when there is none, when there are several, or when
/// it is not valid.
[[nodiscard]] std::optional<TraceParent> find_traceparent(const Fields& fields) noexcept;

/// is_trace_field says whether a field is `traceparent` or `tracestate`, in any case.
[[nodiscard]] bool is_trace_field(std::string_view name) noexcept;

}  // namespace signgate::http
