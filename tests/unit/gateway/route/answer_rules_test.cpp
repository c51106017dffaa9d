// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/answer_rules.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(MakeAnswerRules, GivesNothingForTheDefaults) {
  EXPECT_EQ(make_answer_rules(config::Answers{}), nullptr);
  config::Answers settings;
  settings.gzip_vary = true;  // says nothing without a coding
  EXPECT_EQ(make_answer_rules(settings), nullptr);
}

TEST(MakeAnswerRules, CompilesWhatIsSet) {
  config::Answers settings;
  settings.add_header = {{"X-A", "$host", true}};
  settings.expires = "1h";
  const auto rules = make_answer_rules(settings);
  ASSERT_TRUE(rules);
  ASSERT_EQ(rules->headers.size(), 1U);
  EXPECT_TRUE(rules->headers.front().always);
  EXPECT_EQ(rules->expires.seconds, 3600);
  EXPECT_FALSE(rules->compression);
  settings.zstd.on = true;
  EXPECT_TRUE(make_answer_rules(settings)->compression);
}

TEST(TakesHeaders, HoldsForNginxsStatuses) {
  int count = 0;
  for (int status = 100; status < 600; ++status)
    count += takes_headers(status) ? 1 : 0;
  EXPECT_EQ(count, 10);
  for (const int status : {200, 201, 204, 206, 301, 302, 303, 304, 307, 308})
    EXPECT_TRUE(takes_headers(status)) << status;
}

TEST(ExpiresFor, ReadsAVariablesValueForEachAnswer) {
  config::Answers settings;
  settings.expires = "$arg_e";
  const auto rules = make_answer_rules(settings);
  http::RequestHead head;
  head.query = "e=epoch";
  VariableValues values;
  values.request = &head;
  EXPECT_EQ(expires_for(*rules, values, 0, std::nullopt)->cache_control, "no-cache");
  head.query = "e=10";
  EXPECT_EQ(expires_for(*rules, values, 0, std::nullopt)->cache_control, "max-age=10");
  for (const char* query : {"", "e=off", "e=junk"}) {
    head.query = query;
    EXPECT_FALSE(expires_for(*rules, values, 0, std::nullopt)) << query;
  }
}

}  // namespace
}  // namespace signgate::route
