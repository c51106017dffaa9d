// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/tunnel.hpp"

#include <array>

#include "gateway/base/fault.hpp"
#include "gateway/net/child.hpp"

namespace signgate::proxy {

Tunnel::Tunnel(ClientStream& client, upstream::Exchange& upstream, BufferPool& buffers,
               const net::Executor& executor, const Limits& limits)
    : client_(client),
      upstream_(upstream),
      buffers_(buffers),
      executor_(executor),
      limits_(limits),
      up_ended_(executor) {}

net::Awaitable<Result<void>> Tunnel::run() {
  const auto ended = [this](const std::exception_ptr& thrown) {
    if (thrown) fail(fault_of(thrown));
    up_done_ = true;
    up_ended_.notify();
  };
  net::spawn_child(
      executor_, [this] { return run_up(); }, ended);
  Result<void> down;
  std::exception_ptr thrown;
  try {
    down = co_await move_down();
  } catch (...) {
    thrown = std::current_exception();
  }
  if (thrown) down = fault_of(thrown);
  if (!down) fail(down.error());
  while (!up_done_)
    co_await up_ended_.wait();
  if (failure_) co_return *failure_;
  co_return Result<void>();
}

net::Awaitable<void> Tunnel::run_up() {
  const Result<void> up = co_await move_up();
  if (!up) fail(up.error());
}

// Whoever moves something gives both ways time.
void Tunnel::touch() noexcept {
  client_.postpone_read(limits_.idle);
  upstream_.connection().stream.postpone_read(limits_.idle);
}

void Tunnel::fail(const Error& error) {
  if (failure_) return;
  failure_ = error;
  client_.stop_reading();
  upstream_.connection().stream.abort();
}

net::Awaitable<Result<void>> Tunnel::move_up() {
  bool more = false;  // a read that filled its buffer may have left something
  while (!failure_) {
    if (!more) {
      const Result<void> ready = co_await client_.wait_readable(limits_.idle);
      if (!ready) co_return ready.error();
      if (failure_) break;
    }
    BufferPool::Buffer buffer = buffers_.take();
    const std::span<char> into(buffer.get(), limits::tunnel_buffer);
    const Result<std::size_t> read = co_await client_.read_tunnel(into, limits_.idle);
    if (!read) co_return read.error();
    if (*read == 0) {
      buffers_.give(std::move(buffer));
      upstream_.connection().stream.shut_down();
      break;
    }
    touch();
    more = *read == into.size();
    std::array<net::asio::const_buffer, 1> parts = {net::asio::buffer(buffer.get(), *read)};
    const Result<void> sent = co_await upstream_.send(parts, limits_.peer_timeout);
    if (!sent) co_return sent.error();
    touch();
    buffers_.give(std::move(buffer));
  }
  co_return Result<void>();
}

net::Awaitable<Result<void>> Tunnel::move_down() {
  net::Stream& stream = upstream_.connection().stream;
  // The head of the 101, and what came with it.
  const std::array<std::string_view, 1> rest = {upstream_.take_rest()};
  const Result<void> begun = co_await client_.write(rest, false, limits_.client_timeout);
  if (!begun) co_return begun.error();
  bool more = false;
  while (!failure_) {
    if (!more) {
      const Result<void> ready = co_await stream.wait_readable(limits_.idle);
      if (!ready) co_return ready.error();
      if (failure_) break;
    }
    BufferPool::Buffer buffer = buffers_.take();
    const std::span<char> into(buffer.get(), limits::tunnel_buffer);
    const Result<std::size_t> read = co_await stream.read_some(into, limits_.idle);
    if (!read) co_return read.error();
    if (*read == 0) {
      buffers_.give(std::move(buffer));
      client_.end_tunnel();
      break;
    }
    touch();
    more = *read == into.size();
    const std::array<std::string_view, 1> parts = {std::string_view(buffer.get(), *read)};
    const Result<void> sent = co_await client_.write(parts, false, limits_.client_timeout);
    if (!sent) co_return sent.error();
    touch();
    buffers_.give(std::move(buffer));
  }
  co_return Result<void>();
}

}  // namespace signgate::proxy
