// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/access_variables.hpp"

#include "gateway/base/network.hpp"
#include "gateway/route/referer_rule.hpp"
#include "gateway/route/variable_text.hpp"

namespace signgate::route {
namespace {

void append_binary(std::string_view, const VariableValues& values, std::string& out) {
  const auto address = parse_peer_ip(values.remote_addr);
  // nginx has the text here for the peer of a Unix socket.
  out += address && address->size > 0 ? address->octets() : values.remote_addr;
}

void append_real_address(std::string_view, const VariableValues& values, std::string& out) {
  out += values.realip_remote_addr;
}

void append_real_port(std::string_view, const VariableValues& values, std::string& out) {
  if (values.realip_remote_port != 0) append_number(values.realip_remote_port, out);
}

void append_req_status(std::string_view, const VariableValues& values, std::string& out) {
  out += values.limit_req_status;
}

void append_conn_status(std::string_view, const VariableValues& values, std::string& out) {
  out += values.limit_conn_status;
}

void append_invalid_referer(std::string_view, const VariableValues& values, std::string& out) {
  if (values.referers == nullptr || values.request == nullptr) return;
  if (!values.referers->is_valid(values.request->fields.value(http::HeaderId::referer))) out += '1';
}

void append_upstream_field(std::string_view name, const VariableValues& values, std::string& out) {
  if (values.upstream != nullptr) append_field(*values.upstream, name, out);
}

bool has_upstream_field(std::string_view name, const VariableValues& values) {
  return values.upstream != nullptr && has_field(*values.upstream, name);
}

}  // namespace

std::optional<AccessVariable> find_access_variable(std::string_view name) noexcept {
  constexpr std::string_view upstream = "upstream_http_";
  if (name.starts_with(upstream))
    return AccessVariable{&append_upstream_field, name.substr(upstream.size()),
                          &has_upstream_field};
  if (name == "binary_remote_addr") return AccessVariable{&append_binary, {}};
  if (name == "realip_remote_addr") return AccessVariable{&append_real_address, {}};
  if (name == "realip_remote_port") return AccessVariable{&append_real_port, {}};
  if (name == "limit_req_status") return AccessVariable{&append_req_status, {}};
  if (name == "limit_conn_status") return AccessVariable{&append_conn_status, {}};
  if (name == "invalid_referer") return AccessVariable{&append_invalid_referer, {}};
  return std::nullopt;
}

namespace {

// auth_request_set and set go before a group of the same name.
std::optional<std::string_view> find_defined(std::string_view name, const VariableValues& values) {
  if (values.defined != nullptr) {
    for (const auto& [known, value] : *values.defined) {
      if (known == name) return value;
    }
  }
  const std::string_view* taken =
      values.captured != nullptr ? values.captured->find(name) : nullptr;
  return taken != nullptr ? std::optional(*taken) : std::nullopt;
}

}  // namespace

void append_defined(std::string_view name, const VariableValues& values, std::string& out) {
  if (const auto value = find_defined(name, values)) out += *value;
}

bool is_defined(std::string_view name, const VariableValues& values) {
  return find_defined(name, values).has_value();
}

}  // namespace signgate::route
