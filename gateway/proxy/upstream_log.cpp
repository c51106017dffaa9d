// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/upstream_log.hpp"

#include <spdlog/spdlog.h>

#include "gateway/base/limits.hpp"
#include "gateway/route/log_escape.hpp"
#include "gateway/route/query.hpp"

namespace signgate::proxy {

bool UpstreamLog::has_room(SteadyTime now) {
  if (now - second_ >= std::chrono::seconds(1)) {
    if (left_out_ > 0)
      spdlog::error("{} more upstream errors were not logged one by one", left_out_);
    second_ = now;
    lines_ = left_out_ = 0;
  }
  if (lines_ < limits::error_lines) {
    ++lines_;
    return true;
  }
  ++left_out_;
  return false;
}

void UpstreamLog::failed(const Error& error, const route::VariableValues& values) {
  // A client that leaves is no fault of the upstream's; nginx has it at info.
  const auto level = error.side == Side::client ? spdlog::level::info : spdlog::level::err;
  if (!spdlog::should_log(level) || !has_room(std::chrono::steady_clock::now())) return;
  std::string request;
  route::append_log_escaped(route::redact_signatures(values.request_line), request);
  std::string host;
  route::append_log_escaped(values.host, host);
  const bool asked = values.tries != nullptr && !values.tries->empty();
  const std::string_view peer = asked ? *values.tries->back().addr : std::string_view();
  spdlog::log(level,
              "upstream {}{}{}, client: {}, server: {}, request: \"{}\", upstream: \"{}\", "
              "host: \"{}\"",
              error_name(error.code), error.detail.empty() ? "" : ": ", error.detail,
              values.remote_addr, values.server_name, request, peer, host);
}

}  // namespace signgate::proxy
