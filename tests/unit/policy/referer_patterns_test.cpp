// SPDX-License-Identifier: Apache-2.0
#include "policy/referer_patterns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/text_pattern.hpp"

namespace signgate::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> patterns(std::string_view site, const SiteForms& forms = {}) {
  const auto made = site_patterns(site, forms);
  EXPECT_TRUE(made.has_value()) << made.error().message;
  return made.has_value() ? *made : std::vector<std::string>{};
}

bool matches(std::string_view pattern, std::string_view referer) {
  return TextPattern::compile(pattern, {.wildcards = true, .variables = true})->matches(referer);
}

TEST(SitePatterns, ASiteIsItsHttpsPages) {
  EXPECT_THAT(patterns("www.example.com"), ElementsAre("https://www.example.com/*"));
}

TEST(SitePatterns, WwwMeansBothWhicheverIsGiven) {
  const SiteForms www{.www = true, .http = false};
  EXPECT_THAT(patterns("example.com", www),
              ElementsAre("https://example.com/*", "https://www.example.com/*"));
  EXPECT_THAT(patterns("www.example.com", www),
              ElementsAre("https://example.com/*", "https://www.example.com/*"));
  EXPECT_THAT(patterns("www.com", www), ElementsAre("https://www.com/*", "https://www.www.com/*"));
}

TEST(SitePatterns, HttpComesBeside) {
  EXPECT_THAT(patterns("example.com", {.www = true, .http = true}),
              ElementsAre("https://example.com/*", "https://www.example.com/*",
                          "http://example.com/*", "http://www.example.com/*"));
}

TEST(SitePatterns, AHostIsWrittenAsBrowsersSendIt) {
  EXPECT_THAT(patterns("WWW.Example.COM"), ElementsAre("https://www.example.com/*"));
  EXPECT_THAT(patterns("xn--bcher-kva.example"), ElementsAre("https://xn--bcher-kva.example/*"));
  EXPECT_THAT(patterns("localhost:8443"), ElementsAre("https://localhost:8443/*"));
  EXPECT_THAT(patterns("site.example:0443"), ElementsAre("https://site.example/*"));
  EXPECT_THAT(patterns("site.example:80", {.www = false, .http = true}),
              ElementsAre("https://site.example:80/*", "http://site.example/*"));
  EXPECT_THAT(patterns("127.0.0.1:8080", {.www = false, .http = true}),
              ElementsAre("https://127.0.0.1:8080/*", "http://127.0.0.1:8080/*"));
  EXPECT_THAT(patterns("[2001:DB8:0:0::1]:8443"), ElementsAre("https://[2001:db8::1]:8443/*"));
  EXPECT_THAT(patterns("0xcafe.example"), ElementsAre("https://0xcafe.example/*"));
}

TEST(SitePatterns, WhatIsNoSiteIsRefusedWithAReason) {
  struct Case {
    std::string site;
    std::string why;
    SiteForms forms;
  };
  for (const auto& [site, why, forms] : {
           Case{"", "empty", {}},
           Case{"https://example.com", "scheme", {}},
           Case{"example.com/gallery", "path", {}},
           Case{"*.example.com", "--referer", {}},
           Case{"b\xC3\xBC"
                "cher.example",
                "punycode",
                {}},
           Case{"user@example.com", "host name", {}},
           Case{"example..com", "host name", {}},
           Case{"example.com.", "host name", {}},
           Case{std::string(64, 'a') + ".example", "host name", {}},
           Case{"exa mple.com", "host name", {}},
           Case{"example.com:", "port", {}},
           Case{"example.com:0", "port", {}},
           Case{"example.com:65536", "port", {}},
           Case{"example.com:80x", "port", {}},
           Case{"1.2.3", "IPv4", {}},
           Case{"1.2.3.0x4", "IPv4", {}},
           Case{"256.1.1.1", "IPv4", {}},
           Case{"[::1", "bracket", {}},
           Case{"[::1]x:80", "bracket", {}},
           Case{"[::ffff:1.2.3.4]", "IPv6", {}},
           Case{"[example]", "IPv6", {}},
           Case{"127.0.0.1", "www.", {.www = true, .http = false}},
       }) {
    const auto made = site_patterns(site, forms);
    ASSERT_FALSE(made.has_value()) << site;
    EXPECT_THAT(made.error().message, HasSubstr(why)) << site;
  }
}

TEST(SitePatterns, TheyMatchWhatBrowsersSendAndNotMore) {
  for (const std::string& pattern : patterns("example.com", {.www = true, .http = false})) {
    const std::string host = pattern.substr(0, pattern.size() - 1);
    EXPECT_TRUE(matches(pattern, host)) << pattern;
    EXPECT_TRUE(matches(pattern, host + "gallery/7?page=2")) << pattern;
  }
  const std::string pattern = patterns("example.com").front();
  for (const char* foreign : {"https://example.com.evil.example/", "http://example.com/",
                              "https://evil.example/https://example.com/", "https://example.com",
                              "https://example.com:8443/", "https://www.example.com/", ""})
    EXPECT_FALSE(matches(pattern, foreign)) << foreign;
}

TEST(RefererDoubts, ThereAreNoneAboutPatternsThatBrowsersMatch) {
  for (const char* pattern :
       {"https://www.example.com/*", "http://example.com/*", "https://example.com:8443/*",
        "http?://example.com/*", "https://xn--bcher-kva.example/*", "https://[2001:db8::1]/*"})
    EXPECT_THAT(referer_doubts(pattern), IsEmpty()) << pattern;
}

TEST(RefererDoubts, EachHasItsReason) {
  struct Case {
    std::string pattern;
    std::string why;
  };
  for (const auto& [pattern, why] : {
           Case{"*", "every Referer"},
           Case{"*.example.com/*", "other sites' pages"},
           Case{"?ttps://example.com/*", "other sites' pages"},
           Case{"https://*.example.com/*", "other sites' pages"},
           Case{"http*://example.com/*", "other sites' pages"},
           Case{"http?://example.com:443/*", "own port"},
           Case{"https://*", "hosts that begin with it"},
           Case{"https://example.com*", "hosts that begin with it"},
           Case{"example.com/*", "scheme"},
           Case{"HTTPS://example.com/*", "scheme"},
           Case{"ftp://example.com/*", "scheme"},
           Case{"https://example.com", "lacks the slash"},
           Case{"https://example.com/", "ends in the slash"},
           Case{"https://example.com/gallery/*", "holds a path"},
           Case{"https://example.com/index.html", "holds a path"},
           Case{"https://example.com/*#top", "fragment"},
           Case{"https://Example.com/*", "upper case"},
           Case{"https://b\xC3\xBC"
                "cher.example/*",
                "punycode"},
           Case{"https://example.com:443/*", "port"},
           Case{"http://example.com:80/*", "port"},
           Case{"https://user@example.com/*", "user"},
           Case{"https:///*", "no host"},
       }) {
    const auto doubts = referer_doubts(pattern);
    EXPECT_THAT(doubts, ::testing::Contains(HasSubstr(why))) << pattern;
  }
}

TEST(RefererPattern, WhatCannotStandInAPolicyIsRefused) {
  for (const char* pattern : {"", "https://a b/*", "https://a/*\n", "https://\x80/*",
                              "https://${aws:username}/*", "https://a/${"})
    EXPECT_TRUE(check_referer_pattern(pattern)) << pattern;
  for (const char* pattern : {"*", "https://a/*",
                              "https://b\xC3\xBC"
                              "cher/*",
                              "https://a/${*}"})
    EXPECT_FALSE(check_referer_pattern(pattern)) << pattern;
}

}  // namespace
}  // namespace signgate::policy
