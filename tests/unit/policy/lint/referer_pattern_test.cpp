// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/referer_pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate::policy::lint {
namespace {

/// The codes of a value's flaws, with blanks between.
std::string flaws(std::string_view text, const RefererRules& rules = {}) {
  std::string out;
  for (const RefererFlaw& flaw : referer_flaws(text, rules))
    out += (out.empty() ? "" : " ") + std::string(codes[flaw.code].code);
  return out;
}

TEST(RefererPattern, TakesWhatBrowsersSend) {
  EXPECT_EQ(flaws("https://site.example/*"), "");
  EXPECT_EQ(flaws("http://site.example/*"), "");
  EXPECT_EQ(flaws("http?://site.example/*"), "");
  EXPECT_EQ(flaws("https://site.example:8443/*"), "");
  EXPECT_EQ(flaws("https://site.example:*/*"), "");
  EXPECT_EQ(flaws("https://site.example:*"), "");
  EXPECT_EQ(flaws("https://[2001:db8::1]/*"), "");
  EXPECT_EQ(flaws("https://[2001:db8::1]:8443/*"), "");
  EXPECT_EQ(flaws("https://xn--bcher-kva.example/*"), "");
  EXPECT_EQ(flaws("https://site.example/"), "");
  EXPECT_EQ(flaws("https://site.example/", {.wildcards = false}), "");
}

TEST(RefererPattern, KnowsWhatNoBrowserSends) {
  EXPECT_EQ(flaws(""), "referer-no-scheme");
  EXPECT_EQ(flaws("site.example/*"), "referer-no-scheme");
  EXPECT_EQ(flaws("//site.example/*"), "referer-no-scheme");
  EXPECT_EQ(flaws("ftp://site.example/*"), "referer-no-scheme");
  EXPECT_EQ(flaws("https?://site.example/*"), "referer-no-scheme");
  EXPECT_EQ(flaws("http?://site.example/*", {.wildcards = false}), "referer-operator");
  EXPECT_EQ(flaws("http?://site.example/", {.wildcards = false}), "referer-no-scheme");
  EXPECT_EQ(flaws("http?://site.example:443/*"), "referer-default-port");
  EXPECT_EQ(flaws("https://site.example"), "referer-no-slash");
  EXPECT_EQ(flaws("https://site.example/gallery/*"), "referer-path");
  EXPECT_EQ(flaws("https://site.example/?page=*"), "referer-path");
  EXPECT_EQ(flaws("https://site.example/**"), "");
  EXPECT_EQ(flaws("https://Site.example/*"), "referer-case");
  EXPECT_EQ(flaws("HTTPS://site.example/*"), "referer-case");
  EXPECT_EQ(flaws("https://site.example:443/*"), "referer-default-port");
  EXPECT_EQ(flaws("http://site.example:80/*"), "referer-default-port");
  EXPECT_EQ(flaws("http://site.example:443/*"), "");
  EXPECT_EQ(flaws("https://site.example/#a"), "referer-fragment");
  EXPECT_EQ(flaws("https://site.example#a"), "referer-fragment");
  EXPECT_EQ(flaws("https://b\xc3\xbc"
                  "cher.example/*"),
            "referer-idn");
  EXPECT_EQ(flaws("https://me@site.example/*"), "referer-no-page");
  EXPECT_EQ(flaws("https://me:secret@site.example/"), "referer-no-page");
  EXPECT_EQ(flaws("https:///*"), "referer-no-page");
  EXPECT_EQ(flaws("https://site.example /*"), "referer-no-page");
  EXPECT_EQ(flaws("https://site.example/*\t"), "referer-no-page referer-path");
  EXPECT_EQ(flaws("https://*@site.example/*"), "referer-wide");
  EXPECT_EQ(flaws("https://site.example/*", {.wildcards = false}), "referer-operator");
}

TEST(RefererPattern, KnowsWhatOthersSendToo) {
  EXPECT_EQ(flaws("*"), "referer-wide");
  EXPECT_EQ(flaws("*site.example/*"), "referer-wide");
  EXPECT_EQ(flaws("*://site.example/*"), "referer-wide");
  EXPECT_EQ(flaws("http*://site.example/*"), "referer-wide");
  EXPECT_EQ(flaws("https://*"), "referer-wide");
  EXPECT_EQ(flaws("https://*/*"), "referer-wide");
  EXPECT_EQ(flaws("https://site*.example/*"), "referer-wide");
  EXPECT_EQ(flaws("https://*site.example/*"), "referer-wide");
  EXPECT_EQ(flaws("https://site.example*"), "referer-open-end");
  EXPECT_EQ(flaws("https://*.site.example/*"), "referer-subdomains");
}

TEST(RefererPattern, MindsWhatIsKnownOfThePages) {
  EXPECT_EQ(flaws("https://site.example/gallery/*", {.with_path = true}), "");
  EXPECT_EQ(flaws("https://Site.example/", {.wildcards = false, .ignore_case = true}), "");
}

TEST(RefererPattern, TellsAllThatIsWrong) {
  EXPECT_EQ(flaws("https://Site.example:443/a/*"),
            "referer-case referer-default-port referer-path");
}

TEST(RefererPattern, NamesAnExample) {
  EXPECT_EQ(referer_flaws("https://site.example*", {}).at(0).message,
            "\"https://site.example*\" matches longer hosts too, such as "
            "https://site.example.evil.example/");
}

}  // namespace
}  // namespace signgate::policy::lint
