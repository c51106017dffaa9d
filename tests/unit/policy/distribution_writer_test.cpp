// SPDX-License-Identifier: Apache-2.0
#include "policy/distribution_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/bucket_policy.hpp"
#include "policy/json.hpp"

namespace signgate::policy {
namespace {

using ::testing::HasSubstr;

DistributionPlan small_plan() {
  DistributionPlan plan;
  plan.name = "mistonline";
  plan.caller_reference = "mistonline-1";
  plan.region = "eu-central-1";
  plan.bucket_policy.bucket = "mistonline-test-bucket";
  return plan;
}

JsonValue written(DistributionDocument document, const DistributionPlan& plan) {
  auto value = json_parse(write_distribution_document(document, plan));
  EXPECT_TRUE(value.has_value()) << value.error().message;
  return value.has_value() ? *std::move(value) : JsonValue{};
}

/// at follows member names, and indices of items as "#0"; null when there is no such value.
const JsonValue* at(const JsonValue& value, const std::vector<std::string>& path) {
  const JsonValue* here = &value;
  for (const std::string& step : path) {
    if (step.starts_with('#')) {
      const std::size_t index = std::stoul(step.substr(1));
      if (index >= here->items.size()) return nullptr;
      here = &here->items[index];
      continue;
    }
    const JsonMember* member = here->find(step);
    if (member == nullptr) return nullptr;
    here = &member->value;
  }
  return here;
}

/// text is a string, a number's literal, or "true"; "-" when there is no such value.
std::string text(const JsonValue& value, const std::vector<std::string>& path) {
  const JsonValue* found = at(value, path);
  if (found == nullptr) return "-";
  if (found->is(JsonKind::boolean)) return found->boolean ? "true" : "false";
  return found->text;
}

/// Each object with a Quantity has as many Items; CloudFront refuses another number.
void expect_quantities(const JsonValue& value) {
  if (const JsonMember* quantity = value.find("Quantity")) {
    const JsonMember* items = value.find("Items");
    EXPECT_EQ(quantity->value.integer(),
              static_cast<std::int64_t>(items == nullptr ? 0 : items->value.items.size()));
    EXPECT_TRUE(items == nullptr || !items->value.items.empty());
  }
  for (const JsonMember& member : value.members)
    expect_quantities(member.value);
  for (const JsonValue& item : value.items)
    expect_quantities(item);
}

TEST(DistributionWriter, WhatIsNotKnownIsAPlaceholder) {
  auto plan = small_plan();
  plan.referer = RefererUse::on_miss;
  plan.aliases = {"media.example.com"};
  EXPECT_EQ(text(written(DistributionDocument::public_key, plan), {"EncodedKey"}),
            public_key_placeholder);
  EXPECT_EQ(text(written(DistributionDocument::key_group, plan), {"Items", "#0"}),
            public_key_id_placeholder);
  const auto distribution = written(DistributionDocument::distribution, plan);
  EXPECT_EQ(text(distribution, {"DefaultCacheBehavior", "TrustedKeyGroups", "Items", "#0"}),
            key_group_id_placeholder);
  EXPECT_EQ(text(distribution, {"DefaultCacheBehavior", "CachePolicyId"}),
            cache_policy_id_placeholder);
  EXPECT_EQ(text(distribution, {"DefaultCacheBehavior", "OriginRequestPolicyId"}),
            origin_request_policy_id_placeholder);
  EXPECT_EQ(text(distribution, {"Origins", "Items", "#0", "OriginAccessControlId"}),
            origin_access_control_id_placeholder);
  EXPECT_EQ(text(distribution, {"ViewerCertificate", "ACMCertificateArn"}),
            certificate_placeholder);
  EXPECT_THAT(write_distribution_document(DistributionDocument::bucket_policy, plan),
              HasSubstr(distribution_arn_placeholder));
}

TEST(DistributionWriter, WhatIsKnownStandsThere) {
  auto plan = small_plan();
  plan.public_key_pem = "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----\n";
  plan.public_key_ids = {"K1", "K2"};
  plan.key_group_ids = {"g1", "g2"};
  plan.origin_access_control_id = "EOAC";
  plan.cache_policy_id = "cache";
  plan.aliases = {"media.example.com", "img.example.com"};
  plan.certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/c";
  EXPECT_EQ(text(written(DistributionDocument::public_key, plan), {"EncodedKey"}),
            plan.public_key_pem);
  EXPECT_EQ(text(written(DistributionDocument::key_group, plan), {"Items", "#1"}), "K2");
  const auto distribution = written(DistributionDocument::distribution, plan);
  EXPECT_EQ(text(distribution, {"CallerReference"}), "mistonline-1");
  EXPECT_EQ(text(distribution, {"DefaultCacheBehavior", "TrustedKeyGroups", "Items", "#1"}), "g2");
  EXPECT_EQ(text(distribution, {"DefaultCacheBehavior", "CachePolicyId"}), "cache");
  EXPECT_EQ(text(distribution, {"DefaultCacheBehavior", "OriginRequestPolicyId"}), "-");
  EXPECT_EQ(text(distribution, {"Origins", "Items", "#0", "OriginAccessControlId"}), "EOAC");
  EXPECT_EQ(text(distribution, {"Origins", "Items", "#0", "DomainName"}),
            "mistonline-test-bucket.s3.eu-central-1.amazonaws.com");
  EXPECT_EQ(
      text(distribution, {"Origins", "Items", "#0", "S3OriginConfig", "OriginAccessIdentity"}), "");
  EXPECT_EQ(text(distribution, {"Aliases", "Items", "#1"}), "img.example.com");
  EXPECT_EQ(text(distribution, {"ViewerCertificate", "ACMCertificateArn"}), plan.certificate_arn);
  EXPECT_EQ(text(distribution, {"ViewerCertificate", "CloudFrontDefaultCertificate"}), "false");
  for (const auto document : distribution_documents)
    EXPECT_EQ(write_distribution_document(document, plan).find("REPLACE_WITH") == std::string::npos,
              document != DistributionDocument::bucket_policy);
}

TEST(DistributionWriter, ABehaviorIsSignedOrNot) {
  auto plan = small_plan();
  plan.default_is_signed = false;
  plan.behaviors = {{"private/*", true}, {"public/*", false}};
  const auto distribution = written(DistributionDocument::distribution, plan);
  const auto behavior = [&](std::vector<std::string> where, const std::string& enabled,
                            const std::string& groups) {
    where.emplace_back("TrustedKeyGroups");
    where.emplace_back("Enabled");
    EXPECT_EQ(text(distribution, where), enabled);
    where.back() = "Quantity";
    EXPECT_EQ(text(distribution, where), groups);
  };
  behavior({"DefaultCacheBehavior"}, "false", "0");
  behavior({"CacheBehaviors", "Items", "#0"}, "true", "1");
  behavior({"CacheBehaviors", "Items", "#1"}, "false", "0");
  EXPECT_EQ(text(distribution, {"CacheBehaviors", "Items", "#0", "PathPattern"}), "private/*");
  EXPECT_EQ(text(distribution, {"CacheBehaviors", "Items", "#1", "PathPattern"}), "public/*");
  EXPECT_EQ(text(distribution, {"CacheBehaviors", "Items", "#0", "TargetOriginId"}),
            text(distribution, {"Origins", "Items", "#0", "Id"}));
}

TEST(DistributionWriter, TheRefererReachesTheBucketAsAsked) {
  auto plan = small_plan();
  const std::vector<std::string> headers = {"ParametersInCacheKeyAndForwardedToOrigin",
                                            "HeadersConfig", "HeaderBehavior"};
  const std::vector<std::string> first = {"ParametersInCacheKeyAndForwardedToOrigin",
                                          "HeadersConfig", "Headers", "Items", "#0"};
  for (const auto use : {RefererUse::in_cache_key, RefererUse::on_miss, RefererUse::off}) {
    plan.referer = use;
    const bool in_key = use == RefererUse::in_cache_key;
    const bool on_miss = use == RefererUse::on_miss;
    const auto cache_policy = written(DistributionDocument::cache_policy, plan);
    EXPECT_EQ(text(cache_policy, headers), in_key ? "whitelist" : "none");
    EXPECT_EQ(text(cache_policy, first), in_key ? "Referer" : "-");
    EXPECT_EQ(is_needed(DistributionDocument::origin_request_policy, plan), on_miss);
    const auto distribution = written(DistributionDocument::distribution, plan);
    EXPECT_EQ(at(distribution, {"DefaultCacheBehavior", "OriginRequestPolicyId"}) != nullptr,
              on_miss);
    // Else one viewer's 403 would be everybody's for ten seconds.
    EXPECT_EQ(text(distribution, {"CustomErrorResponses", "Items", "#0", "ErrorCachingMinTTL"}),
              on_miss ? "0" : "-");
  }
  plan.referer = RefererUse::on_miss;
  EXPECT_EQ(text(written(DistributionDocument::origin_request_policy, plan),
                 {"HeadersConfig", "Headers", "Items", "#0"}),
            "Referer");
}

TEST(DistributionWriter, QuantitiesCountTheirItems) {
  auto plan = small_plan();
  for (const bool more : {false, true}) {
    if (more) {
      plan.aliases = {"a.example", "b.example"};
      plan.behaviors = {{"a/*", true}, {"b/*", false}, {"c/*", true}};
      plan.key_group_ids = {"1", "2", "3"};
      plan.referer = RefererUse::on_miss;
    }
    for (const auto document : distribution_documents)
      expect_quantities(written(document, plan));
  }
}

TEST(DistributionWriter, ChinaHasItsOwnEndpoint) {
  auto plan = small_plan();
  plan.region = "cn-north-1";
  EXPECT_EQ(text(written(DistributionDocument::distribution, plan),
                 {"Origins", "Items", "#0", "DomainName"}),
            "mistonline-test-bucket.s3.cn-north-1.amazonaws.com.cn");
}

TEST(DistributionWriter, Ipv6IsAnOption) {
  auto plan = small_plan();
  EXPECT_EQ(text(written(DistributionDocument::distribution, plan), {"IsIPV6Enabled"}), "true");
  plan.ipv6 = false;
  EXPECT_EQ(text(written(DistributionDocument::distribution, plan), {"IsIPV6Enabled"}), "false");
}

TEST(DistributionWriter, TheBucketsPolicyIsOne) {
  const auto plan = small_plan();
  EXPECT_TRUE(
      parse_bucket_policy(write_distribution_document(DistributionDocument::bucket_policy, plan))
          .has_value());
}

TEST(DistributionWriter, WhatIsThereAlreadyIsNotNeeded) {
  auto plan = small_plan();
  const auto needed = [&plan](DistributionDocument document) { return is_needed(document, plan); };
  EXPECT_TRUE(needed(DistributionDocument::public_key));
  EXPECT_TRUE(needed(DistributionDocument::key_group));
  EXPECT_TRUE(needed(DistributionDocument::distribution));
  plan.public_key_ids = {"K1"};
  EXPECT_FALSE(needed(DistributionDocument::public_key));
  EXPECT_TRUE(needed(DistributionDocument::key_group));
  plan.key_group_ids = {"g"};
  EXPECT_FALSE(needed(DistributionDocument::key_group));
  plan.public_key_ids.clear();
  EXPECT_FALSE(needed(DistributionDocument::public_key));
  plan.key_group_ids.clear();
  plan.default_is_signed = false;
  EXPECT_FALSE(needed(DistributionDocument::public_key));
  EXPECT_FALSE(needed(DistributionDocument::key_group));
  plan.behaviors = {{"private/*", true}};
  EXPECT_TRUE(needed(DistributionDocument::key_group));
  EXPECT_TRUE(needed(DistributionDocument::cache_policy));
  plan.cache_policy_id = "c";
  EXPECT_FALSE(needed(DistributionDocument::cache_policy));
  plan.bucket_policy.source_arn = "arn:aws:cloudfront::123456789012:distribution/E1";
  EXPECT_FALSE(needed(DistributionDocument::distribution));
  EXPECT_TRUE(needed(DistributionDocument::bucket_policy));
}

TEST(PlanName, IsWhatAllPartsMayBeNamed) {
  for (const std::string name : {"a", "My-media_1"})
    EXPECT_FALSE(check_plan_name(name)) << name;
  EXPECT_FALSE(check_plan_name(std::string(40, 'a')));
  EXPECT_TRUE(check_plan_name(std::string(41, 'a')));
  for (const std::string name : {"", "a.b", "a b", "\xC3\xBC"})
    EXPECT_TRUE(check_plan_name(name)) << name;
}

TEST(PathPattern, HasCloudFrontsCharacters) {
  for (const std::string pattern : {"private/*", "/private/*", "*.jpg", "a?/b_c~d@e:f+g&h$'\""})
    EXPECT_FALSE(check_path_pattern(pattern)) << pattern;
  EXPECT_FALSE(check_path_pattern(std::string(255, 'a')));
  EXPECT_TRUE(check_path_pattern(std::string(256, 'a')));
  for (const std::string pattern : {"", "a b", "a%20b", "a#b", "\xC3\xBC", "a\\b", "a|b"})
    EXPECT_TRUE(check_path_pattern(pattern)) << pattern;
}

}  // namespace
}  // namespace signgate::policy
