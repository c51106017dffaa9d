// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/cookie_rule.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

config::Media media(const std::string& target, const std::string& domain = "",
                    const std::string& path = "") {
  config::Media made;
  made.name = "photos";
  made.target = target;
  made.cookies.on = true;
  made.cookies.domain = domain;
  made.cookies.path = path;
  return made;
}

CookieRule rule(const std::string& target, const std::string& domain = "",
                const std::string& path = "") {
  return make_cookie_rule(media(target, domain, path)).value();
}

// The Domain, "none" for a cookie without, "refused" where there can be no cookie.
std::string domain(const CookieRule& rule, std::string_view site) {
  const auto found = cookie_domain_for(rule, site);
  if (!found) return "refused";
  return found->empty() ? "none" : std::string(*found);
}

TEST(CookieRule, OpensAllOfTheTarget) {
  const CookieRule made = rule("HTTPS://Media.Example.com:443/private/");
  EXPECT_EQ(made.resource, "https://media.example.com/private/*");
  EXPECT_EQ(made.host, "media.example.com");
  EXPECT_EQ(made.marker, "signgate-media-photos");
  EXPECT_TRUE(made.secure);
  EXPECT_EQ(rule("http://media.example.com:8443/p").resource, "http://media.example.com:8443/p*");
  EXPECT_FALSE(rule("http://media.example.com/p/").secure);
}

TEST(CookieRule, IsForRulesWithCookiesAlone) {
  config::Media off = media("https://m.example.com/p/");
  off.cookies.on = false;
  EXPECT_FALSE(make_cookie_rule(off));
  EXPECT_FALSE(make_cookie_rule(media("ftp://m.example.com/p/")));
}

TEST(CookieRule, HasTheFolderOfTheTargetAsPath) {
  EXPECT_EQ(rule("https://m.example.com/private/").path, "/private/");
  EXPECT_EQ(rule("https://m.example.com/").path, "/");
  // /private* is more than the folder /private/.
  EXPECT_EQ(rule("https://m.example.com/private").path, "/");
  EXPECT_EQ(rule("https://m.example.com/a/b").path, "/a/");
  // A ; would end the attribute, and browsers take no longer path.
  EXPECT_EQ(rule("https://m.example.com/a/b;c/d/").path, "/a/");
  EXPECT_EQ(rule("https://m.example.com/a/" + std::string(2000, 'b') + "/").path, "/a/");
  EXPECT_EQ(rule("https://m.example.com/a/b/", "", "/a/").path, "/a/");
}

TEST(CookieRule, HasAMarkerWhoseNameIsAToken) {
  config::Media odd = media("https://m.example.com/p/");
  odd.name = "my photos;%\xc3\xa9";
  EXPECT_EQ(make_cookie_rule(odd)->marker, "signgate-media-my%20photos%3B%25%C3%A9");
}

TEST(CookieDomain, IsTheLongestThatSiteAndTargetHaveInCommon) {
  const CookieRule made = rule("https://media.eu.example.com/p/");
  EXPECT_EQ(domain(made, "www.eu.example.com"), "eu.example.com");
  EXPECT_EQ(domain(made, "eu.example.com"), "eu.example.com");
  EXPECT_EQ(domain(made, "www.example.com"), "example.com");
  EXPECT_EQ(domain(made, "example.com"), "example.com");
  EXPECT_EQ(domain(made, "a.media.eu.example.com"), "media.eu.example.com");
  EXPECT_EQ(domain(made, "*.eu.example.com"), "eu.example.com");
  EXPECT_EQ(domain(made, "xmedia.eu.example.com"), "eu.example.com");
}

TEST(CookieDomain, IsLeftOutWhereSiteAndTargetAreOne) {
  EXPECT_EQ(domain(rule("https://media.example.com/p/"), "media.example.com"), "none");
  EXPECT_EQ(domain(rule("http://127.0.0.1:8443/p/"), "127.0.0.1"), "none");
  EXPECT_EQ(domain(rule("http://[::1]:8443/p/"), "[::1]"), "none");
  EXPECT_EQ(domain(rule("http://localhost/p/"), "localhost"), "none");
}

TEST(CookieDomain, IsNoneThatBrowsersWouldRefuse) {
  const CookieRule made = rule("https://media.example.co.uk/p/");
  for (const char* site :
       {"www.example.com", "www.other.co.uk", "co.uk", "uk", "", "127.0.0.1", "[::1]",
        "example.co.uk.evil.example", "xexample.co.uk", "www.example.co.uk."}) {
    EXPECT_EQ(domain(made, site), "refused") << site;
  }
  EXPECT_EQ(domain(rule("http://127.0.0.1/p/"), "128.0.0.1"), "refused");
  EXPECT_EQ(domain(rule("https://d1.cloudfront.net/p/"), "d2.cloudfront.net"), "refused");
  EXPECT_EQ(domain(rule("https://a.localhost/p/"), "b.localhost"), "refused");
}

TEST(CookieDomain, IsTheConfiguredOneWhereItHoldsBoth) {
  const CookieRule made = rule("https://media.eu.example.com/p/", "example.com");
  EXPECT_EQ(domain(made, "www.eu.example.com"), "example.com");
  EXPECT_EQ(domain(made, "media.eu.example.com"), "example.com");
  EXPECT_EQ(domain(made, "example.com"), "example.com");
  EXPECT_EQ(domain(made, "*.example.com"), "example.com");
  EXPECT_EQ(domain(made, "www.example.org"), "refused");
  EXPECT_EQ(domain(made, "badexample.com"), "refused");
  EXPECT_EQ(domain(rule("https://media.example.com/p/", "other.com"), "www.other.com"), "refused");
}

TEST(CoversPath, GoesByWholeSegments) {
  EXPECT_TRUE(covers_path("/", "/a"));
  EXPECT_TRUE(covers_path("/a", "/a"));
  EXPECT_TRUE(covers_path("/a", "/a/b"));
  EXPECT_TRUE(covers_path("/a/", "/a/"));
  EXPECT_FALSE(covers_path("/a/", "/a"));
  EXPECT_FALSE(covers_path("/a", "/ab"));
  EXPECT_FALSE(covers_path("/a/b", "/a"));
  EXPECT_FALSE(covers_path("/A", "/a"));
}

}  // namespace
}  // namespace signgate::route
