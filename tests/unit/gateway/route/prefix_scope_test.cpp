// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/prefix_scope.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

std::optional<std::string> conflict(std::uint32_t scope, const std::string& other,
                                    config::PolicyKind policy = config::PolicyKind::prefix) {
  config::Config config;
  config::Media& own = config.media.emplace_back();
  own.name = "own";
  own.target = "https://d1.example/private/";
  own.policy = policy;
  own.scope = scope;
  config::Media& second = config.media.emplace_back();
  second.name = "other";
  second.target = other;
  return scope_conflict(config, config.media.front());
}

TEST(PrefixScope, RefusesWhatWouldOpenAnotherRulesLinks) {
  EXPECT_EQ(conflict(0, "https://d1.example/private/raw/"), "other");
  EXPECT_EQ(conflict(0, "https://d1.example/private/raw"), "other");
  EXPECT_EQ(conflict(1, "https://d1.example/private/7/raw/"), "other");
  EXPECT_EQ(conflict(1, "https://d1.example/private/7/raw"), "other");
  EXPECT_EQ(conflict(0, "http://D1.EXAMPLE:80/x/../private/raw/"), "other");
  EXPECT_EQ(conflict(5, "https://d1.example/private/"), "other");
}

TEST(PrefixScope, TakesWhatReachesItsOwnLinksAlone) {
  EXPECT_EQ(conflict(1, "https://d1.example/private/raw/"), std::nullopt);
  EXPECT_EQ(conflict(1, "https://d1.example/private/raw"), std::nullopt);
  EXPECT_EQ(conflict(2, "https://d1.example/private/7/raw/"), std::nullopt);
  EXPECT_EQ(conflict(0, "https://d1.example/films/"), std::nullopt);
  EXPECT_EQ(conflict(0, "https://d1.example/"), std::nullopt);
  EXPECT_EQ(conflict(0, "https://d2.example/private/raw/"), std::nullopt);
  EXPECT_EQ(conflict(0, "https://d1.example:8443/private/raw/"), std::nullopt);
  EXPECT_EQ(conflict(0, "https://d1.example/private/raw/", config::PolicyKind::canned),
            std::nullopt);
  EXPECT_EQ(conflict(0, "https://d1.example/private/raw/", config::PolicyKind::custom),
            std::nullopt);
}

TEST(PrefixScope, ComparesWhatEscapesStandFor) {
  EXPECT_EQ(conflict(0, "https://d1.example/%70rivate/raw/"), "other");
  EXPECT_EQ(conflict(0, "https://d1.example/private%2Fraw/"), "other");
  EXPECT_EQ(conflict(0, "https://d1.example/private%2fraw/"), "other");
  EXPECT_EQ(conflict(1, "https://d1.example/private/7%2Fraw/"), "other");
  EXPECT_EQ(conflict(3, "https://d1.example/pr%69vate/"), "other");
  EXPECT_EQ(conflict(2, "https://d1.example/private/7%2Fraw/"), std::nullopt);
  EXPECT_EQ(conflict(0, "https://d1.example/private%252Fraw/"), std::nullopt);
  EXPECT_EQ(conflict(0, "https://d1.example/%2570rivate/raw/"), std::nullopt);
  EXPECT_EQ(conflict(0, "https://d1.example/%50rivate/raw/"), std::nullopt);
}

TEST(PrefixScope, ComparesWhatEscapesInTheRulesOwnTargetStandFor) {
  config::Config config;
  config::Media& own = config.media.emplace_back();
  own.name = "own";
  own.target = "https://d1.example/a%20b%2Fc/";
  own.policy = config::PolicyKind::prefix;
  config::Media& other = config.media.emplace_back();
  other.name = "other";
  other.target = "https://d1.example/a%20b/c/raw/";
  EXPECT_EQ(scope_conflict(config, config.media.front()), "other");
  config.media[0].scope = 1;
  EXPECT_EQ(scope_conflict(config, config.media.front()), std::nullopt);
}

TEST(PrefixScope, HoldsOfCookiesWhateverThePolicy) {
  config::Config config;
  config::Media& own = config.media.emplace_back();
  own.name = "own";
  own.target = "https://d1.example/private/";
  own.cookies.on = true;
  config::Media& other = config.media.emplace_back();
  other.name = "other";
  other.target = "https://d1.example/private/7/raw/";
  for (const auto policy :
       {config::PolicyKind::canned, config::PolicyKind::custom, config::PolicyKind::prefix}) {
    config.media[0].policy = policy;
    EXPECT_EQ(scope_conflict(config, config.media[0]), "other");
  }
  EXPECT_EQ(scope_conflict(config, config.media[1]), std::nullopt);
  EXPECT_NE(scope_conflict_text(config.media[0], "other").find("cookies = \"on\" would open"),
            std::string::npos);
}

}  // namespace
}  // namespace signgate::route
