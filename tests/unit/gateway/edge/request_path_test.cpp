// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/request_path.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

TEST(RequestPath, AKeyIsDecodedAndNothingElse) {
  EXPECT_EQ(object_key("/a/b.jpg"), "a/b.jpg");
  EXPECT_EQ(object_key("/"), "");
  EXPECT_EQ(object_key("/a%20b%2fc+d"), "a b/c+d");
  EXPECT_EQ(object_key("/%C3%A9"), "é");
  EXPECT_EQ(object_key("//a/../b"), "/a/../b");
  EXPECT_EQ(object_key("/%25zz"), "%zz");
  for (const std::string_view path : {"/%", "/%4", "/%zz", "/a%g0", "/%ff", "/%C3", "/\xff"}) {
    EXPECT_FALSE(object_key(path)) << path;
  }
}

TEST(RequestPath, NormalisesAsRfc3986) {
  struct Case {
    std::string_view path;
    std::string_view expected;
  };
  for (const Case& c : {
           Case{"/a/b", "/a/b"},
           Case{"/%70rivate/%7Ea", "/private/~a"},
           Case{"/a%2fb%3f", "/a%2Fb%3F"},
           Case{"/a/./b/.", "/a/b/"},
           Case{"/a/../b", "/b"},
           Case{"/a/b/..", "/a/"},
           Case{"/../../a", "/a"},
           Case{"/a/%2e%2e/b", "/b"},
           Case{"//a//b", "//a//b"},
           Case{"/..", "/"},
           Case{"/", "/"},
           Case{"/...", "/..."},
           Case{"/a%", "/a%"},
       }) {
    EXPECT_EQ(normalised_path(c.path), c.expected) << c.path;
  }
}

TEST(RequestPath, APatternCoversEverySpellingOfItsObjects) {
  const auto matches = [](std::string_view pattern, std::string_view path) {
    return path_matches(pattern, normalised_path(path), *object_key(path));
  };
  EXPECT_TRUE(matches("private/*", "/private/a.jpg"));
  EXPECT_TRUE(matches("/private/*", "/private/a.jpg"));
  EXPECT_TRUE(matches("private/*", "/private/"));
  EXPECT_TRUE(matches("private/*", "/%70rivate/a.jpg"));
  EXPECT_TRUE(matches("private/*", "/private%2Fa.jpg"));
  EXPECT_TRUE(matches("private/*", "/public/../private/a.jpg"));
  EXPECT_TRUE(matches("private/*", "/private/../public/a.jpg"));
  EXPECT_TRUE(matches("*.jpg", "/a/b.jpg"));
  EXPECT_TRUE(matches("a?.jpg", "/ab.jpg"));
  EXPECT_TRUE(matches("*", "/"));
  EXPECT_FALSE(matches("private/*", "/Private/a.jpg"));
  EXPECT_FALSE(matches("private/*", "/private"));
  EXPECT_FALSE(matches("private/*", "/a/private/b.jpg"));
  EXPECT_FALSE(matches("*.jpg", "/a.JPG"));
}

}  // namespace
}  // namespace signgate::edge
