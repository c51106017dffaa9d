// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/upstream_log.hpp"

#include "gateway/proxy/rare_lines.hpp"
#include "gateway/route/log_escape.hpp"
#include "gateway/route/query.hpp"

namespace signgate::proxy {
namespace {

void append(std::string_view name, std::string_view value, std::string& line) {
  line += ", ";
  line += name;
  line += ": \"";
  route::append_log_escaped(value, line);
  line += '"';
}

}  // namespace

void UpstreamLog::failed(const Error& error, const route::VariableValues& values) {
  // A client that leaves is no fault of the upstream's; nginx has it at info.
  const ErrorLevel level = error.side == Side::client ? ErrorLevel::info : ErrorLevel::error;
  if (!logs(level, values.error_log)) return;
  std::string kind = "upstream ";
  kind += error_name(error.code);
  if (!error.detail.empty()) kind += ": " + error.detail;
  if (!values.proxy_host.empty()) append("proxy_pass", values.proxy_host, kind);
  std::string rest = ", client: ";
  rest += values.remote_addr;
  rest += ", server: ";
  rest += values.server_name;
  append("request", route::redact_signatures(values.request_line), rest);
  const bool asked = values.tries != nullptr && !values.tries->empty();
  append("upstream", asked ? *values.tries->back().addr : std::string_view(), rest);
  append("host", values.host, rest);
  const ErrorPlace place{.connection = values.connection, .log = values.error_log};
  RareLines::shared().tell(std::chrono::steady_clock::now(), place, level, kind, rest);
}

}  // namespace signgate::proxy
