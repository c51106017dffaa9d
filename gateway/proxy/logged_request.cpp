// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/logged_request.hpp"

#include "gateway/route/log_escape.hpp"
#include "gateway/route/query.hpp"

namespace signgate::proxy {
namespace {

void append(std::string_view name, std::string_view value, std::string& line) {
  line.append(", ").append(name).append(": \"");
  route::append_log_escaped(value, line);
  line += '"';
}

}  // namespace

std::string logged_request(const route::VariableValues& values,
                           std::optional<std::string_view> upstream) {
  std::string line = ", client: ";
  line.append(values.remote_addr).append(", server: ").append(values.server_name);
  append("request", route::redact_signatures(values.request_line), line);
  if (upstream) append("upstream", *upstream, line);
  append("host", values.host, line);
  return line;
}

}  // namespace signgate::proxy
