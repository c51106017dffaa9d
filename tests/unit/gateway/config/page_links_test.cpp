// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/page_links.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

using Kind = LinkAttribute::Kind;

TEST(PageLinks, ReadsAttributes) {
  const auto read_one = [](std::string_view text) { return *parse_link_attribute(text); };
  EXPECT_EQ(read_one("data-full"), (LinkAttribute{"", "data-full", Kind::url}));
  EXPECT_EQ(read_one(" IMG  Data-Zoom "), (LinkAttribute{"img", "data-zoom", Kind::url}));
  EXPECT_EQ(read_one("data-set srcset"), (LinkAttribute{"", "data-set", Kind::srcset}));
  EXPECT_EQ(read_one("x-player data-state json"),
            (LinkAttribute{"x-player", "data-state", Kind::json}));
  EXPECT_EQ(read_one("data-css css"), (LinkAttribute{"", "data-css", Kind::css}));
  EXPECT_EQ(read_one("div json url"), (LinkAttribute{"div", "json", Kind::url}));
  EXPECT_EQ(read_one("xml:base").name, "xml:base");
}

TEST(PageLinks, RefusesWhatNamesNoAttribute) {
  const auto flaw = [](std::string_view text) { return parse_link_attribute(text).error(); };
  EXPECT_NE(flaw("").message.find("names no attribute: write \"ATTRIBUTE\""), std::string::npos);
  EXPECT_NE(flaw("srcset").message.find("names no attribute"), std::string::npos);
  EXPECT_EQ(flaw("a b c").offset, 4U);
  EXPECT_NE(flaw("a b c").message.find("\"c\" is too much: write"), std::string::npos);
  EXPECT_EQ(flaw("img data=x").offset, 8U);
  EXPECT_NE(flaw("img[data]").message.find("letters, digits"), std::string::npos);
  EXPECT_NE(flaw("meta data-full").message.find("adds nothing to <meta>"), std::string::npos);
  EXPECT_TRUE(parse_link_attribute(std::string(longest_html_name, 'a')));
  EXPECT_NE(flaw(std::string(longest_html_name + 1, 'a')).message.find("more than 31"),
            std::string::npos);
}

TEST(PageLinks, AreReadFromAFile) {
  const Config config =
      read("link_attributes = ['data-full', 'img data-zoom']\n" + std::string{tail});
  EXPECT_EQ(config.servers[0].routes[0].settings.page_links.attributes.size(), 2U);
  EXPECT_EQ(Settings{}.page_links, PageLinks{});
  EXPECT_EQ(findings("link_attributes = ['a', 'A', 'b url', 'b srcset', 'p b', 'x=']\n" +
                     std::string{tail}),
            (Findings{"1:25: error: link_attributes names \"a\" twice",
                      "1:39: error: link_attributes names \"b\" twice",
                      "1:60: error: link_attributes has a character that is in no name: letters, "
                      "digits, \"-\", \"_\", \":\" and \".\" are"}));
  std::string many = "link_attributes = [";
  for (std::size_t i = 0; i <= most_link_attributes; ++i)
    many += "'a" + std::to_string(i) + "', ";
  EXPECT_EQ(findings(many + "]\n" + std::string{tail}),
            (Findings{"1:19: error: link_attributes must list at most 64 attributes"}));
}

TEST(PageLinks, ReadsWhetherScriptsAreLookedInto) {
  const Config config = read("script_strings = 'on'\n" + std::string{tail});
  EXPECT_TRUE(config.servers[0].routes[0].settings.page_links.script_strings);
  EXPECT_EQ(findings("script_strings = 'yes'\n" + std::string{tail}).size(), 1U);
}

TEST(PageLinks, ReadsWhichTypesAreLookedIntoBesides) {
  const auto links_of = [](std::string_view value) {
    const Config config = read("sign_types = " + std::string(value) + "\n" + std::string{tail});
    return config.servers[0].routes[0].settings.page_links;
  };
  EXPECT_TRUE(links_of("'text/vtt'").webvtt);
  EXPECT_FALSE(links_of("'text/vtt'").plain_text);
  EXPECT_TRUE(links_of("['Text/Plain', 'text/vtt']").webvtt);
  EXPECT_TRUE(links_of("['Text/Plain', 'text/vtt']").plain_text);
  EXPECT_EQ(links_of("[]"), PageLinks{});
  const auto wrong = findings("sign_types = ['text/vtt', 'text/html']\n" + std::string{tail});
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_TRUE(wrong[0].starts_with("1:28: error: sign_types has \"text/html\": \"text/vtt\" and "))
      << wrong[0];
}

TEST(PageLinks, ReadsWhatMarksUserContent) {
  const Config config = read("user_content_attribute = 'Data-UC'\n" + std::string{tail} +
                             "links = ['/m/', 'https://m.example/p/']\n"
                             "user_content_links = ['/m/avatars/', 'https://d1.example.net/p/a/', "
                             "'https://m.example/p/']\n");
  EXPECT_EQ(config.servers[0].routes[0].settings.page_links.user_content_attribute, "data-uc");
  ASSERT_EQ(config.media[0].user_content_links.size(), 3U);
  EXPECT_EQ(below_prefix(config.media[0], "/m/avatars/"), "avatars/");
  EXPECT_EQ(below_prefix(config.media[0], "https://m.example/p/"), "");
  EXPECT_EQ(below_prefix(config.media[0], "/other/"), std::nullopt);
  EXPECT_TRUE(Media{}.user_content_links.empty());
  EXPECT_EQ(findings("user_content_attribute = 'a b'\n" + std::string{tail}).size(), 1U);
}

TEST(PageLinks, RefusesUserContentThatTheRuleDoesNotHold) {
  const std::string rule = std::string{tail} + "links = '/m/'\n";
  EXPECT_EQ(findings(rule + "user_content_links = ['/other/', '/m/a?b']\n").size(), 2U);
  const auto scope = findings(rule +
                              "policy = 'prefix'\nscope = 1\n"
                              "user_content_links = ['/m/a/', '/m/a/b/', '/m/c']\n");
  ASSERT_EQ(scope.size(), 2U);
  EXPECT_NE(scope[0].find("set scope = 2 or policy"), std::string::npos);
  EXPECT_NE(scope[1].find("does not end with"), std::string::npos);
  const auto cookies = findings(rule + "cookies = 'on'\nuser_content_links = '/m/a/'\n");
  ASSERT_EQ(cookies.size(), 1U);
  EXPECT_NE(cookies[0].find("warning: user_content_links holds nothing back"), std::string::npos);
}

}  // namespace
}  // namespace signgate::config
