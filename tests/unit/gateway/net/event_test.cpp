// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/event.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace signgate::net {
namespace {

Awaitable<void> note_the_end(Event& event, std::optional<Milliseconds> span, bool& ended) {
  if (span) {
    co_await event.wait_for(*span);
  } else {
    co_await event.wait();
  }
  ended = true;
}

TEST(Event, WaitsUntilItIsNotified) {
  asio::io_context io;
  Event event(io.get_executor());
  bool ended = false;
  asio::co_spawn(io, note_the_end(event, std::nullopt, ended), asio::detached);
  io.poll();
  EXPECT_FALSE(ended);
  event.notify();
  io.run();
  EXPECT_TRUE(ended);
}

TEST(Event, WaitsNoLongerThanTheSpan) {
  asio::io_context io;
  Event event(io.get_executor());
  bool ended = false;
  asio::co_spawn(io, note_the_end(event, Milliseconds(1), ended), asio::detached);
  io.run();
  EXPECT_TRUE(ended);
}

TEST(Event, EndsALongSpanWhenItIsNotified) {
  asio::io_context io;
  Event event(io.get_executor());
  bool ended = false;
  asio::co_spawn(io, note_the_end(event, std::chrono::hours(1), ended), asio::detached);
  io.poll();
  event.notify();
  io.run();
  EXPECT_TRUE(ended);
}

TEST(Event, RemembersNothing) {
  asio::io_context io;
  Event event(io.get_executor());
  event.notify();
  bool ended = false;
  asio::co_spawn(io, note_the_end(event, std::nullopt, ended), asio::detached);
  io.poll();
  EXPECT_FALSE(ended);
  event.notify();
  io.run();
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace signgate::net
