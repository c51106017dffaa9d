// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/fault_log.hpp"

#include "gateway/proxy/logged_request.hpp"
#include "gateway/proxy/rare_lines.hpp"

namespace signgate::proxy {

void tell_fault(const Error& fault, const route::VariableValues& values) {
  const ErrorPlace place{.connection = values.connection, .log = values.error_log};
  RareLines::shared().tell(std::chrono::steady_clock::now(), place, ErrorLevel::alert,
                           "a request ended by " + fault.detail, logged_request(values));
}

}  // namespace signgate::proxy
