// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/trace_context.hpp"
#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/random_id.hpp"

namespace signgate::proxy {

// A trace begins here unless the client has begun one. It says "sampled": without a traceparent an
// application would record the request as well, with one that says otherwise it would not.
void Exchange::begin_trace() {
  if (traceparent_ || values_.request == nullptr ||
      http::find_traceparent(values_.request->fields)) {
    return;
  }
  traceparent_ = std::make_unique<std::string>("00-" + std::string(32, '0') + '-' +
                                               std::string(16, '0') + "-01");
  make_random_id(std::span(*traceparent_).subspan(3, 32));
  make_random_id(std::span(*traceparent_).subspan(36, 16));
  values_.traceparent = *traceparent_;
}

}  // namespace signgate::proxy
