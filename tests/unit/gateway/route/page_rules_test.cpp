// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/page_rules.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

std::string tag_of(const config::PageLinks& links) {
  TagHash hash;
  mix_page_rules(links, hash);
  return hash.text();
}

TEST(PageRules, KnowTheAttributesThatAreAdded) {
  using Kind = config::LinkAttribute::Kind;
  config::PageLinks links;
  links.attributes = {{"", "data-full", Kind::url}, {"img", "data-set", Kind::srcset}};
  const rewrite::PageRules rules = make_page_rules(links);
  rewrite::LinkAttributes::Found found;
  EXPECT_TRUE(rules.attributes.find(0, "data-full", found));
  ASSERT_TRUE(rules.attributes.find(rules.attributes.element_of("img"), "data-set", found));
  EXPECT_EQ(found.kind, rewrite::LinkAttributes::Kind::srcset);
  config::PageLinks other = links;
  other.attributes[1].kind = Kind::json;
  EXPECT_NE(tag_of(links), tag_of(other));
  EXPECT_NE(tag_of(links), tag_of({}));
}

}  // namespace
}  // namespace signgate::route
