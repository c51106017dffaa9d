// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/documents.hpp"

#include <gtest/gtest.h>

namespace signgate::policy::lint {
namespace {

struct Read {
  Documents documents;
  Findings findings;

  /// The findings as LINE:COLUMN CODE, with blanks between.
  [[nodiscard]] std::string found() const {
    std::string out;
    for (const Finding& one : findings) {
      out += (out.empty() ? "" : " ") + std::to_string(one.spot.line) + ':' +
             std::to_string(one.spot.column) + ' ' + std::string(one.entry().code);
    }
    return out;
  }
};

Read read(std::string_view json) {
  Read out;
  read_document(json, 0, out.documents, out.findings);
  return out;
}

constexpr std::string_view distribution =
    R"({"CallerReference": "r", "Comment": "", "Enabled": true,
  "Aliases": {"Quantity": 1, "Items": ["media.example.com"]},
  "Origins": {"Quantity": 1, "Items": [{"Id": "o", "DomainName": "b.s3.amazonaws.com",
    "S3OriginConfig": {"OriginAccessIdentity": ""}, "OriginAccessControlId": "E2"}]},
  "CacheBehaviors": {"Quantity": 1, "Items": [{"PathPattern": "private/*", "TargetOriginId": "o",
    "TrustedKeyGroups": {"Enabled": true, "Quantity": 1, "Items": ["g"]},
    "ViewerProtocolPolicy": "https-only", "CachePolicyId": "c"}]},
  "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all",
    "TrustedSigners": {"Enabled": false, "Quantity": 0},
    "ForwardedValues": {"QueryString": true, "Cookies": {"Forward": "none"},
      "Headers": {"Quantity": 1, "Items": ["Referer"]}}, "MinTTL": 5},
  "IsIPV6Enabled": true})";

TEST(ReadDocument, TakesADistribution) {
  const Read got = read(distribution);
  EXPECT_EQ(got.found(), "");
  ASSERT_EQ(got.documents.distributions.size(), 1U);
  const Distribution& one = got.documents.distributions[0];
  EXPECT_EQ(one.aliases.at(0).value, "media.example.com");
  EXPECT_EQ(one.origins.at(0).domain.value, "b.s3.amazonaws.com");
  EXPECT_EQ(one.origins.at(0).domain.spot, (Spot{0, 3, 66}));
  EXPECT_EQ(one.origins.at(0).access_control->value, "E2");
  EXPECT_FALSE(one.origins.at(0).access_identity);
  ASSERT_EQ(one.behaviors.size(), 2U);
  EXPECT_EQ(one.behaviors[0].pattern->value, "private/*");
  EXPECT_TRUE(one.behaviors[0].is_signed());
  EXPECT_EQ(one.behaviors[0].cache_policy->value, "c");
  EXPECT_FALSE(one.behaviors[0].forwarded);
  EXPECT_FALSE(one.behaviors[1].pattern);
  EXPECT_FALSE(one.behaviors[1].is_signed());
  ASSERT_TRUE(one.behaviors[1].forwarded);
  EXPECT_TRUE(one.behaviors[1].forwarded->headers.has("referer"));
  EXPECT_FALSE(one.behaviors[1].forwarded->headers.has("host"));
  EXPECT_EQ(one.behaviors[1].forwarded->lifetimes.min, 5);
  EXPECT_TRUE(one.ipv6);
}

TEST(ReadDocument, TakesWhatTheCliPrints) {
  const Read got = read(R"({"ETag": "E", "Distribution": {"Id": "E1", "ARN": "arn:x", "DomainName":
    "D1.cloudfront.net", "DistributionConfig": )" +
                        std::string(distribution) + "}}");
  EXPECT_EQ(got.found(), "");
  ASSERT_EQ(got.documents.distributions.size(), 1U);
  EXPECT_EQ(got.documents.distributions[0].id, "E1");
  EXPECT_EQ(got.documents.distributions[0].arn, "arn:x");
  EXPECT_EQ(got.documents.distributions[0].domain, "d1.cloudfront.net");
  for (const std::string_view wrapper : {"DistributionConfig", "DistributionConfigWithTags"}) {
    const Read other =
        read("{\"" + std::string(wrapper) + "\": " + std::string(distribution) + '}');
    EXPECT_EQ(other.documents.distributions.size(), 1U) << wrapper;
  }
}

TEST(ReadDocument, TakesTheSmallOnes) {
  Read got = read(R"({"CachePolicy": {"Id": "c", "CachePolicyConfig": {"Name": "n", "MinTTL": 1,
    "ParametersInCacheKeyAndForwardedToOrigin": {"HeadersConfig": {"HeaderBehavior": "whitelist",
    "Headers": {"Quantity": 1, "Items": ["Referer"]}}, "QueryStringsConfig":
    {"QueryStringBehavior": "allExcept", "QueryStrings": {"Quantity": 1, "Items": ["a"]}}}}}})");
  EXPECT_EQ(got.found(), "");
  ASSERT_EQ(got.documents.cache_policies.size(), 1U);
  EXPECT_EQ(got.documents.cache_policies[0].id, "c");
  EXPECT_TRUE(got.documents.cache_policies[0].headers.has("Referer"));
  EXPECT_TRUE(got.documents.cache_policies[0].query.has("b"));
  EXPECT_FALSE(got.documents.cache_policies[0].query.has("a"));

  got = read(R"({"Name": "n", "HeadersConfig": {"HeaderBehavior": "allViewer"}})");
  ASSERT_EQ(got.documents.origin_request_policies.size(), 1U);
  EXPECT_TRUE(got.documents.origin_request_policies[0].headers.has("Host"));

  got = read(R"({"OriginAccessControlConfig": {"Name": "n", "SigningProtocol": "sigv4",
    "SigningBehavior": "never", "OriginAccessControlOriginType": "s3"}})");
  ASSERT_EQ(got.documents.access_controls.size(), 1U);
  EXPECT_EQ(got.documents.access_controls[0].signing_behavior.value, "never");

  got = read(R"({"KeyGroup": {"Id": "g", "KeyGroupConfig": {"Name": "n", "Items": ["K1"]}}})");
  ASSERT_EQ(got.documents.key_groups.size(), 1U);
  EXPECT_EQ(got.documents.key_groups[0].id, "g");
  EXPECT_EQ(got.documents.key_groups[0].keys.at(0).value, "K1");

  got = read(R"({"CallerReference": "r", "Name": "n", "EncodedKey": "pem"})");
  ASSERT_EQ(got.documents.public_keys.size(), 1U);
  EXPECT_EQ(got.documents.public_keys[0].pem.value, "pem");

  got = read(R"({"PublicAccessBlockConfiguration": {"BlockPublicPolicy": true}})");
  ASSERT_EQ(got.documents.access_blocks.size(), 1U);
  EXPECT_TRUE(got.documents.access_blocks[0].blocks_policy);
  EXPECT_EQ(got.documents.access_blocks[0].off.size(), 3U);
}

TEST(ReadDocument, KnowsPoliciesApart) {
  Read got = read(R"({"Statement": [{"Effect": "Allow"}]})");
  EXPECT_EQ(got.documents.policies.size(), 1U);
  EXPECT_TRUE(got.documents.policies[0].flaw);
  got = read(R"({"Statement":[{"Resource":"https://a/*","Condition":{"DateLessThan":)"
             R"({"AWS:EpochTime":1900000000}}}]})");
  EXPECT_EQ(got.documents.policies.size(), 0U);
  EXPECT_EQ(got.found(), "");
}

TEST(ReadDocument, TellsWhatHasAWrongForm) {
  EXPECT_EQ(read("{").found(), "1:2 json-syntax");
  EXPECT_EQ(read("[]").found(), "1:1 kind-unknown");
  EXPECT_EQ(read("{}").found(), "1:1 kind-unknown");
  EXPECT_EQ(read(R"({"Origins": []})").found(), "1:13 document-invalid");
  EXPECT_EQ(read(R"({"Origins": {"Quantity": 2, "Items": [1]}})").found(),
            "1:26 quantity-mismatch 1:39 document-invalid");
  EXPECT_EQ(read(R"({"Origins": {"Items": [{}]}})").found(), "1:13 document-invalid");
  EXPECT_EQ(read(R"({"Aliases": {"Quantity": 1}, "Origins": {"Quantity": 0}})").found(),
            "1:26 quantity-mismatch");
  EXPECT_EQ(read(R"({"Origins": {"Quantity": 0}, "DefaultCacheBehavior": {"TrustedKeyGroups": )"
                 R"({"Enabled": true, "Quantity": 0}}})")
                .found(),
            "1:75 document-invalid");
  EXPECT_EQ(read(R"({"MinTTL": -1})").found(), "1:12 document-invalid");
  EXPECT_EQ(read(R"({"SigningBehavior": "Always"})").found(), "1:21 document-invalid");
  EXPECT_EQ(read(R"({"Name": "n", "Items": [2]})").found(), "1:25 document-invalid");
}

TEST(ReadDocument, BoundsWhatItReads) {
  std::string longest = R"({"MinTTL": 1, "Comment": ")";
  longest.append(max_document - longest.size() - 2, 'a');
  longest += "\"}";
  EXPECT_EQ(longest.size(), max_document);
  EXPECT_EQ(read(longest).found(), "");
  EXPECT_NE(read(longest + ' ').found().find("json-syntax"), std::string::npos);
}

TEST(ReadDocument, TellsOfPlaceholdersAnywhereAndOfNothingElseThere) {
  EXPECT_EQ(
      read(
          R"({"OriginAccessControlConfig": {"SigningBehavior": "REPLACE_WITH_A", "x": ["REPLACE_WITH_B"]}})")
          .found(),
      "1:51 placeholder 1:75 placeholder");
  EXPECT_EQ(read(R"({"EncodedKey": "REPLACE_WITHOUT"})").found(), "");
  EXPECT_EQ(read(R"({"EncodedKey": "not REPLACE_WITH_A"})").found(), "");
}

}  // namespace
}  // namespace signgate::policy::lint
