// SPDX-License-Identifier: Apache-2.0
#include "policy/bucket_policy_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "policy/bucket_policy.hpp"
#include "policy/evaluate.hpp"
#include "policy/referer_patterns.hpp"

namespace signgate::policy {
namespace {

constexpr std::string_view our_arn =
    "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE";
constexpr std::string_view other_arn = "arn:aws:cloudfront::123456789012:distribution/EOTHER";
constexpr std::string_view our_object = "arn:aws:s3:::mistonline-test-bucket/private/a.jpg";

BucketPolicyPlan plan_for_site() {
  BucketPolicyPlan plan;
  plan.bucket = "mistonline-test-bucket";
  plan.source_arn = our_arn;
  plan.referers = *site_patterns("example.com", {.www = true, .http = false});
  return plan;
}

/// Asking is one request of CloudFront's to the bucket.
struct Asking {
  std::optional<std::string> referer;
  std::string source_arn = std::string(our_arn);
  std::string action = "s3:GetObject";
  std::string resource = std::string(our_object);
  Principal principal = {PrincipalKind::service, "cloudfront.amazonaws.com"};
};

Outcome outcome(const BucketPolicyPlan& plan, const Asking& asking) {
  const auto policy = parse_bucket_policy(write_bucket_policy(plan));
  EXPECT_TRUE(policy.has_value()) << policy.error().message;
  AccessRequest request{asking.principal, asking.action, asking.resource, {}};
  request.context.set("aws:SourceArn", asking.source_arn);
  if (asking.referer) request.context.set("aws:Referer", *asking.referer);
  return evaluate(*policy, request).outcome;
}

Asking from(std::optional<std::string> referer) {
  Asking asking;
  asking.referer = std::move(referer);
  return asking;
}

TEST(BucketPolicyWriter, TheTutorialsPolicyWordForWord) {
  EXPECT_EQ(write_bucket_policy(plan_for_site()), R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowCloudFrontServicePrincipalReadOnly",
      "Effect": "Allow",
      "Principal": {
        "Service": "cloudfront.amazonaws.com"
      },
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::mistonline-test-bucket/*",
      "Condition": {
        "StringEquals": {
          "AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE"
        },
        "StringLike": {
          "aws:Referer": [
            "https://example.com/*",
            "https://www.example.com/*"
          ]
        }
      }
    }
  ]
})");
}

TEST(BucketPolicyWriter, BothFormsDecideAsAsked) {
  for (const bool deny_other : {false, true}) {
    for (const bool allow_missing : {false, true}) {
      SCOPED_TRACE(::testing::Message() << deny_other << allow_missing);
      auto plan = plan_for_site();
      plan.deny_other = deny_other;
      plan.allow_missing_referer = allow_missing;
      const Outcome refused = deny_other ? Outcome::explicit_deny : Outcome::implicit_deny;
      EXPECT_EQ(outcome(plan, from("https://www.example.com/")), Outcome::allow);
      EXPECT_EQ(outcome(plan, from("https://example.com/gallery/7")), Outcome::allow);
      EXPECT_EQ(outcome(plan, from("https://evil.example/")), refused);
      EXPECT_EQ(outcome(plan, from("http://www.example.com/")), refused);
      EXPECT_EQ(outcome(plan, from("")), refused);
      EXPECT_EQ(outcome(plan, from(std::nullopt)), allow_missing ? Outcome::allow : refused);
      Asking other = from("https://www.example.com/");
      other.source_arn = other_arn;
      EXPECT_EQ(outcome(plan, other), Outcome::implicit_deny);
      Asking writing = from("https://www.example.com/");
      writing.action = "s3:PutObject";
      EXPECT_EQ(outcome(plan, writing), Outcome::implicit_deny);
      Asking elsewhere = from("https://www.example.com/");
      elsewhere.resource = "arn:aws:s3:::another-bucket/private/a.jpg";
      EXPECT_EQ(outcome(plan, elsewhere), Outcome::implicit_deny);
      Asking anonymous = from("https://www.example.com/");
      anonymous.principal = {PrincipalKind::anonymous, ""};
      EXPECT_EQ(outcome(plan, anonymous), Outcome::implicit_deny);
    }
  }
}

TEST(BucketPolicyWriter, TheDenyHoldsForEverybody) {
  auto plan = plan_for_site();
  plan.deny_other = true;
  Asking owner = from(std::nullopt);
  owner.principal = {PrincipalKind::aws, "arn:aws:iam::123456789012:user/owner"};
  EXPECT_EQ(outcome(plan, owner), Outcome::explicit_deny);
  plan.deny_other = false;
  EXPECT_EQ(outcome(plan, owner), Outcome::implicit_deny);
}

TEST(BucketPolicyWriter, WithoutReferersOnlyTheDistributionCounts) {
  auto plan = plan_for_site();
  plan.referers.clear();
  EXPECT_EQ(write_bucket_policy(plan).find("Referer"), std::string::npos);
  EXPECT_EQ(outcome(plan, from(std::nullopt)), Outcome::allow);
  EXPECT_EQ(outcome(plan, from("https://evil.example/")), Outcome::allow);
  Asking other;
  other.source_arn = other_arn;
  EXPECT_EQ(outcome(plan, other), Outcome::implicit_deny);
}

TEST(BucketPolicyWriter, TheListIsForTheSameRequestsAsTheObjects) {
  for (const bool deny_other : {false, true}) {
    for (const bool allow_missing : {false, true}) {
      SCOPED_TRACE(::testing::Message() << deny_other << allow_missing);
      auto plan = plan_for_site();
      plan.deny_other = deny_other;
      plan.allow_missing_referer = allow_missing;
      Asking list = from("https://www.example.com/");
      list.action = "s3:ListBucket";
      list.resource = "arn:aws:s3:::mistonline-test-bucket";
      EXPECT_EQ(outcome(plan, list), Outcome::implicit_deny);
      plan.list_bucket = true;
      EXPECT_EQ(outcome(plan, list), Outcome::allow);
      list.referer = "https://evil.example/";
      EXPECT_EQ(outcome(plan, list), Outcome::implicit_deny);
      list.referer = std::nullopt;
      EXPECT_EQ(outcome(plan, list), allow_missing ? Outcome::allow : Outcome::implicit_deny);
      list.referer = "https://www.example.com/";
      list.source_arn = other_arn;
      EXPECT_EQ(outcome(plan, list), Outcome::implicit_deny);
    }
  }
}

TEST(BucketPolicyWriter, ThePartitionIsTheBuckets) {
  auto plan = plan_for_site();
  for (const std::string partition : {"aws-cn", "aws-us-gov"}) {
    plan.partition = partition;
    Asking asking = from("https://example.com/");
    EXPECT_EQ(outcome(plan, asking), Outcome::implicit_deny);
    asking.resource = "arn:" + partition + ":s3:::mistonline-test-bucket/private/a.jpg";
    EXPECT_EQ(outcome(plan, asking), Outcome::allow);
  }
}

TEST(BucketPolicyWriter, WhatJsonEscapesComesBackAsItWas) {
  auto plan = plan_for_site();
  plan.referers = {"https://example.com/\"\\${*}*"};
  EXPECT_EQ(outcome(plan, from("https://example.com/\"\\*x")), Outcome::allow);
  EXPECT_EQ(outcome(plan, from("https://example.com/\"\\yx")), Outcome::implicit_deny);
}

}  // namespace
}  // namespace signgate::policy
