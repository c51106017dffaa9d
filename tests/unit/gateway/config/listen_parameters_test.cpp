// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/listen_parameters.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

using TcpKeepalive = ListenOptions::TcpKeepalive;

Listen read(std::string_view text) {
  const std::size_t space = std::min(text.find(' '), text.size());
  Listen listen{.address = std::string(text.substr(0, space))};
  const auto flaw = read_listen_parameters(text, space, true, listen);
  EXPECT_FALSE(flaw) << text << ": " << flaw->message;
  return listen;
}

Flaw flaw_of(std::string_view text, bool takes_any = true) {
  const std::size_t space = std::min(text.find(' '), text.size());
  Listen listen{.address = std::string(text.substr(0, space))};
  const auto flaw = read_listen_parameters(text, space, takes_any, listen);
  EXPECT_TRUE(flaw) << text;
  return flaw.value_or(Flaw{});
}

TEST(ReadListenParameters, TakesThoseOfNginx) {
  EXPECT_EQ(read("80"), (Listen{.address = "80"}));
  EXPECT_EQ(read("443 ssl  default_server proxy_protocol reuseport").options, ListenOptions{});
  const Listen flags = read("443 ssl default_server proxy_protocol");
  EXPECT_TRUE(flags.ssl && flags.default_server && flags.proxy_protocol);
  EXPECT_FALSE(flags.options);
  ListenOptions all;
  all.backlog = 1024;
  all.ipv6only = false;
  all.deferred = true;
  all.fastopen = 5;
  all.rcvbuf = 65536;
  all.sndbuf = 131072;
  all.so_keepalive = TcpKeepalive{true, 1800, 0, 10};
  EXPECT_EQ(read("[::]:80 backlog=1024 ipv6only=off deferred fastopen=5 so_keepalive=30m::10 "
                 "rcvbuf=64k sndbuf=131072")
                .options,
            all);
  EXPECT_EQ(read("80 bind").options, ListenOptions{});
}

TEST(ReadListenParameters, TakesSoKeepaliveInParts) {
  const auto of = [](const std::string& value) {
    return *read("80 so_keepalive=" + value).options->so_keepalive;
  };
  EXPECT_EQ(of("on"), (TcpKeepalive{}));
  EXPECT_EQ(of("off"), (TcpKeepalive{.on = false}));
  EXPECT_EQ(of("1s:2:3"), (TcpKeepalive{true, 1, 2, 3}));
  EXPECT_EQ(of(":7:"), (TcpKeepalive{true, 0, 7, 0}));
  EXPECT_EQ(of("::127"), (TcpKeepalive{true, 0, 0, 127}));
  EXPECT_EQ(of("32767s::"), (TcpKeepalive{true, 32767, 0, 0}));
}

TEST(ReadListenParameters, RefusesTheRest) {
  for (const char* text : {"80 backlog=0",
                           "80 backlog=",
                           "80 backlog",
                           "80 backlog=2147483648",
                           "80 fastopen=-1",
                           "80 ipv6only=on",
                           "[::]:80 ipv6only=yes",
                           "80 so_keepalive=::",
                           "80 so_keepalive=",
                           "80 so_keepalive=1:2",
                           "80 so_keepalive=1:2:3:4",
                           "80 so_keepalive=::128",
                           "80 so_keepalive=::0",
                           "80 so_keepalive=32768::",
                           "80 so_keepalive=10ms::",
                           "80 reuseport=on",
                           "80 ssl=on",
                           "80 bind=on",
                           "80 rcvbuf",
                           "80 rcvbuf=0",
                           "80 sndbuf=2g",
                           "80 sndbuf=much",
                           "80 http2",
                           "80 quic",
                           "80 spdy",
                           "80 setfib=1",
                           "80 accept_filter=httpready"}) {
    EXPECT_EQ(flaw_of(text).offset, std::string_view(text).find(' ') + 1) << text;
  }
  EXPECT_EQ(flaw_of("80 so_keepalive=x").message,
            "has \"so_keepalive=x\": so_keepalive= must be on, off or IDLE:INTERVAL:COUNT, such as "
            "30m::10: spans from 1s to 32767s and a number from 1 to 127");
  EXPECT_EQ(flaw_of("80 http2").message, "has \"http2\": HTTP/2 is not there yet: leave it out");
  EXPECT_EQ(flaw_of("80 ssl", false).message, "takes an address alone, without \"ssl\"");
}

}  // namespace
}  // namespace signgate::config
