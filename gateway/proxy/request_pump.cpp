// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/request_pump.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <charconv>

namespace signgate::proxy {

RequestPump::RequestPump(ClientStream& client, upstream::Exchange& upstream, const Limits& limits)
    : client_(client), upstream_(upstream), limits_(limits) {}

void RequestPump::start(const net::Executor& executor) {
  done_.emplace(executor);
  done_->expires_at(SteadyTime::max());
  net::asio::co_spawn(executor, pump(), net::asio::detached);
}

net::Awaitable<void> RequestPump::pump() {
  const Result<void> moved = co_await move_body();
  result_ = moved;
  done_->cancel();
  upstream_.watch([client = &client_] { return !client->has_left(); });
  upstream_.allow(limits_.answer_timeout);
  // A client that fails in mid-body will never complete the request: upstream need not be waited
  // for.
  if (!moved && moved.error().side == Side::client) upstream_.connection().stream.abort();
}

net::Awaitable<Result<void>> RequestPump::move_body() {
  const bool chunked = client_.framing().kind == http::Framing::Kind::chunked;
  std::uint64_t size = 0;
  std::array<char, 24> prefix;
  while (true) {
    const auto part = co_await client_.read_body(limits_.read_timeout);
    if (!part) co_return part.error();
    size += part->data.size();
    if (limits_.max_size != 0 && size > limits_.max_size) {
      co_return Error{ErrorCode::body_too_large, Side::client, Retry::no, "client_max_body_size"};
    }
    std::array<net::asio::const_buffer, 3> parts;
    std::size_t count = 0;
    const auto add = [&](std::string_view text) {
      parts[count++] = net::asio::buffer(text.data(), text.size());
    };
    if (chunked && !part->data.empty()) {
      char* end =
          std::to_chars(prefix.data(), prefix.data() + prefix.size() - 2, part->data.size(), 16)
              .ptr;
      *end++ = '\r';
      *end++ = '\n';
      add({prefix.data(), static_cast<std::size_t>(end - prefix.data())});
      add(part->data);
      add(part->last ? "\r\n0\r\n\r\n" : "\r\n");
    } else if (chunked && part->last) {
      add("0\r\n\r\n");
    } else {
      add(part->data);
    }
    const std::span<net::asio::const_buffer> all(parts.data(), count);
    const Result<void> sent = co_await upstream_.send(all, limits_.send_timeout);
    if (!sent || part->last) co_return sent;
  }
}

net::Awaitable<Result<void>> RequestPump::wait() {
  if (!result_) {
    const auto [cancelled] = co_await done_->async_wait(net::as_values);
    static_cast<void>(cancelled);
  }
  co_return *result_;
}

void RequestPump::stop() noexcept {
  if (result_) return;
  client_.stop_reading();
  upstream_.connection().stream.abort();
}

}  // namespace signgate::proxy
