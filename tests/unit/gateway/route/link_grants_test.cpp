// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/link_grants.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

LinkGrants grants(std::string_view value) {
  LinkGrants made;
  EXPECT_TRUE(made.add(value)) << value;
  return made;
}

TEST(LinkGrants, AllowsNothingUntilSomethingIsListed) {
  EXPECT_FALSE(LinkGrants().allows("/a"));
  EXPECT_FALSE(LinkGrants().allows_below("/"));
  EXPECT_FALSE(grants("").allows("/"));
  EXPECT_FALSE(grants(" , ,").allows("/"));
}

TEST(LinkGrants, AllowsWhatIsListedAndWhatLiesBelowAStar) {
  const LinkGrants some = grants("/private/albums/7/*, /private/users/9.jpg ,/x*");
  EXPECT_TRUE(some.allows("/private/albums/7/"));
  EXPECT_TRUE(some.allows("/private/albums/7/a/b.jpg"));
  EXPECT_TRUE(some.allows("/private/users/9.jpg"));
  EXPECT_TRUE(some.allows("/xyz"));
  EXPECT_FALSE(some.allows("/private/albums/7"));
  EXPECT_FALSE(some.allows("/private/albums/70/a.jpg"));
  EXPECT_FALSE(some.allows("/private/users/9.jpg.exe"));
  EXPECT_FALSE(some.allows("/Private/albums/7/a.jpg"));
  EXPECT_FALSE(some.allows("/"));
  EXPECT_TRUE(grants("/*").allows("/anything"));
}

TEST(LinkGrants, AllowsAllBelowAPrefixByAStarThatCoversIt) {
  const LinkGrants some = grants("/albums/7/*, /albums/8/");
  EXPECT_TRUE(some.allows_below("/albums/7/"));
  EXPECT_TRUE(some.allows_below("/albums/7/x"));
  EXPECT_FALSE(some.allows_below("/albums/7"));
  EXPECT_FALSE(some.allows_below("/albums/"));
  EXPECT_FALSE(some.allows_below("/albums/8/"));
}

TEST(LinkGrants, JoinsSeveralLines) {
  LinkGrants some = grants("/a/*");
  EXPECT_TRUE(some.add("/b/*"));
  EXPECT_TRUE(some.allows("/a/1"));
  EXPECT_TRUE(some.allows("/b/1"));
}

TEST(LinkGrants, ReadsPathsAsBrowsersSendThem) {
  const LinkGrants some = grants("/caf\xC3\xA9/*,/a%20b,/\"q\"");
  EXPECT_TRUE(some.allows("/caf%C3%A9/1.jpg"));
  EXPECT_TRUE(some.allows("/a%20b"));
  EXPECT_TRUE(some.allows("/%22q%22"));
}

TEST(LinkGrants, GrantsNothingOnceAnElementIsMalformed) {
  for (const std::string_view bad :
       {"albums/*", "//h/albums/*", "https://h/albums/*", "*", "/a*b", "/a**", "/*/a", "/a?b=*",
        "/a#*", "/a b", "/a/../*", "/a/..%2f*", "/a/%2e%2e/*", "/a/./*", "/a\\*", "/a\t*", "/\x01",
        "/\xFF*", "/..*"}) {
    LinkGrants some = grants("/before/*");
    EXPECT_FALSE(some.add(bad)) << bad;
    EXPECT_FALSE(some.add("/after/*")) << bad;
    EXPECT_FALSE(some.allows("/before/1")) << bad;
    EXPECT_FALSE(some.allows("/after/1")) << bad;
    EXPECT_FALSE(some.allows_below("/before/")) << bad;
    LinkGrants list;
    EXPECT_FALSE(list.add("/a/*, " + std::string(bad))) << bad;
    EXPECT_FALSE(list.allows("/a/1")) << bad;
  }
}

}  // namespace
}  // namespace signgate::route
