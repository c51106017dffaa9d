// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/upstream_log.hpp"

#include "gateway/proxy/logged_request.hpp"
#include "gateway/proxy/rare_lines.hpp"
#include "gateway/route/log_escape.hpp"

namespace signgate::proxy {

void UpstreamLog::failed(const Error& error, const route::VariableValues& values) {
  // A client that leaves is no fault of the upstream's; nginx has it at info.
  const ErrorLevel level = error.side == Side::client ? ErrorLevel::info : ErrorLevel::error;
  if (!logs(level, values.error_log)) return;
  std::string kind = "upstream ";
  kind += error_name(error.code);
  if (!error.detail.empty()) kind += ": " + error.detail;
  if (!values.proxy_host.empty()) {
    kind += ", proxy_pass: \"";
    route::append_log_escaped(values.proxy_host, kind);
    kind += '"';
  }
  const bool asked = values.tries != nullptr && !values.tries->empty();
  const std::string rest =
      logged_request(values, asked ? *values.tries->back().addr : std::string_view());
  const ErrorPlace place{.connection = values.connection, .log = values.error_log};
  RareLines::shared().tell(std::chrono::steady_clock::now(), place, level, kind, rest);
}

}  // namespace signgate::proxy
