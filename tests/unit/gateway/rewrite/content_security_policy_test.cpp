// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/content_security_policy.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

constexpr std::string_view edge = "https://d1.cloudfront.net/private/";

// The value as it leaves, from a page at `page` with links below `targets`.
std::string extended(std::string_view value, const std::vector<std::string>& targets,
                     std::string_view page = "https://www.example.com/") {
  std::vector<Url> urls;
  for (const std::string& target : targets)
    urls.push_back(parse_url(target, nullptr).value());
  const Url at = parse_url(page, nullptr).value();
  const auto out = extend_policies(value, urls, at);
  if (!out) return std::string(value);
  EXPECT_NE(*out, value);
  EXPECT_EQ(extend_policies(*out, urls, at), std::nullopt) << "once is enough: " << *out;
  return *out;
}

std::string extended(std::string_view value) {
  return extended(value, {std::string(edge)});
}

// Whether a list of sources is taken to allow the target.
bool allowed(std::string_view sources, const std::string& target,
             std::string_view page = "https://www.example.com/") {
  const std::string value = "img-src " + std::string(sources);
  return extended(value, {target}, page) == value;
}

TEST(ContentSecurityPolicy, AddsTheOriginToWhatStandsAndLacksIt) {
  EXPECT_EQ(extended("img-src 'self'"), "img-src 'self' https://d1.cloudfront.net");
  for (const std::string name :
       {"img-src", "media-src", "font-src", "style-src", "style-src-elem", "connect-src",
        "object-src", "frame-src", "child-src", "manifest-src", "prefetch-src"}) {
    EXPECT_EQ(extended("base-uri 'self'; " + name + " 'self'; form-action 'none'"),
              "base-uri 'self'; " + name + " 'self' https://d1.cloudfront.net; form-action 'none'");
  }
}

TEST(ContentSecurityPolicy, NeverWidensWhatGovernsScripts) {
  for (const char* value :
       {"script-src 'self'", "script-src-elem 'self'; script-src-attr 'none'", "worker-src 'self'",
        "style-src-attr 'none'", "frame-ancestors 'none'", "sandbox", "form-action 'self'",
        "upgrade-insecure-requests", "report-uri /csp", "require-trusted-types-for 'script'", "",
        ";", " ; ", ",", "img-src-elem 'self'"}) {
    EXPECT_EQ(extended(value), value);
  }
  EXPECT_EQ(extended("default-src 'self'; script-src 'nonce-a'; img-src *; media-src *"),
            "default-src 'self'; script-src 'nonce-a'; img-src *; media-src *");
}

TEST(ContentSecurityPolicy, PutsDirectivesBesideADefaultThatSpeaksForThem) {
  EXPECT_EQ(extended("default-src 'self' https://cdn.example"),
            "default-src 'self' https://cdn.example; img-src 'self' https://cdn.example "
            "https://d1.cloudfront.net; media-src 'self' https://cdn.example "
            "https://d1.cloudfront.net");
  EXPECT_EQ(extended("default-src 'none'; img-src 'self'; "),
            "default-src 'none'; img-src 'self' https://d1.cloudfront.net; media-src "
            "https://d1.cloudfront.net");
  EXPECT_EQ(extended("default-src 'self' 'unsafe-inline' 'nonce-abc' 'strict-dynamic'"),
            "default-src 'self' 'unsafe-inline' 'nonce-abc' 'strict-dynamic'; img-src 'self' "
            "https://d1.cloudfront.net; media-src 'self' https://d1.cloudfront.net");
  EXPECT_EQ(extended("default-src https:"), "default-src https:");
  EXPECT_EQ(extended("script-src 'self'"), "script-src 'self'") << "images are free";
}

TEST(ContentSecurityPolicy, EmbedsNothingWhereNothingWasToBeEmbedded) {
  for (const std::string name : {"object-src", "frame-src", "child-src", "Object-Src"}) {
    for (const std::string list : {" 'none'", " 'NONE'", ""}) {
      const std::string policy = name + list + "; img-src 'self'";
      EXPECT_EQ(extended(policy), policy + " https://d1.cloudfront.net");
    }
    EXPECT_EQ(extended(name + " 'self'"), name + " 'self' https://d1.cloudfront.net");
  }
}

TEST(ContentSecurityPolicy, ReplacesNoneAndFillsAnEmptyList) {
  EXPECT_EQ(extended("img-src 'none'"), "img-src https://d1.cloudfront.net");
  EXPECT_EQ(extended("font-src 'NONE' ;x"), "font-src https://d1.cloudfront.net ;x");
  EXPECT_EQ(extended("img-src"), "img-src https://d1.cloudfront.net");
  EXPECT_EQ(extended("img-src ;a"), "img-src https://d1.cloudfront.net ;a");
  EXPECT_EQ(extended("img-src;a"), "img-src https://d1.cloudfront.net;a");
}

TEST(ContentSecurityPolicy, LooksAtEachPolicyOnItsOwn) {
  EXPECT_EQ(extended("img-src 'self', img-src *,media-src data:"),
            "img-src 'self' https://d1.cloudfront.net, img-src *,media-src data: "
            "https://d1.cloudfront.net");
  EXPECT_EQ(extended("default-src 'self', script-src 'self'"),
            "default-src 'self'; img-src 'self' https://d1.cloudfront.net; media-src 'self' "
            "https://d1.cloudfront.net, script-src 'self'");
}

TEST(ContentSecurityPolicy, TakesTheFirstOfTwoDirectivesAndNamesInAnyCase) {
  EXPECT_EQ(extended("IMG-SRC 'self'; img-src 'none'"),
            "IMG-SRC 'self' https://d1.cloudfront.net; img-src 'none'");
  EXPECT_EQ(extended("img-src *; img-src 'none'"), "img-src *; img-src 'none'");
  EXPECT_EQ(extended("Default-Src 'self'; default-src *; media-src *"),
            "Default-Src 'self'; default-src *; media-src *; img-src 'self' "
            "https://d1.cloudfront.net");
}

TEST(ContentSecurityPolicy, KeepsEveryOtherByte) {
  EXPECT_EQ(extended("\t img-src\t'self'   data: ; ;; report-to  x "),
            "\t img-src\t'self'   data: https://d1.cloudfront.net ; ;; report-to  x ");
  EXPECT_EQ(extended("img-src 'self' \xc3\xa4"), "img-src 'self' \xc3\xa4")
      << "a directive outside of ASCII is none";
}

TEST(ContentSecurityPolicy, AddsEachOriginOnceAndOnlyThoseThatLack) {
  EXPECT_EQ(extended("img-src 'self' https://d2.cloudfront.net",
                     {"https://d1.cloudfront.net/a/", "https://d1.cloudfront.net/b/",
                      "https://d2.cloudfront.net/", "http://127.0.0.1:8443/"}),
            "img-src 'self' https://d2.cloudfront.net https://d1.cloudfront.net "
            "http://127.0.0.1:8443");
}

TEST(ContentSecurityPolicy, LeavesOutWhatItCannotName) {
  EXPECT_EQ(extended("img-src 'self'", {"https://[::1]/p/"}), "img-src 'self'");
  Url odd;
  odd.https = true;
  odd.host = "a;script-src";
  const Url page = parse_url("https://www.example.com/", nullptr).value();
  EXPECT_EQ(extend_policies("img-src 'self'", {odd}, page), std::nullopt);
  EXPECT_EQ(extend_policies("img-src 'self'", {}, page), std::nullopt);
}

// Section 6.7.2 of CSP Level 3.
TEST(ContentSecurityPolicy, MatchesSourcesAsBrowsersDo) {
  const std::string target = "https://media.example.com/private/films/";
  for (const char* sources :
       {"*", "https:", "http:", "HTTPS:", "https://media.example.com", "media.example.com",
        "MEDIA.example.COM", "*.example.com", "https://*.example.com", "https://*",
        "http://media.example.com", "media.example.com:443", "media.example.com:*",
        "https://media.example.com/", "https://media.example.com/private/",
        "https://media.example.com/private/films/", "'self' data: *.com", "'none' https:"}) {
    EXPECT_TRUE(allowed(sources, target)) << sources;
  }
  for (const char* sources : {"'self'",
                              "'none'",
                              "data:",
                              "blob:",
                              "ws:",
                              "wss://media.example.com",
                              "wss:x",
                              "example.com",
                              "*.media.example.com",
                              "*example.com",
                              "https://media.example.com:8443",
                              "media.example.com:80",
                              "media.example.com:44x",
                              "https://media.example.com/private",
                              "https://media.example.com/private/films/a.jpg",
                              "https://media.example.com/other/",
                              "ftp://media.example.com",
                              "'https:'",
                              "media.example.com.evil.test",
                              "x"}) {
    EXPECT_FALSE(allowed(sources, target)) << sources;
  }
}

TEST(ContentSecurityPolicy, HoldsSchemesAndPortsAgainstThePage) {
  EXPECT_TRUE(allowed("'self'", "https://www.example.com/private/"));
  EXPECT_TRUE(allowed("'SELF'", "https://www.example.com/private/", "http://www.example.com/"));
  EXPECT_FALSE(allowed("'self'", "http://www.example.com/private/"));
  EXPECT_FALSE(allowed("'self'", "https://www.example.com:8443/private/"));
  EXPECT_TRUE(allowed("'self'", "http://a.test:81/p/", "http://a.test:81/"));
  EXPECT_FALSE(allowed("'self'", "https://a.test:81/p/", "http://a.test:81/"));
  EXPECT_FALSE(allowed("a.test", "http://a.test/")) << "a page over https fetches over https";
  EXPECT_TRUE(allowed("a.test", "http://a.test/", "http://b.test/"));
  EXPECT_FALSE(allowed("https:", "http://a.test/"));
  EXPECT_FALSE(allowed("https://a.test", "http://a.test/", "http://b.test/"));
  EXPECT_TRUE(allowed("a.test:80", "http://a.test/", "http://b.test/"));
  EXPECT_FALSE(allowed("a.test", "https://a.test:8443/"));
  EXPECT_TRUE(allowed("a.test:8443", "https://a.test:8443/"));
  EXPECT_TRUE(allowed("a.test:*", "https://a.test:8443/"));
}

}  // namespace
}  // namespace signgate::rewrite
