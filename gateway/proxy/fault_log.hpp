// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/base/error.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::proxy {

/// tell_fault tells the error log, at level alert, of a fault of our own (ErrorCode::fault) within
/// a request, with the request it has ended. Each kind once a second: RareLines. Any thread.
void tell_fault(const Error& fault, const route::VariableValues& values);

}  // namespace signgate::proxy
