// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/chain_links.hpp"

#include <gtest/gtest.h>

#include <set>

namespace signgate::cli::demo {
namespace {

TEST(ChainLinks, MakeEachCheckOfTheEdgeAndTwoOfTheBucketFail) {
  std::set<std::string_view> slugs;
  std::set<Check> failing;
  for (const auto& link : chain_links()) {
    slugs.insert(link.slug);
    if (link.fails) failing.insert(*link.fails);
    EXPECT_LE(link.done.size(), 26U) << link.slug;
    EXPECT_TRUE(link.object.starts_with("private/")) << link.slug;
  }
  EXPECT_EQ(slugs.size(), chain_links().size());
  EXPECT_EQ(failing, (std::set{Check::key, Check::signature, Check::resource, Check::time,
                               Check::address, Check::referer, Check::object}));
}

TEST(ChainLinks, AskAgainForTheObjectOfTheFirst) {
  EXPECT_EQ(find_chain_link("signed")->object, find_chain_link("again")->object);
  EXPECT_EQ(find_chain_link("nothing"), nullptr);
  EXPECT_EQ(find_chain_link(""), nullptr);
}

TEST(DueLights, EndAtTheFailingCheckOrAtTheHit) {
  const auto lit = [](const char* slug) {
    std::string text;
    for (const auto light : due_lights(*find_chain_link(slug)))
      text += light == Light::passed ? '+' : light == Light::failed ? 'x' : '.';
    return text;
  };
  EXPECT_EQ(lit("signed"), "+++++++++++");
  EXPECT_EQ(lit("again"), "++++++++...");
  EXPECT_EQ(lit("expired"), "+++++x.....");
  EXPECT_EQ(lit("missing"), "++++++++++x");
}

}  // namespace
}  // namespace signgate::cli::demo
