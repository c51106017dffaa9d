// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/address.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signgate::config {
namespace {

TEST(ParseListen, TakesEveryFormOfNginx) {
  EXPECT_EQ(*parse_listen("127.0.0.1:8080"), (Address{"127.0.0.1", 8080, ""}));
  EXPECT_EQ(*parse_listen("127.0.0.1"), (Address{"127.0.0.1", 80, ""}));
  EXPECT_EQ(*parse_listen("8080"), (Address{"*", 8080, ""}));
  EXPECT_EQ(*parse_listen("0"), (Address{"*", 0, ""}));
  EXPECT_EQ(*parse_listen("*:81"), (Address{"*", 81, ""}));
  EXPECT_EQ(*parse_listen("localhost:0"), (Address{"localhost", 0, ""}));
  EXPECT_EQ(*parse_listen("[::]:443"), (Address{"::", 443, ""}));
  EXPECT_EQ(*parse_listen("[::1]"), (Address{"::1", 80, ""}));
  EXPECT_EQ(parse_listen("unix:/run/s.sock")->unix_path, "/run/s.sock");
}

TEST(ParseListen, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "example.com:80", "127.0.0.1:", "127.0.0.1:65536", "65536", "[::1",
                           "[::1]x", "[127.0.0.1]:80", "::1", "256.0.0.1:80", "127.0.0.1:80 ssl",
                           "127.0.0.1:-1", "unix:", "127.0.0.1:0x50"}) {
    EXPECT_FALSE(parse_listen(text)) << text;
  }
  EXPECT_FALSE(parse_listen("unix:/" + std::string(107, 'a')));
  EXPECT_TRUE(parse_listen("unix:/" + std::string(106, 'a')));
}

TEST(ParseListen, PointsAtThePort) {
  const auto flaw = parse_listen("127.0.0.1:70000").error();
  EXPECT_EQ(flaw.offset, 10U);
  EXPECT_EQ(flaw.message, "has a port that must be an integer from 0 to 65535, not \"70000\"");
}

TEST(ExpandListen, GivesEachPortOfARange) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(*expand_listen("127.0.0.1:8000-8002"),
            (Texts{"127.0.0.1:8000", "127.0.0.1:8001", "127.0.0.1:8002"}));
  EXPECT_EQ(*expand_listen("80-81"), (Texts{"80", "81"}));
  EXPECT_EQ(*expand_listen("[::]:80-81"), (Texts{"[::]:80", "[::]:81"}));
  EXPECT_EQ(*expand_listen("*:65535-65535"), Texts{"*:65535"});
  for (const char* single :
       {"", "80", "127.0.0.1:80", "unix:/run/a-1:8-9", "127.0.0.1-2", "a-b", "1-2-3"})
    EXPECT_EQ(*expand_listen(single), Texts{single}) << single;
  for (const char* wrong : {"-", "81-80", "80-", "-80", "0-80", "65535-65536", "*:-1", "1-1025"})
    EXPECT_FALSE(expand_listen(wrong)) << wrong;
  EXPECT_EQ(expand_listen("1-1024")->size(), most_ports);
}

TEST(Canonical, SpellingsOfOneSocketAreEqual) {
  const auto of = [](std::string_view text) { return canonical(*parse_listen(text)); };
  EXPECT_EQ(of("81"), of("*:81"));
  EXPECT_EQ(of("81"), of("0.0.0.0:81"));
  EXPECT_EQ(of("localhost:81"), of("127.0.0.1:81"));
  EXPECT_EQ(of("[::1]:81"), of("[0:0:0:0:0:0:0:1]:81"));
  EXPECT_EQ(of("[2001:DB8::A]:81"), of("[2001:db8:0::a]:81"));
  EXPECT_EQ(of("127.0.0.1"), of("127.0.0.1:80"));
  EXPECT_NE(of("81"), of("[::]:81"));
  EXPECT_NE(of("81"), of("127.0.0.1:81"));
  EXPECT_NE(of("81"), of("82"));
  EXPECT_EQ(of("unix:a"), of("unix:a"));
  EXPECT_NE(of("unix:a"), of("unix:b"));
}

TEST(Covers, AWildcardTakesTheAddressesOfItsFamilyAndPort) {
  const auto covered = [](std::string_view wildcard, std::string_view other) {
    return covers(canonical(*parse_listen(wildcard)), canonical(*parse_listen(other)));
  };
  EXPECT_TRUE(covered("81", "127.0.0.1:81"));
  EXPECT_TRUE(covered("0.0.0.0:81", "localhost:81"));
  EXPECT_TRUE(covered("[::]:81", "[::1]:81"));
  EXPECT_FALSE(covered("81", "127.0.0.1:82"));
  EXPECT_FALSE(covered("81", "[::1]:81"));
  EXPECT_FALSE(covered("[::]:81", "127.0.0.1:81"));
  EXPECT_FALSE(covered("[::]:81", "81"));
  EXPECT_FALSE(covered("81", "*:81"));
  EXPECT_FALSE(covered("127.0.0.1:81", "81"));
  EXPECT_FALSE(covered("0", "127.0.0.1:0"));
  EXPECT_FALSE(covered("80", "unix:a"));
}

TEST(ParsePeer, TakesHostsWithAndWithoutAPort) {
  EXPECT_EQ(*parse_peer("app"), (Address{"app", 80, ""}));
  EXPECT_EQ(*parse_peer("my_app.local:3000"), (Address{"my_app.local", 3000, ""}));
  EXPECT_EQ(*parse_peer("[2001:db8::1]:3000"), (Address{"2001:db8::1", 3000, ""}));
  EXPECT_EQ(parse_peer("unix:app.sock")->unix_path, "app.sock");
}

TEST(ParsePeer, RefusesWhatIsNoServer) {
  for (const char* text : {"", ":80", "app:0", "app:http", "app:", "http://app", "a b", "a/b", "-a",
                           ".a", "[app]:80"}) {
    EXPECT_FALSE(parse_peer(text)) << text;
  }
}

}  // namespace
}  // namespace signgate::config
