// SPDX-License-Identifier: Apache-2.0
#include "policy/resource_pattern.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

struct Row {
  const char* pattern;
  const char* url;
  bool matches;
};

class ResourcePattern : public testing::TestWithParam<Row> {};

TEST_P(ResourcePattern, CoversWhatItSays) {
  EXPECT_EQ(resource_matches(GetParam().pattern, GetParam().url), GetParam().matches)
      << GetParam().pattern << " | " << GetParam().url;
}

constexpr Row literal[] = {
    {"https://e.com/a.jpg", "https://e.com/a.jpg", true},
    {"https://e.com/a.jpg", "https://e.com/a.jpg?x=1", false},
    {"https://e.com/a.jpg", "http://e.com/a.jpg", false},
    {"https://e.com/a.jpg", "https://e.com/A.jpg", false},
    {"https://e.com/a.jpg", "https://e.com/a.jpgx", false},
    {"https://e.com/a?x=1&y=2", "https://e.com/a?x=1&y=2", true},
    {"https://e.com/a?x=1", "https://e.com/a?x=1&y=2", false},
    {"https://e.com/a?x=1", "https://e.com/a", false},
    {"https://e.com/a?", "https://e.com/a", true},
    {"https://e.com/fetch/s3://b/k", "https://e.com/fetch/s3://b/k", true},
    {"https://e.com:8443/a", "https://e.com:8443/a", true},
    {"https://e.com/a", "https://e.com:8443/a", false},
    {"https://e.com", "https://e.com/", true},
    {"https://e.com", "https://e.com/a", false},
    {"https://e.com/", "https://e.com", true},
};
INSTANTIATE_TEST_SUITE_P(Literal, ResourcePattern, testing::ValuesIn(literal));

constexpr Row sections[] = {
    // Within a section a star spans slashes and dots ...
    {"https://e.com/training/*", "https://e.com/training/a/b/c.pdf", true},
    {"https://e.com/training/*", "https://e.com/training/", true},
    {"https://e.com/training/*", "https://e.com/training", false},
    {"https://*.e.com/a", "https://x.y.e.com/a", true},
    {"https://*.e.com/a", "https://e.com/a", false},
    {"https://e.com/*game_download.zip*", "https://e.com/x/game_download.zip?license=yes", true},
    {"https://e.com/*.jpg", "https://e.com/a/b.jpg", true},
    // ... but never over its border.
    {"https://e*/secret/a", "https://evil.org/x/secret/a", false},
    {"https://*e.com/a", "https://evil.org/?e.com/a", false},
    {"https://*.com/a", "https://evil.org/x.com/a", false},
    {"https://e.com/*.jpg", "https://e.com/a.php?x=.jpg", false},
    {"https://e.com/*b", "https://e.com/a?b", false},
    {"h*/a", "https://e.com/a", false},
    {"https*e.com/a", "https://e.com/a", false},
    {"*/a", "https://e.com/a", true},
    {"*/a", "https://e.com/b/a", false},
};
INSTANTIATE_TEST_SUITE_P(Sections, ResourcePattern, testing::ValuesIn(sections));

constexpr Row protocol[] = {
    {"http*://e.com/a", "http://e.com/a", true},
    {"http*://e.com/a", "https://e.com/a", true},
    {"*://e.com/a", "https://e.com/a", true},
    {"http?://e.com/a", "https://e.com/a", false},  // the `?` begins the query
    {"e.com/a", "https://e.com/a", false},
    {"ftp://e.com/a", "https://e.com/a", false},
};
INSTANTIATE_TEST_SUITE_P(Protocol, ResourcePattern, testing::ValuesIn(protocol));

constexpr Row endings[] = {
    // `*` at the end of the path covers any query.
    {"https://e.com/hello*", "https://e.com/hello", true},
    {"https://e.com/hello*", "https://e.com/hello?x=1", true},
    {"https://e.com/hello*", "https://e.com/hello/there?x=1", true},
    {"https://e.com/hello*?*", "https://e.com/hello/there?x=1", true},
    {"https://e.com/*", "https://e.com/?x", true},
    {"https://e.com/*", "https://e.com", true},
    {"https://e.com/*", "https://e.com?x", true},
    // `*` at the end of the domain covers every path and query.
    {"http://e.com*", "http://e.com/a?x", true},
    {"http://e.com*", "http://e.com", true},
    {"http://e.com*", "http://e.com.evil.org/a", true},
    {"http://e.com*/", "http://e.com/a", false},
    {"http://e.com*?x", "http://e.com/a?x", false},
    {"https://*", "https://any.org/a?x", true},
    {"https://*", "http://any.org/a?x", false},
    // Without a protocol.
    {"*e.com", "https://www.e.com/", true},
    {"*e.com", "http://e.com", true},
    {"*e.com", "https://e.com/a", false},
    {"*e.com/*", "https://e.com/a?x", true},
    {"*", "https://any.org/a?x", true},
    {"*", "http://any.org", true},
};
INSTANTIATE_TEST_SUITE_P(Endings, ResourcePattern, testing::ValuesIn(endings));

constexpr Row query[] = {
    {"https://e.com/a?size=*", "https://e.com/a?size=large", true},
    {"https://e.com/a?size=*", "https://e.com/a?size=", true},
    {"https://e.com/a?size=*", "https://e.com/a", false},
    {"https://e.com/a?*", "https://e.com/a", true},
    {"https://e.com/a?*", "https://e.com/b?x", false},
    {"https://e.com/a?x=?", "https://e.com/a?x=1", true},
    {"https://e.com/a?x=?", "https://e.com/a?x=12", false},
    {"https://e.com/a?u=*", "https://e.com/a?u=https://e.org/p?q=1", true},
    {"https://e.com/train?ng/*", "https://e.com/training/a", false},
};
INSTANTIATE_TEST_SUITE_P(Query, ResourcePattern, testing::ValuesIn(query));

TEST(ResourceIsPattern, TellsWhatCouldEverMatch) {
  for (const char* text :
       {"*", "*e.com", "*://e.com/*", "http://e.com", "https://*", "http*://*.e.com/a?b"}) {
    EXPECT_TRUE(resource_is_pattern(text)) << text;
  }
  for (const char* text :
       {"", "e.com/a", "ftp://e.com/a", "https://", "/private/*", "https:/e.com", "://e.com"}) {
    EXPECT_FALSE(resource_is_pattern(text)) << text;
  }
}

}  // namespace
}  // namespace signgate::policy
