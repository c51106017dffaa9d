// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/trace_variables.hpp"

#include "gateway/http/trace_context.hpp"

namespace signgate::route {
namespace {

// What the caller sent, unless another one took its place.
std::optional<http::TraceParent> caller_of(const VariableValues& values) {
  if (!values.traceparent.empty() || values.request == nullptr) return std::nullopt;
  return http::find_traceparent(values.request->fields);
}

std::optional<http::TraceParent> current(const VariableValues& values) {
  return values.traceparent.empty() ? caller_of(values)
                                    : http::parse_traceparent(values.traceparent);
}

void append_trace_id(std::string_view, const VariableValues& values, std::string& out) {
  if (const auto trace = current(values)) out += trace->trace_id;
}

void append_span_id(std::string_view, const VariableValues& values, std::string& out) {
  if (const auto trace = current(values)) out += trace->parent_id;
}

void append_parent_id(std::string_view, const VariableValues& values, std::string& out) {
  if (const auto caller = caller_of(values)) out += caller->parent_id;
}

void append_parent_sampled(std::string_view, const VariableValues& values, std::string& out) {
  const auto caller = caller_of(values);
  out += caller && caller->sampled ? '1' : '0';
}

}  // namespace

std::optional<AccessVariable> find_trace_variable(std::string_view name) noexcept {
  if (name == "otel_trace_id") return AccessVariable{&append_trace_id, {}};
  if (name == "otel_span_id") return AccessVariable{&append_span_id, {}};
  if (name == "otel_parent_id") return AccessVariable{&append_parent_id, {}};
  if (name == "otel_parent_sampled") return AccessVariable{&append_parent_sampled, {}};
  return std::nullopt;
}

}  // namespace signgate::route
