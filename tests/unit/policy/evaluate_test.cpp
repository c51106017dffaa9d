// SPDX-License-Identifier: Apache-2.0
#include "policy/evaluate.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

constexpr std::string_view source_arn =
    "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE";

BucketPolicy policy_of(std::string_view statements) {
  auto policy = parse_bucket_policy(R"({"Version":"2012-10-17","Statement":[)" +
                                    std::string(statements) + "]}");
  EXPECT_TRUE(policy.has_value()) << policy.error().message << "\n" << statements;
  return policy.has_value() ? *std::move(policy) : BucketPolicy{};
}

/// What CloudFront asks of the bucket, with OAC, when a viewer wants private/a.jpg.
AccessRequest from_cloudfront(std::optional<std::string> referer) {
  AccessRequest request{{PrincipalKind::service, "cloudfront.amazonaws.com"},
                        "s3:GetObject",
                        "arn:aws:s3:::mistonline-test-bucket/private/a.jpg",
                        {}};
  request.context.set("aws:SourceArn", std::string(source_arn));
  if (referer) request.context.set("aws:Referer", *std::move(referer));
  return request;
}

constexpr std::string_view oac = R"({
  "Sid": "OAC", "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"},
  "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mistonline-test-bucket/*",
  "Condition": {"StringEquals": {"AWS:SourceArn":
      "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"}}})";

constexpr std::string_view oac_with_referer = R"({
  "Sid": "OAC", "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"},
  "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mistonline-test-bucket/*",
  "Condition": {
    "StringEquals": {"AWS:SourceArn":
      "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"},
    "StringLike": {"aws:Referer": ["https://www.example.com/*", "https://example.com/*"]}}})";

std::string deny_foreign(std::string_view condition) {
  return std::string(oac) + R"(,{"Sid":"DenyForeign","Effect":"Deny","Principal":"*",
    "Action":"s3:GetObject","Resource":"arn:aws:s3:::mistonline-test-bucket/*","Condition":)" +
         std::string(condition) + "}";
}

constexpr std::string_view not_like =
    R"({"StringNotLike":{"aws:Referer":["https://www.example.com/*"]}})";
constexpr std::string_view not_like_if_exists =
    R"({"StringNotLikeIfExists":{"aws:Referer":["https://www.example.com/*"]}})";
constexpr std::string_view not_like_unless_null =
    R"({"StringNotLike":{"aws:Referer":["https://www.example.com/*"]},"Null":{"aws:Referer":"false"}})";

TEST(Evaluate, TheTutorialsPolicy) {
  struct Case {
    std::string statements;
    std::optional<std::string> referer;
    Outcome expected;
  };
  constexpr auto allow = Outcome::allow;
  constexpr auto implicit_deny = Outcome::implicit_deny;
  constexpr auto explicit_deny = Outcome::explicit_deny;
  std::string if_exists(oac_with_referer);
  if_exists.replace(if_exists.find("\"StringLike\""), 12, "\"StringLikeIfExists\"");
  for (const Case& c : {
           Case{std::string(oac), std::nullopt, allow},
           Case{std::string(oac), "https://evil.example/", allow},
           Case{std::string(oac_with_referer), "https://www.example.com/", allow},
           Case{std::string(oac_with_referer), "https://example.com/a/b.html?c", allow},
           Case{std::string(oac_with_referer), "https://www.example.com", implicit_deny},
           Case{std::string(oac_with_referer), "http://www.example.com/", implicit_deny},
           Case{std::string(oac_with_referer), "https://WWW.example.com/", implicit_deny},
           Case{std::string(oac_with_referer), "https://evil.example/https://www.example.com/",
                implicit_deny},
           Case{std::string(oac_with_referer), "https://www.example.com.evil.example/",
                implicit_deny},
           Case{std::string(oac_with_referer), "", implicit_deny},
           Case{std::string(oac_with_referer), std::nullopt, implicit_deny},
           Case{if_exists, std::nullopt, allow},
           Case{if_exists, "https://evil.example/", implicit_deny},
           // A Deny by a negated operator fires on a missing key, with IfExists as well.
           Case{deny_foreign(not_like), "https://www.example.com/", allow},
           Case{deny_foreign(not_like), "https://evil.example/", explicit_deny},
           Case{deny_foreign(not_like), std::nullopt, explicit_deny},
           Case{deny_foreign(not_like_if_exists), std::nullopt, explicit_deny},
           Case{deny_foreign(not_like_if_exists), "https://evil.example/", explicit_deny},
           // Null beside it is what lets a missing one through.
           Case{deny_foreign(not_like_unless_null), std::nullopt, allow},
           Case{deny_foreign(not_like_unless_null), "https://evil.example/", explicit_deny},
           Case{deny_foreign(not_like_unless_null), "https://www.example.com/", allow},
       }) {
    const BucketPolicy policy = policy_of(c.statements);
    EXPECT_EQ(evaluate(policy, from_cloudfront(c.referer)).outcome, c.expected)
        << c.statements << " with " << c.referer.value_or("no Referer");
  }
}

TEST(Evaluate, ADenyWinsWhereverItStands) {
  constexpr std::string_view deny =
      R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})";
  const std::string allow(oac);
  for (const std::string& statements :
       {allow + "," + std::string(deny), std::string(deny) + "," + allow}) {
    EXPECT_EQ(evaluate(policy_of(statements), from_cloudfront({})).outcome, Outcome::explicit_deny);
  }
  EXPECT_EQ(evaluate(policy_of(deny), from_cloudfront({})).outcome, Outcome::explicit_deny);
}

TEST(Evaluate, EveryPartOfAStatementMustMatch) {
  const BucketPolicy policy = policy_of(oac);
  const auto stops_at = [&](const AccessRequest& request) {
    const Decision decision = evaluate(policy, request);
    EXPECT_EQ(decision.outcome, Outcome::implicit_deny);
    return decision.failed;
  };
  AccessRequest request = from_cloudfront({});
  request.principal = {};
  EXPECT_EQ(stops_at(request), Part::principal);
  request = from_cloudfront({});
  request.action = "s3:ListBucket";
  EXPECT_EQ(stops_at(request), Part::action);
  request = from_cloudfront({});
  request.resource = "arn:aws:s3:::Mistonline-test-bucket/private/a.jpg";
  EXPECT_EQ(stops_at(request), Part::resource);
  request = from_cloudfront({});
  request.context.set("AWS:SourceArn", "arn:aws:cloudfront::123456789012:distribution/EOTHER");
  EXPECT_EQ(stops_at(request), Part::condition);
}

TEST(Evaluate, ActionsAndResourcesHaveTheirCaseRules) {
  struct Case {
    std::string_view members;  // Action and Resource, or their opposites
    bool allowed;
  };
  for (const Case& c : {
           Case{R"("Action":"S3:GETobject","Resource":"*")", true},
           Case{R"("Action":"s3:Get*","Resource":"*")", true},
           Case{R"("Action":"s3:?etObject","Resource":"*")", true},
           Case{R"("Action":"*","Resource":"*")", true},
           Case{R"("Action":"s3:GetObjectAcl","Resource":"*")", false},
           Case{R"("Action":["s3:PutObject","s3:GetObject"],"Resource":"*")", true},
           Case{R"("NotAction":"s3:GetObject","Resource":"*")", false},
           Case{R"("NotAction":"s3:PutObject","Resource":"*")", true},
           Case{R"("NotAction":["s3:PutObject","s3:Get*"],"Resource":"*")", false},
           Case{R"("Action":"s3:*","Resource":"arn:aws:s3:::mistonline-test-bucket/private/*")",
                true},
           Case{R"("Action":"s3:*","Resource":"arn:aws:s3:::mistonline-test-bucket/Private/*")",
                false},
           Case{R"("Action":"s3:*","Resource":"arn:aws:s3:::mistonline-test-bucket/*.jpg")", true},
           Case{R"("Action":"s3:*","Resource":"arn:aws:s3:::mistonline-test-bucket")", false},
           Case{R"("Action":"s3:*","Resource":"arn:aws:s3:::mistonline-test-bucket*")", true},
           Case{R"("Action":"s3:*","NotResource":"arn:aws:s3:::mistonline-test-bucket/public/*")",
                true},
           Case{R"("Action":"s3:*","NotResource":"arn:aws:s3:::mistonline-test-bucket/private/*")",
                false},
       }) {
    const BucketPolicy policy =
        policy_of(R"({"Effect":"Allow","Principal":"*",)" + std::string(c.members) + "}");
    EXPECT_EQ(evaluate(policy, from_cloudfront({})).allowed(), c.allowed) << c.members;
  }
}

TEST(Evaluate, NotPrincipalDeniesAllOthers) {
  const BucketPolicy policy = policy_of(
      R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"},
         {"Effect":"Deny","NotPrincipal":{"Service":"cloudfront.amazonaws.com"},
          "Action":"s3:*","Resource":"*"})");
  EXPECT_EQ(evaluate(policy, from_cloudfront({})).outcome, Outcome::allow);
  AccessRequest anonymous = from_cloudfront({});
  anonymous.principal = {};
  EXPECT_EQ(evaluate(policy, anonymous).outcome, Outcome::explicit_deny);
}

TEST(Evaluate, SaysWhichStatementAndConditionDecided) {
  const BucketPolicy policy = policy_of(deny_foreign(not_like_unless_null));
  AccessRequest request = from_cloudfront("https://www.example.com/");
  Decision decision = evaluate(policy, request);
  EXPECT_EQ(decision.statement, 0U);
  EXPECT_FALSE(decision.failed);
  EXPECT_EQ(describe(decision, policy, request), "allowed by \"OAC\"");

  request = from_cloudfront("https://evil.example/page?token=secret");
  decision = evaluate(policy, request);
  EXPECT_EQ(decision.statement, 1U);
  EXPECT_EQ(describe(decision, policy, request),
            "denied by \"DenyForeign\" for StringNotLike aws:Referer; the request has "
            "\"https://evil.example/page?...\"");

  const BucketPolicy positive = policy_of(oac_with_referer);
  request = from_cloudfront(std::nullopt);
  decision = evaluate(positive, request);
  EXPECT_EQ(decision.statement, 0U);
  EXPECT_EQ(decision.failed, Part::condition);
  EXPECT_EQ(decision.condition, 1U);
  EXPECT_EQ(describe(decision, positive, request),
            "no Allow applies: \"OAC\" fails at StringLike aws:Referer; the request has none");

  request.action = "s3:PutObject";
  EXPECT_EQ(describe(evaluate(positive, request), positive, request),
            "no Allow applies: \"OAC\" fails at the action");

  const BucketPolicy only_deny =
      policy_of(R"({"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*"})");
  request = from_cloudfront({});
  decision = evaluate(only_deny, request);
  EXPECT_EQ(decision.outcome, Outcome::implicit_deny);
  EXPECT_FALSE(decision.statement);
  EXPECT_EQ(describe(decision, only_deny, request), "no statement allows anything");
}

TEST(Evaluate, TheClosestAllowIsTheOneThatGotFurthest) {
  const BucketPolicy policy = policy_of(
      R"({"Sid":"A","Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"*"},)" +
      std::string(oac_with_referer) +
      R"(,{"Sid":"C","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"*","Resource":"*"})");
  const Decision decision = evaluate(policy, from_cloudfront({}));
  EXPECT_EQ(decision.statement, 1U);
  EXPECT_EQ(decision.condition, 1U);
}

}  // namespace
}  // namespace signgate::policy
