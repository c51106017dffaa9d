// SPDX-License-Identifier: Apache-2.0
// An answer whose Content-Encoding is unknown, or not that of its body.
#include <chrono>

#include "gateway/proxy/exchange.hpp"
#include "gateway/proxy/logged_request.hpp"
#include "gateway/proxy/rare_lines.hpp"

namespace signgate::proxy {
namespace {

void tell(const route::VariableValues& values, const std::string& kind) {
  if (!logs(ErrorLevel::warn, values.error_log)) return;
  const ErrorPlace place{.connection = values.connection, .log = values.error_log};
  RareLines::shared().tell(std::chrono::steady_clock::now(), place, ErrorLevel::warn, kind,
                           logged_request(values));
}

}  // namespace

// Looks at what has come of a coded body together with its head, which may have to say otherwise.
// No more is waited for, as the head does not wait for a body that takes its time.
Result<void> Exchange::begin_body(ResponsePlan& plan, BodyFront& front) {
  if (plan.unknown_coding)
    tell(values_, "Content-Encoding of an answer is unknown: its links stay as they are");
  if (!plan.rewrites() || plan.upstream_coding == codec::Coding::identity ||
      client_.head().method == http::Method::head)
    return {};
  const auto part = upstream_->buffered();
  if (!part) return part.error();
  if (!*part) return {};
  front.part = **part;
  Result<BegunBody> begun = BegunBody::begin(plan.upstream_coding, **part);
  if (begun) {
    front.begun = std::move(*begun);
    return {};
  }
  if (begun.error().code != ErrorCode::coding_failed) return begun.error();
  ++services_.counters.passed_broken_coding;
  tell(values_, "the body of an answer is not in its Content-Encoding: its links stay as they are");
  plan = {};
  plan.passed = "its body is not in its content coding";
  return {};
}

}  // namespace signgate::proxy
