// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/route/variables.hpp"

namespace signgate::route {

/// AccessVariable writes one variable: `text` is the name of a field or of a defined variable.
struct AccessVariable {
  void (*append)(std::string_view text, const VariableValues& values, std::string& out);
  std::string_view text;
  /// Whether it has a value, which may be empty: a log then shows "" and not "-". Null: not without
  /// a text.
  bool (*is_there)(std::string_view text, const VariableValues& values) = nullptr;
};

/// find_access_variable finds the variables of client addresses, limits, referers and upstream
/// fields, by the name without `$`: binary_remote_addr, realip_remote_addr, realip_remote_port,
/// limit_req_status, limit_conn_status, invalid_referer, upstream_http_NAME. Source: nginx,
/// ngx_http_realip_module, ngx_http_limit_req_module, ngx_http_limit_conn_module,
/// ngx_http_referer_module, ngx_http_upstream_module.
[[nodiscard]] std::optional<AccessVariable> find_access_variable(std::string_view name) noexcept;

/// append_defined writes the variable of that name that the configuration defines; nothing while it
/// has no value.
void append_defined(std::string_view name, const VariableValues& values, std::string& out);

/// is_defined says whether it has one, which may be empty.
[[nodiscard]] bool is_defined(std::string_view name, const VariableValues& values);

}  // namespace signgate::route
