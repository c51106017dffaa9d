// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/request_pump.hpp"

#include <array>
#include <charconv>

#include "gateway/base/fault.hpp"
#include "gateway/http/trailers.hpp"
#include "gateway/net/child.hpp"

namespace signgate::proxy {

RequestPump::RequestPump(BodySource& body, upstream::Exchange& upstream, Options options)
    : body_(body), upstream_(upstream), options_(std::move(options)) {}

void RequestPump::start(const net::Executor& executor) {
  done_.emplace(executor);
  const auto ended = [this](const std::exception_ptr& thrown) {
    if (thrown) moved_ = fault_of(thrown);
    result_ = *moved_;
    done_->notify();
    upstream_.watch(std::move(options_.is_wanted));
    upstream_.allow(options_.answer_timeout);
    // A body that fails in the middle will never complete the request: upstream need not be waited
    // for.
    if (!*moved_ && moved_->error().side != Side::upstream) upstream_.connection().stream.abort();
  };
  net::spawn_child(
      executor, [this] { return pump(); }, ended);
}

net::Awaitable<void> RequestPump::pump() {
  const Result<void> moved = co_await move_body();
  moved_ = moved;
}

Result<void> RequestPump::make_ending() {
  ending_ = "0\r\n";
  if (options_.pass_trailers && !body_.trailers().empty()) {
    http::Fields fields;
    const auto parsed = http::parse_trailers(body_.trailers(), Side::client, fields);
    if (!parsed) return parsed.error();
    for (const http::Field& field : fields) {
      if (options_.drop_digests && http::is_digest(field)) continue;
      ending_.append(field.name).append(": ").append(field.value).append("\r\n");
    }
  }
  ending_ += "\r\n";
  return {};
}

net::Awaitable<Result<void>> RequestPump::move_body() {
  std::array<char, 24> prefix;
  while (true) {
    const auto part = co_await body_.next();
    if (!part) co_return part.error();
    std::array<net::asio::const_buffer, 4> parts;
    std::size_t count = 0;
    const auto add = [&](std::string_view text) {
      parts[count++] = net::asio::buffer(text.data(), text.size());
    };
    if (options_.chunked && !part->data.empty()) {
      char* end =
          std::to_chars(prefix.data(), prefix.data() + prefix.size() - 2, part->data.size(), 16)
              .ptr;
      *end++ = '\r';
      *end++ = '\n';
      add({prefix.data(), static_cast<std::size_t>(end - prefix.data())});
      add(part->data);
      add("\r\n");
    } else {
      add(part->data);
    }
    if (options_.chunked && part->last) {
      const auto made = make_ending();
      if (!made) co_return made.error();
      add(ending_);
    }
    const std::span<net::asio::const_buffer> all(parts.data(), count);
    const Result<void> sent = co_await upstream_.send(all, options_.send_timeout);
    if (!sent || part->last) co_return sent;
  }
}

net::Awaitable<Result<void>> RequestPump::wait() {
  while (!result_)
    co_await done_->wait();
  co_return *result_;
}

void RequestPump::stop() noexcept {
  // What has gone out whole is not spoilt although its coroutine's end is still to be told.
  if (moved_) return;
  body_.stop();
  upstream_.connection().stream.abort();
}

}  // namespace signgate::proxy
