// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/cookie_scope.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

TEST(CookieDomain, IsANameInLowerCase) {
  EXPECT_EQ(*parse_cookie_domain("Example.COM"), "example.com");
  EXPECT_EQ(*parse_cookie_domain("a-1.xn--bcher-kva.example"), "a-1.xn--bcher-kva.example");
  EXPECT_EQ(*parse_cookie_domain(std::string(63, 'a') + ".example"),
            std::string(63, 'a') + ".example");
}

TEST(CookieDomain, IsNothingElse) {
  const auto flaw = [](std::string_view text) {
    const auto parsed = parse_cookie_domain(text);
    EXPECT_FALSE(parsed) << text;
    return parsed ? Flaw{} : parsed.error();
  };
  EXPECT_NE(flaw(".example.com").message.find("write \"example.com\""), std::string::npos);
  for (const char* text : {"127.0.0.1", "[::1]", "example.com:443", "https://example.com", "1"})
    EXPECT_NE(flaw(text).message.find("is not a domain"), std::string::npos) << text;
  EXPECT_EQ(flaw("").offset, 0U);
  EXPECT_EQ(flaw("a..b").offset, 2U);
  EXPECT_EQ(flaw("example.com.").offset, 12U);
  EXPECT_EQ(flaw("a;b").offset, 1U);
  EXPECT_EQ(flaw("a b").offset, 1U);
  EXPECT_EQ(flaw("a\r\nb").offset, 1U);
  EXPECT_EQ(flaw("*.example.com").offset, 0U);
  EXPECT_EQ(flaw(std::string(64, 'a') + ".example").offset, 64U);
}

TEST(CookiePath, IsAPathAsInAUrl) {
  EXPECT_EQ(*parse_cookie_path("/"), "/");
  EXPECT_EQ(*parse_cookie_path("/a%20b/,=/"), "/a%20b/,=/");
  const std::string longest = "/" + std::string(max_cookie_path - 1, 'a');
  EXPECT_EQ(*parse_cookie_path(longest), longest);
}

TEST(CookiePath, IsNothingElse) {
  const auto offset = [](std::string_view text) {
    const auto parsed = parse_cookie_path(text);
    EXPECT_FALSE(parsed) << text;
    return parsed ? 0 : parsed.error().offset;
  };
  EXPECT_EQ(offset(""), 0U);
  EXPECT_EQ(offset("private/"), 0U);
  EXPECT_EQ(offset("/a; Domain=example.org"), 2U);
  EXPECT_EQ(offset("/a b"), 2U);
  EXPECT_EQ(offset("/a\nb"), 2U);
  EXPECT_EQ(offset("/a\x7f"), 2U);
  EXPECT_EQ(offset("/a?b"), 2U);
  EXPECT_EQ(offset("/\xc3\xa9"), 1U);
  EXPECT_EQ(offset("/" + std::string(max_cookie_path, 'a')), max_cookie_path);
}

TEST(AddressHost, IsInBracketsOrEndsInANumber) {
  for (const char* host : {"[::1]", "127.0.0.1", "127.0.0.1.", "1", "a.1", "0x7f.1", "a.0xF", "0x"})
    EXPECT_TRUE(is_address_host(host)) << host;
  for (const char* host : {"", "example.com", "1.example", "localhost", "a.0xg", "1a"})
    EXPECT_FALSE(is_address_host(host)) << host;
}

TEST(MediaCookies, AreReadWithTheirPlaces) {
  const Config config = read(
      "[media.photos]\ntarget = 'https://d1.example.net/q/'\nkey = 'K1'\ncookies = 'on'\n"
      "cookie_domain = 'Example.NET'\ncookie_path = '/q/'\n[key.K1]\nprivate_key = 'a'\n"
      "[[server]]\nsign = 'photos'\n[[server.route]]\nlocation = '/'\nreturn = '200'\n");
  EXPECT_EQ(config.media.at(0).cookies, (MediaCookies{.on = true,
                                                      .domain = "example.net",
                                                      .path = "/q/",
                                                      .place = {4, 11},
                                                      .domain_place = {5, 17},
                                                      .path_place = {6, 15}}));
}

TEST(MediaCookies, OpenAllOfTheTargetByCookies) {
  const std::string rule = "target = 'https://d/'\nkey = 'K1'\n";
  EXPECT_EQ(in_media(rule + "cookies = 'on'\n"), Findings{});
  EXPECT_EQ(in_media(rule + "cookies = 'on'\npolicy = 'prefix'\n"), Findings{});
  EXPECT_EQ(in_media(rule + "cookies = 'off'\npolicy = 'prefix'\nscope = 1\n"), Findings{});
  EXPECT_EQ(in_media(rule + "cookies = 'on'\npolicy = 'prefix'\nscope = 1\n"),
            Findings{"4:11: error: cookies = \"on\" opens all of the target to whoever gets the "
                     "cookies, so scope cannot hold it back: set scope = 0 or cookies = \"off\""});
  EXPECT_EQ(in_media("target = 'https://d/*/'\nkey = 'K1'\ncookies = 'on'\n"),
            Findings{"2:10: error: target \"https://d/*/\": with cookies = \"on\" it has no "
                     "\"*\", which the policy would take for a wildcard; write %2A"});
  EXPECT_EQ(in_media(rule + "cookies = 'sometimes'\n"),
            Findings{"4:11: error: cookies must be \"on\" or \"off\" (or true or false), not "
                     "\"sometimes\""});
}

TEST(MediaCookies, WarnOfAScopeOfCookiesThatAreOff) {
  const std::string rule = "target = 'https://d/'\nkey = 'K1'\n";
  EXPECT_EQ(in_media(rule + "cookie_domain = 'example.com'\ncookie_path = '/'\n"),
            (Findings{"4:17: warning: cookie_domain does nothing without cookies = \"on\"",
                      "5:15: warning: cookie_path does nothing without cookies = \"on\""}));
  EXPECT_EQ(
      in_media(rule + "cookies = 'on'\ncookie_domain = '192.0.2.1'\ncookie_path = 'p'\n"),
      (Findings{"5:18: error: cookie_domain \"192.0.2.1\" is not a domain: a cookie has neither "
                "an address nor a port there. Leave it out: the cookie of an address is for "
                "that address alone",
                "6:16: error: cookie_path \"p\" must begin with \"/\""}));
}

}  // namespace
}  // namespace signgate::config
