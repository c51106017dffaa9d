// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/policy_view.hpp"

#include <gtest/gtest.h>

namespace signgate::policy::lint {
namespace {

PolicyView view(std::string_view json) {
  const auto parsed = json_parse(json);
  EXPECT_TRUE(parsed.has_value());
  return view_policy(*parsed, 3);
}

TEST(PolicyView, KeepsPlaces) {
  const PolicyView policy = view(
      "{\"Version\": \"2012-10-17\",\n"
      " \"Statement\": {\"Sid\": \"A\", \"Effect\": \"Deny\", \"Principal\": \"*\",\n"
      "  \"Action\": [\"s3:GetObject\", \"s3:Put*\"], \"Resource\": \"arn:aws:s3:::b/*\",\n"
      "  \"Condition\": {\"StringNotLike\": {\"AWS:Referer\": \"https://a/*\"}}}}");
  EXPECT_TRUE(policy.is_2012);
  ASSERT_EQ(policy.statements.size(), 1U);
  const StatementView& statement = policy.statements[0];
  EXPECT_EQ(statement.name, "\"A\"");
  EXPECT_FALSE(statement.allows);
  EXPECT_TRUE(statement.everyone);
  EXPECT_EQ(statement.principal_spot, (Spot{3, 2, 46}));
  EXPECT_EQ(statement.actions[1].spot, (Spot{3, 3, 30}));
  EXPECT_TRUE(statement.covers_action("S3:PUTOBJECT"));
  EXPECT_FALSE(statement.covers_action("s3:ListBucket"));
  ASSERT_EQ(statement.conditions.size(), 1U);
  EXPECT_TRUE(statement.conditions[0].is_referer());
  EXPECT_TRUE(statement.conditions[0].is_text());
  EXPECT_TRUE(statement.conditions[0].known->negated);
  EXPECT_EQ(statement.conditions[0].values[0].value, "https://a/*");
}

TEST(PolicyView, TellsWhomAStatementIsAbout) {
  const PolicyView policy =
      view(R"({"Statement": [{"Principal": {"Service": ["a", "cloudfront.amazonaws.com"]}},)"
           R"({"Principal": {"AWS": ["*", "123456789012"]}}, {"NotPrincipal": {"AWS": "1"}},)"
           R"({"Principal": {"AWS": "123456789012"}, "NotAction": "s3:Get*"}]})");
  EXPECT_TRUE(policy.statements[0].is_for_cloudfront());
  EXPECT_TRUE(policy.statements[1].everyone);
  EXPECT_TRUE(policy.statements[1].concerns_cloudfront());
  EXPECT_FALSE(policy.statements[1].is_for_cloudfront());
  EXPECT_TRUE(policy.statements[2].concerns_cloudfront());
  EXPECT_FALSE(policy.statements[3].concerns_cloudfront());
  EXPECT_EQ(policy.statements[3].name, "statement 4");
  EXPECT_FALSE(policy.statements[3].covers_action("s3:GetObject"));
  EXPECT_TRUE(policy.statements[3].covers_action("s3:PutObject"));
}

TEST(PolicyView, LeavesOutWhatHasAnotherForm) {
  EXPECT_TRUE(view("[]").statements.empty());
  EXPECT_TRUE(view("{}").statements.empty());
  const PolicyView policy =
      view(R"({"Statement": [1, {"Action": {}, "Condition": [1],)"
           R"("Principal": 3}, {"Condition": {"Odd": {"a:b": [true, 4]}}}]})");
  ASSERT_EQ(policy.statements.size(), 3U);
  EXPECT_TRUE(policy.statements[1].actions.empty());
  const ConditionView& odd = policy.statements[2].conditions.at(0);
  EXPECT_FALSE(odd.known);
  EXPECT_FALSE(odd.is_text());
  EXPECT_EQ(odd.values[0].value, "true");
  EXPECT_EQ(odd.values[1].value, "4");
}

TEST(PolicyView, TakesSetOperatorsForTheirOwn) {
  const PolicyView policy =
      view(R"({"Statement": {"Condition": {"ForAllValues:StringLike": {"aws:Referer": "x"}}}})");
  const ConditionView& condition = policy.statements[0].conditions.at(0);
  EXPECT_TRUE(condition.is_set);
  EXPECT_TRUE(condition.is_text());
}

}  // namespace
}  // namespace signgate::policy::lint
