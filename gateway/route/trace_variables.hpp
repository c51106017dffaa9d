// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/route/access_variables.hpp"

namespace signgate::route {

/// find_trace_variable finds the variables of the trace that a request belongs to, by the name
/// without `$`: otel_trace_id; otel_span_id, which upstreams see as their parent; otel_parent_id
/// and otel_parent_sampled, of the caller. Where no traceparent was made for the request they are
/// read from its own, if that is valid. Source: nginx, ngx_otel_module; W3C Trace Context.
[[nodiscard]] std::optional<AccessVariable> find_trace_variable(std::string_view name) noexcept;

}  // namespace signgate::route
