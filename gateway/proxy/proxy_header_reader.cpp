// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/proxy_header_reader.hpp"

#include <sys/socket.h>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {

net::Awaitable<Result<http::ProxyHeader>> read_proxy_header(net::Stream& stream,
                                                            Milliseconds timeout) {
  const SteadyTime end = std::chrono::steady_clock::now() + timeout;
  std::string bytes(limits::proxy_header, '\0');
  std::size_t have = 0;
  while (true) {
    // While the header is not whole, all that is there belongs to it and one more byte does: so one
    // is waited for, and what came with it is looked at before it is taken.
    const auto left = std::chrono::ceil<Milliseconds>(end - std::chrono::steady_clock::now());
    const std::span<char> one(bytes.data() + have, 1);
    const Result<std::size_t> got = co_await stream.read_some(one, std::max(left, Milliseconds(1)));
    if (!got) co_return got.error();
    if (*got == 0) {
      co_return Error{ErrorCode::closed, Side::client, Retry::no, "closed within the PROXY header"};
    }
    ++have;
    const ssize_t peeked = ::recv(stream.socket().native_handle(), bytes.data() + have,
                                  bytes.size() - have, MSG_PEEK | MSG_DONTWAIT);
    const std::size_t there = have + static_cast<std::size_t>(std::max<ssize_t>(peeked, 0));
    auto step = http::parse_proxy_header(std::string_view(bytes).substr(0, there));
    if (!step) co_return step.error();
    const std::size_t wanted = (step->consumed == 0 ? there : step->consumed) - have;
    if (wanted > 0) {
      const ssize_t taken =
          ::recv(stream.socket().native_handle(), bytes.data() + have, wanted, MSG_DONTWAIT);
      if (taken != static_cast<ssize_t>(wanted)) {
        co_return Error{ErrorCode::closed, Side::client, Retry::no,
                        "closed within the PROXY header"};
      }
      have += wanted;
    }
    if (step->consumed != 0) {
      http::ProxyHeader header = std::move(step->header);
      co_return header;
    }
    if (have == bytes.size()) {
      co_return Error{ErrorCode::bad_request, Side::client, Retry::no,
                      "broken PROXY header: it is too long"};
    }
  }
}

}  // namespace signgate::proxy
