// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/admin_session.hpp"

#include <array>

#include "gateway/edge/admin_calls.hpp"
#include "gateway/http/http_date.hpp"

namespace signgate::edge {

net::Awaitable<void> serve_admin(Service& service, proxy::Http1Client& client) {
  const proxy::HeadLimits limits;
  constexpr Milliseconds send_timeout{10000};
  if (client.begin_head()) {
    const Result<void> waited = co_await client.wait_for_head(limits);
    if (!waited) co_return;
  }
  const Result<bool> read = co_await client.read_head(limits);
  if (read && !*read) co_return;
  AdminAnswer answer;
  if (read) {
    answer = admin_call(service, client.head());
  } else {
    answer = {error_status(read.error()), read.error().detail + '\n'};
    if (answer.status == 499) co_return;
  }
  proxy::Answer head;
  head.status = answer.status;
  head.length = answer.body.size();
  head.fields.add("Content-Type", answer.status == 200 ? "application/json" : "text/plain");
  client.start(head, false, "signgate", http::format_http_date(unix_now()));
  std::array<std::string_view, 1> parts = {
      read && client.head().method == http::Method::head ? std::string_view() : answer.body};
  const Result<void> sent = co_await client.write(parts, true, send_timeout);
  const proxy::Linger usual;
  if (sent) co_await client.linger(usual);
}

}  // namespace signgate::edge
