// SPDX-License-Identifier: Apache-2.0
#include "policy/bucket_policy.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

constexpr std::string_view tutorial = R"({
  "Version": "2012-10-17",
  "Id": "PolicyForCloudFrontPrivateContent",
  "Statement": [
    {
      "Sid": "AllowCloudFrontServicePrincipal",
      "Effect": "Allow",
      "Principal": {"Service": "cloudfront.amazonaws.com"},
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::mistonline-test-bucket/*",
      "Condition": {
        "StringEquals": {
          "AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"
        },
        "StringLike": {"aws:Referer": ["https://www.example.com/*", "https://example.com/*"]}
      }
    }
  ]
})";

/// A document around one statement whose members are given.
std::string around(std::string_view members) {
  return R"({"Version":"2012-10-17","Statement":[{)" + std::string(members) + "}]}";
}

constexpr std::string_view legal =
    R"("Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*")";

TEST(BucketPolicy, KeepsWhatStandsWhere) {
  const auto policy = parse_bucket_policy(tutorial);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  EXPECT_EQ(policy->version, "2012-10-17");
  EXPECT_EQ(policy->id, "PolicyForCloudFrontPrivateContent");
  ASSERT_EQ(policy->statements.size(), 1U);
  const Statement& statement = policy->statements[0];
  EXPECT_EQ(statement.sid, "AllowCloudFrontServicePrincipal");
  EXPECT_EQ(statement.effect, Effect::allow);
  EXPECT_EQ(statement.position.line, 5U);
  ASSERT_EQ(statement.principal.entries.size(), 1U);
  EXPECT_EQ(statement.principal.entries[0].kind, PrincipalKind::service);
  ASSERT_EQ(statement.resources.size(), 1U);
  EXPECT_EQ(statement.resources[0].position.line, 10U);
  EXPECT_EQ(statement.resources[0].position.column, 19U);
  ASSERT_EQ(statement.conditions.size(), 2U);
  EXPECT_EQ(statement.conditions[0].key, "AWS:SourceArn");
  EXPECT_EQ(statement.conditions[1].position.line, 15U);
  ASSERT_EQ(statement.conditions[1].values.size(), 2U);
  EXPECT_EQ(statement.conditions[1].values[1].text, "https://example.com/*");
}

TEST(BucketPolicy, TakesTheShortForms) {
  const auto one = parse_bucket_policy(R"({"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"*"},
      "NotAction":["S3:getobject","*"],"NotResource":["*","arn:aws-cn:s3:::b"]}})");
  ASSERT_TRUE(one.has_value()) << one.error().message;
  EXPECT_EQ(one->version, "2008-10-17");
  const Statement& statement = one->statements[0];
  EXPECT_EQ(statement.effect, Effect::deny);
  EXPECT_TRUE(statement.principal.negated);
  EXPECT_TRUE(statement.not_action);
  EXPECT_TRUE(statement.not_resource);
  EXPECT_EQ(statement.actions.size(), 2U);
  EXPECT_TRUE(parse_bucket_policy(around(std::string(legal) + R"(,"Sid":"")")).has_value());
}

TEST(BucketPolicy, AnOldVersionHasNoVariables) {
  constexpr std::string_view statement =
      R"("Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/${x}"}]})";
  EXPECT_TRUE(
      parse_bucket_policy(R"({"Version":"2008-10-17",)" + std::string(statement)).has_value());
  EXPECT_TRUE(
      parse_bucket_policy(R"({"Version":"2012-10-17",)" + std::string(statement)).has_error());
}

TEST(BucketPolicy, NamesStatementsBySidOrNumber) {
  const auto policy = parse_bucket_policy("{\"Statement\":[{" + std::string(legal) +
                                          "},{\"Sid\":\"Two\"," + std::string(legal) + "}]}");
  ASSERT_TRUE(policy.has_value());
  EXPECT_EQ(statement_name(*policy, 0), "statement 1");
  EXPECT_EQ(statement_name(*policy, 1), "\"Two\"");
}

TEST(BucketPolicy, RefusesWhatIsNoBucketPolicyAndSaysWhy) {
  struct Case {
    std::string json;
    std::string_view says;
  };
  const std::string l(legal);
  for (
      const Case& c : {
          Case{"[]", "a bucket policy is an object, not an array"},
          Case{"{}", "has no Statement"},
          Case{R"({"Statement":[]})", "Statement is an empty list"},
          Case{R"({"Statement":"x"})", "a statement is an object, not a string"},
          Case{R"({"Statement":[7]})", "a statement is an object, not a number"},
          Case{R"({"statement":[]})", R"(did you mean "Statement"?)"},
          Case{R"({"Version":"2024-01-01","Statement":[]})", "Version is \"2012-10-17\""},
          Case{R"({"Version":2012,"Statement":[]})", "Version is a string, not a number"},
          Case{R"({"Id":true,"Statement":[]})", "Id is a string"},
          Case{around(l + R"(,"Sid":7)"), "Sid is a string"},
          Case{around(l + R"(,"Conditions":{})"), "unknown member \"Conditions\" in a statement"},
          Case{around(l + R"(,"Condition":[])"), "Condition is an object"},
          Case{around(l + R"(,"NotAction":"s3:*")"), "Action or NotAction, not both"},
          Case{around(l + R"(,"NotPrincipal":"*")"), "Principal or NotPrincipal, not both"},
          Case{around(l + R"(,"NotResource":"*")"), "Resource or NotResource, not both"},
          Case{around(l + R"(,"Effect":"Deny")"), "duplicate member name \"Effect\""},
          Case{around(R"("Principal":"*","Action":"s3:*","Resource":"*")"), "has no Effect"},
          Case{around(R"("Effect":"allow","Principal":"*","Action":"s3:*","Resource":"*")"),
               "Effect is \"Allow\" or \"Deny\""},
          Case{around(R"("Effect":true,"Principal":"*","Action":"s3:*","Resource":"*")"),
               "Effect is \"Allow\" or \"Deny\""},
          Case{around(R"("Effect":"Allow","Action":"s3:*","Resource":"*")"), "has no Principal"},
          Case{around(R"("Effect":"Allow","Principal":"*","Resource":"*")"), "has no Action"},
          Case{around(R"("Effect":"Allow","Principal":"*","Action":"s3:*")"), "has no Resource"},
          Case{around(R"("Effect":"Allow","Principal":"*","Action":"GetObject","Resource":"*")"),
               "\"GetObject\" is not an action of a bucket policy"},
          Case{around(R"("Effect":"Allow","Principal":"*","Action":"ec2:Run","Resource":"*")"),
               "not an action of a bucket policy"},
          Case{around(R"("Effect":"Allow","Principal":"*","Action":"s3:","Resource":"*")"),
               "not an action of a bucket policy"},
          Case{around(R"("Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"b/*")"),
               "\"b/*\" is not a resource of a bucket policy"},
          Case{
              around(
                  R"("Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:sns:::b")"),
              "not a resource of a bucket policy"},
          Case{around(
                   R"("Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:b")"),
               "six parts"},
          Case{around(R"("Effect":"Allow","Principal":"*","Action":"s3:*",
                       "Resource":"arn:aws:s3::${aws:PrincipalAccount}:b")"),
               "before the fifth colon"},
          Case{around(R"("Effect":"Allow","Principal":"*","Action":"s3:*",
                       "Resource":"arn:aws:s3:::b/${username}")"),
               "is not a policy variable"},
          Case{R"({"Statement":[{"Sid":"A",)" + l + R"(},{"Sid":"A",)" + l + "}]}",
               "two statements have the Sid \"A\""},
          Case{"{\"Id\":\"" + std::string(max_bucket_policy, 'x') + "\"}", "longer than 20480"},
          Case{around(l) + "x", "after the end of the document"},
      }) {
    const auto policy = parse_bucket_policy(c.json);
    ASSERT_TRUE(policy.has_error()) << c.json;
    EXPECT_NE(policy.error().message.find(c.says), std::string::npos) << c.json << "\n"
                                                                      << policy.error().message;
  }
}

TEST(BucketPolicy, PointsAtTheOperatorItDoesNotKnow) {
  std::string text(tutorial);
  const std::size_t at = text.find("\"StringLike\"");
  text.replace(at, 12, "\"ForAnyValue:Null\"");
  const auto policy = parse_bucket_policy(text);
  ASSERT_TRUE(policy.has_error());
  EXPECT_EQ(policy.error().position.line, 15U);
  EXPECT_EQ(policy.error().position.column, 9U);
  EXPECT_EQ(policy.error().position.offset, at);
  EXPECT_NE(policy.error().message.find("StringNotLike"), std::string::npos);
}

}  // namespace
}  // namespace signgate::policy
