// SPDX-License-Identifier: Apache-2.0
#include "signing/url_sections.hpp"

#include <gtest/gtest.h>

namespace signgate::signing {
namespace {

TEST(UrlSections, CutAtTheirBorders) {
  const UrlSections url = url_sections("https://h.test:8443/a/b?x=1?y#z");
  EXPECT_EQ(url.protocol, "https");
  EXPECT_EQ(url.domain, "h.test:8443");
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(url.query, "x=1?y");
}

TEST(UrlSections, MayBeMissing) {
  const UrlSections pattern = url_sections("*e.com/");
  EXPECT_EQ(pattern.protocol, "");
  EXPECT_EQ(pattern.domain, "*e.com");
  EXPECT_EQ(pattern.path, "/");
  EXPECT_FALSE(pattern.query);
  EXPECT_EQ(url_sections("https://h").path, "");
  EXPECT_EQ(url_sections("https://h?").query, "");
  EXPECT_EQ(url_sections("").domain, "");
}

TEST(UrlSections, JoinToWhatTheyWere) {
  for (const char* url : {"https://h/a?b", "http://h", "*://h:1/a/?", "http*://h/*"})
    EXPECT_EQ(join_url(url_sections(url)), url);
}

}  // namespace
}  // namespace signgate::signing
