// SPDX-License-Identifier: Apache-2.0
#include "signing/prefix_resource.hpp"

#include <gtest/gtest.h>

namespace signgate::signing {
namespace {

TEST(IsPattern, IsWhatAPolicyWouldReadAsMoreThanOneAddress) {
  EXPECT_TRUE(is_pattern("https://d.example/private/*"));
  EXPECT_TRUE(is_pattern("https://d.example/private/a.jpg?w=*"));
  EXPECT_TRUE(is_pattern("https://d.example/private/a.jpg?w=1?"));
  EXPECT_TRUE(is_pattern("https://d.example/private/????.jpg"));
  EXPECT_FALSE(is_pattern("https://d.example/private/a.jpg"));
  EXPECT_FALSE(is_pattern("https://d.example/private/a.jpg?w=1&h=2"));
  EXPECT_FALSE(is_pattern("https://d.example/private/%2A.jpg"));
}

constexpr std::string_view target = "https://d.example/private/";

std::string resource(std::string_view below, std::size_t scope) {
  return prefix_resource(std::string(target).append(below), target.size(), scope).value_or("none");
}

TEST(PrefixResource, KeepsAsManySegmentsAsTheScopeSays) {
  EXPECT_EQ(resource("albums/7/a.jpg", 0), "https://d.example/private/*");
  EXPECT_EQ(resource("albums/7/a.jpg", 1), "https://d.example/private/albums/*");
  EXPECT_EQ(resource("albums/7/a.jpg", 2), "https://d.example/private/albums/7/*");
  EXPECT_EQ(resource("albums/7/", 2), "https://d.example/private/albums/7/*");
  EXPECT_EQ(resource("", 0), "https://d.example/private/*");
}

TEST(PrefixResource, LeavesTheQueryToTheWildcard) {
  EXPECT_EQ(resource("albums/a.jpg?w=1/2", 1), "https://d.example/private/albums/*");
  EXPECT_EQ(resource("a.jpg?w=1?2*", 0), "https://d.example/private/*");
}

TEST(PrefixResource, OpensNothingFurtherUpThanTheScope) {
  EXPECT_EQ(resource("a.jpg", 1), "https://d.example/private/a.jpg");
  EXPECT_EQ(resource("albums/a.jpg?w=1", 2), "https://d.example/private/albums/a.jpg?w=1");
  EXPECT_EQ(resource("a.jpg?w=b/c", 1), "https://d.example/private/a.jpg?w=b/c");
}

TEST(PrefixResource, CountsNoEmptySegments) {
  EXPECT_EQ(resource("albums//a.jpg", 2), "https://d.example/private/albums//a.jpg");
  EXPECT_EQ(resource("albums//7/a.jpg", 2), "https://d.example/private/albums//7/*");
  EXPECT_EQ(resource("//7/a.jpg", 1), "https://d.example/private///7/*");
  EXPECT_EQ(resource("//7/a.jpg", 2), "https://d.example/private///7/a.jpg");
  // A target without a slash at its end: the first segment is the rest of the name, even if empty.
  EXPECT_EQ(prefix_resource("https://d.example/private/7/a.jpg", target.size() - 1, 1),
            "https://d.example/private/*");
}

TEST(PrefixResource, HasNoWildcardButItsOwn) {
  EXPECT_EQ(resource("*/a.jpg", 1), "none");
  EXPECT_EQ(resource("albums/*/a.jpg", 1), "https://d.example/private/albums/*");
  EXPECT_EQ(resource("a.jpg?w=*", 1), "none");
  EXPECT_EQ(resource("a.jpg?w=?", 1), "none");
  EXPECT_EQ(prefix_resource("https://d.example/*/a", 20, 0), std::nullopt);
}

}  // namespace
}  // namespace signgate::signing
