// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/lint.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// Each code has its files in tests/data/lint, which gateway/cli/policy/policy_lint_test looks
// through. Here is what takes more than one look at the same thing.
namespace signgate::policy::lint {
namespace {

constexpr std::string_view allow =
    R"({"Sid": "Read", "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", "Condition": {"StringEquals":
    {"AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/E1"}}})";

std::string policy(std::string_view more) {
  return R"({"Version": "2012-10-17", "Statement": [)" + std::string(allow) +
         (more.empty() ? "" : ", ") + std::string(more) + "]}";
}

std::string deny_unless(std::string_view condition) {
  return R"({"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject",)"
         R"("Resource": "arn:aws:s3:::b/*", "Condition": {)" +
         std::string(condition) + "}}";
}

std::string distribution(std::string_view behaviors, std::string_view standard = {}) {
  return R"({"Origins": {"Quantity": 1, "Items": [{"Id": "o", "DomainName": "b.s3.amazonaws.com",
    "OriginAccessControlId": "E"}]}, "CacheBehaviors": {"Quantity": )" +
         std::to_string(std::ranges::count(behaviors, '{') == 0
                            ? 0
                            : 1 + std::count(behaviors.begin(), behaviors.end(), '\n')) +
         R"(, "Items": [)" + std::string(behaviors) + R"(]}, "DefaultCacheBehavior": {)" +
         std::string(standard) + "}}";
}

class Lint : public testing::Test {
 protected:
  void add(std::string_view json) { read_document(json, file_++, input_.documents, findings_); }

  std::string found() {
    Findings all = check_documents(input_);
    all.insert(all.end(), findings_.begin(), findings_.end());
    std::vector<std::string_view> names;
    for (const Finding& one : all)
      names.push_back(one.entry().code);
    std::ranges::sort(names);
    std::string out;
    for (const std::string_view name : names)
      out += (out.empty() ? "" : " ") + std::string(name);
    return out;
  }

  LintInput input_;
  Findings findings_;
  std::uint32_t file_ = 0;
};

TEST_F(Lint, IsSilentAboutTheUsualPolicy) {
  add(policy(""));
  EXPECT_EQ(found(), "");
}

TEST_F(Lint, TellsAllErrorsOfAPolicyNotTheFirstAlone) {
  add(policy(deny_unless(R"("StringNotLik": {"aws:Referrer": "x"}, "StringLikes": {"a:b": "c"})")));
  EXPECT_EQ(found(), "unknown-condition-key unknown-operator unknown-operator");
}

TEST_F(Lint, KnowsThePathOfPagesOnTheMediaHost) {
  add(policy(deny_unless(R"("StringNotLike": {"aws:Referer": "https://m.example.com/gallery/*"},
    "Null": {"aws:Referer": "false"})")));
  EXPECT_EQ(found(), "referer-path");
  SiteFacts site;
  site.media.emplace_back();
  site.media[0].host = "m.example.com";
  site.media[0].ttl = 3600;
  site.media[0].window = 900;
  input_.sites.push_back(site);
  EXPECT_EQ(found(), "");
}

TEST_F(Lint, FindsTheSiteThatNoPatternLetsThrough) {
  add(policy(deny_unless(R"("StringNotLike": {"aws:Referer": "https://www.example.com/*"},
    "Null": {"aws:Referer": "false"})")));
  EXPECT_EQ(found(), "referer-twin");
  SiteFacts site;
  site.hosts = {{"www.example.com", {}}, {"localhost", {}}, {"192.0.2.1", {}}};
  input_.sites.push_back(site);
  EXPECT_EQ(found(), "");
  input_.sites[0].hosts.push_back({"example.com", {}});
  EXPECT_EQ(found(), "referer-site-missing");
  input_.sites[0].hosts = {{"www.example.com", {8443}}};
  EXPECT_EQ(found(), "referer-port");
}

TEST_F(Lint, DoesNotGuessAtPoliciesThatAreNotThere) {
  add(policy(deny_unless(R"("StringNotLike": {"aws:Referer": ["https://example.com/*",
    "https://www.example.com/*"]}, "Null": {"aws:Referer": "false"})")));
  add(distribution("", R"("TargetOriginId": "o", "CachePolicyId": "mine",
    "OriginRequestPolicyId": "theirs")"));
  EXPECT_EQ(found(), "");
  add(R"({"MinTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": {}})");
  EXPECT_EQ(found(), "");
  add(R"({"HeadersConfig": {"HeaderBehavior": "none"}})");
  EXPECT_EQ(found(), "referer-not-forwarded");
}

TEST_F(Lint, TakesADocumentByItsIdBeforeAnotherWithoutOne) {
  add(policy(deny_unless(R"("StringNotLike": {"aws:Referer": ["https://example.com/*",
    "https://www.example.com/*"]}, "Null": {"aws:Referer": "false"})")));
  add(distribution("", R"("TargetOriginId": "o", "CachePolicyId": "mine")"));
  add(R"({"CachePolicy": {"Id": "other", "CachePolicyConfig": {"MinTTL": 0}}})");
  EXPECT_EQ(found(), "");
  add(R"({"CachePolicy": {"Id": "mine", "CachePolicyConfig": {"MinTTL": 0}}})");
  EXPECT_EQ(found(), "referer-not-forwarded");
}

TEST_F(Lint, AllowsAnOpenFolderWithinAPrivateOne) {
  constexpr std::string_view groups =
      R"("TrustedKeyGroups": {"Enabled": true, "Quantity": 1, "Items": ["g"]})";
  add(distribution(R"({"PathPattern": "private/thumbs/*"},
    {"PathPattern": "private/*", )" +
                   std::string(groups) + "}"));
  EXPECT_EQ(found(), "");
}

TEST_F(Lint, KnowsTheHostsThatCloudFrontGives) {
  add(distribution("", R"("TrustedKeyGroups": {"Enabled": true, "Quantity": 1, "Items": ["g"]})"));
  SiteFacts site;
  site.media.emplace_back();
  site.media[0].https = true;
  site.media[0].path = "/private/";
  site.media[0].ttl = 3600;
  site.media[0].window = 900;
  input_.sites.push_back(site);
  MediaFacts& media = input_.sites[0].media[0];
  for (const char* given : {"d111111abcdef8.cloudfront.net", "d111111abcdef8.cloudfront.cn"}) {
    media.host = given;
    EXPECT_EQ(found(), "") << given;
  }
  media.host = "media.example.org";
  EXPECT_EQ(found(), "target-host");
}

TEST_F(Lint, LooksAtKeysWithTheFunctionGiven) {
  add(R"({"Name": "n", "EncodedKey": "odd"})");
  EXPECT_EQ(found(), "");
  input_.key_flaw = [](std::string_view pem) {
    return pem == "odd" ? std::optional<std::string>("is odd") : std::nullopt;
  };
  EXPECT_EQ(found(), "key-type");
}

}  // namespace
}  // namespace signgate::policy::lint
