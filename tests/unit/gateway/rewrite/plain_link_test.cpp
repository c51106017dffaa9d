// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/plain_link.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "gateway/rewrite/url.hpp"

namespace signgate::rewrite {
namespace {

TEST(PlainLink, TakesPathsAndAbsoluteLinks) {
  const auto path = read_plain_link("/media/private/a-1.jpg");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->host, "");
  EXPECT_EQ(path->path, "/media/private/a-1.jpg");
  EXPECT_EQ(path->rest, "");

  const auto absolute = read_plain_link("https://www.example.com/a/?b=%20#c");
  ASSERT_TRUE(absolute);
  EXPECT_TRUE(absolute->https);
  EXPECT_EQ(absolute->host, "www.example.com");
  EXPECT_EQ(absolute->path, "/a/");
  EXPECT_EQ(absolute->rest, "?b=%20#c");

  const auto http = read_plain_link("http://a/");
  ASSERT_TRUE(http);
  EXPECT_FALSE(http->https);
  EXPECT_EQ(http->path, "/");
}

TEST(PlainLink, LeavesWhatIsNotPlainToTheParser) {
  constexpr auto links = std::to_array<std::string_view>({"",
                                                          "a",
                                                          "#a",
                                                          "?a",
                                                          "//a/b",
                                                          "/\\a",
                                                          "/a\\b",
                                                          "/./a",
                                                          "/../a",
                                                          "/a/..",
                                                          "/a/.b",
                                                          "/a%2eb",
                                                          "/a b",
                                                          "/a\tb",
                                                          "/a\"b",
                                                          "/a<b",
                                                          "/a{b",
                                                          "/a^b",
                                                          "/\xC3\xA4",
                                                          "https:/a",
                                                          "https:a",
                                                          "https://",
                                                          "https://a",
                                                          "https://A/",
                                                          "HTTPS://a/",
                                                          "https://a:443/",
                                                          "https://u@a/",
                                                          "https://[::1]/",
                                                          "https://a%2eb/",
                                                          "httpss://a/",
                                                          "ftp://a/",
                                                          "data:,a",
                                                          "/a\n",
                                                          std::string_view("/a\0b", 4)});
  for (const std::string_view link : links) {
    EXPECT_FALSE(read_plain_link(link)) << link;
  }
}

// Whatever it takes, the parser reads in the same way.
TEST(PlainLink, AgreesWithTheParser) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::string_view alphabet = "abAB09/./.:@%2eE?#&;=\\ -_~'|[]$*+,!()\t{\"";
  const Url base = *parse_url("https://www.example.com/albums/7/?page=2", nullptr);
  int taken = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string link(std::array{"/", "https://", "http://", "https://a/", "/a"}[random() % 5]);
    for (auto length = random() % 10; length > 0; --length)
      link.push_back(alphabet[random() % alphabet.size()]);
    const auto plain = read_plain_link(link);
    if (!plain) continue;
    const auto url = parse_url(link, &base);
    // Only a query or a fragment may still be refused, and it is for the parser to say so.
    if (!url && !plain->rest.empty()) continue;
    ASSERT_TRUE(url) << link;
    ++taken;
    EXPECT_EQ(url->path, plain->path) << link;
    EXPECT_EQ(url->host, plain->host.empty() ? base.host : plain->host) << link;
    EXPECT_EQ(url->https, plain->host.empty() ? base.https : plain->https) << link;
    EXPECT_EQ(url->port, 0) << link;
    EXPECT_FALSE(url->has_credentials) << link;
    EXPECT_EQ(url->has_query || url->has_fragment, !plain->rest.empty()) << link;
  }
  EXPECT_GT(taken, 1000);
}

}  // namespace
}  // namespace signgate::rewrite
