// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/page_rules.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

std::string tag_of(const config::PageLinks& links) {
  TagHash hash;
  mix_page_rules(links, {}, hash);
  return hash.text();
}

TEST(PageRules, KnowTheAttributesThatAreAdded) {
  using Kind = config::LinkAttribute::Kind;
  config::PageLinks links;
  links.attributes = {{"", "data-full", Kind::url}, {"img", "data-set", Kind::srcset}};
  const rewrite::PageRules rules = make_page_rules(links, {});
  rewrite::LinkAttributes::Found found;
  EXPECT_TRUE(rules.attributes.find(0, "data-full", found));
  ASSERT_TRUE(rules.attributes.find(rules.attributes.element_of("img"), "data-set", found));
  EXPECT_EQ(found.kind, rewrite::LinkAttributes::Kind::srcset);
  config::PageLinks other = links;
  other.attributes[1].kind = Kind::json;
  EXPECT_NE(tag_of(links), tag_of(other));
  EXPECT_NE(tag_of(links), tag_of({}));
}

TEST(PageRules, KnowTheTypesThatAreAdded) {
  const rewrite::PageRules rules = make_page_rules({.webvtt = true}, {});
  EXPECT_TRUE(rules.webvtt);
  EXPECT_FALSE(rules.plain_text);
  EXPECT_NE(tag_of({.webvtt = true}), tag_of({}));
  EXPECT_NE(tag_of({.webvtt = true}), tag_of({.plain_text = true}));
}

TEST(PageRules, SayWhereTheLinksOfUserContentLead) {
  config::Media photos;
  photos.links = {"/media/", "https://media.example/"};
  photos.target = "https://D1.example/photos/";
  photos.user_content_links = {"/media/avatars/", "https://D1.example/photos/a"};
  const config::Media films;
  const config::PageLinks links{.user_content_attribute = "data-uc"};
  const rewrite::PageRules rules = make_page_rules(links, {&photos, &films});
  EXPECT_EQ(rules.user_content.attribute, "data-uc");
  ASSERT_EQ(rules.user_content.prefixes.size(), 2U);
  EXPECT_EQ(rules.user_content.prefixes[0],
            (std::vector<std::string>{"https://d1.example/photos/avatars/",
                                      "https://d1.example/photos/a"}));
  EXPECT_TRUE(rules.user_content.prefixes[1].empty());
  TagHash one;
  mix_page_rules(links, {&photos}, one);
  photos.user_content_links.pop_back();
  TagHash other;
  mix_page_rules(links, {&photos}, other);
  EXPECT_NE(one.text(), other.text());
}

}  // namespace
}  // namespace signgate::route
