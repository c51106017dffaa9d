// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/s3_vocabulary.hpp"

#include <gtest/gtest.h>

namespace signgate::policy::lint {
namespace {

std::string shown(std::string_view host) {
  const auto found = parse_s3_host(host);
  return found ? found->bucket + (found->is_website ? " website" : "") : "none";
}

TEST(S3Host, IsReadInAllItsForms) {
  EXPECT_EQ(shown("b.s3.amazonaws.com"), "b");
  EXPECT_EQ(shown("my.bucket.s3.eu-central-1.amazonaws.com"), "my.bucket");
  EXPECT_EQ(shown("b.s3-eu-west-1.amazonaws.com"), "b");
  EXPECT_EQ(shown("b.s3.dualstack.us-east-1.amazonaws.com"), "b");
  EXPECT_EQ(shown("b.s3.cn-north-1.amazonaws.com.cn"), "b");
  EXPECT_EQ(shown("b.s3-website-us-east-1.amazonaws.com"), "b website");
  EXPECT_EQ(shown("b.s3-website.eu-central-1.amazonaws.com"), "b website");
}

TEST(S3Host, IsNoOtherHost) {
  EXPECT_EQ(shown("www.example.com"), "none");
  EXPECT_EQ(shown("s3.amazonaws.com"), "none");
  EXPECT_EQ(shown(".s3.amazonaws.com"), "none");
  EXPECT_EQ(shown("x.s3browser.amazonaws.com"), "none");
  EXPECT_EQ(shown("lb-1.eu-west-1.elb.amazonaws.com"), "none");
  EXPECT_EQ(shown(""), "none");
}

TEST(S3Arn, IsTakenApart) {
  const auto objects = parse_s3_arn("arn:aws-cn:s3:::b/a/*");
  ASSERT_TRUE(objects);
  EXPECT_EQ(objects->partition, "aws-cn");
  EXPECT_EQ(objects->bucket, "b");
  EXPECT_EQ(objects->key, "a/*");
  EXPECT_TRUE(objects->covers_objects());
  EXPECT_FALSE(objects->covers_bucket());
  EXPECT_TRUE(parse_s3_arn("arn:aws:s3:::b")->covers_bucket());
  EXPECT_FALSE(parse_s3_arn("arn:aws:s3:::b")->covers_objects());
  EXPECT_FALSE(parse_s3_arn("arn:aws:s3:::b/")->covers_objects());
  EXPECT_TRUE(parse_s3_arn("arn:aws:s3:::b*")->covers_objects());
  EXPECT_TRUE(parse_s3_arn("arn:aws:s3:::b*")->has_wildcard());
}

TEST(S3Arn, IsNoAccessPoint) {
  EXPECT_FALSE(parse_s3_arn("arn:aws:s3:us-east-1:123456789012:accesspoint/a"));
  EXPECT_FALSE(parse_s3_arn("arn:aws"));
  EXPECT_FALSE(parse_s3_arn("*"));
}

TEST(ActionReach, KnowsObjectsFromBuckets) {
  const auto reach = [](std::string_view pattern) {
    const ActionReach found = action_reach(pattern);
    return std::string(found.objects ? "o" : "") + (found.buckets ? "b" : "");
  };
  EXPECT_EQ(reach("s3:GetObject"), "o");
  EXPECT_EQ(reach("s3:getobject"), "o");
  EXPECT_EQ(reach("s3:ListBucket"), "b");
  EXPECT_EQ(reach("s3:Get*"), "ob");
  EXPECT_EQ(reach("s3:GetObject*"), "o");
  EXPECT_EQ(reach("*"), "ob");
  EXPECT_EQ(reach("s3:GetObjects"), "");
  EXPECT_EQ(reach("s3:ListObjects"), "");
}

TEST(ConditionKey, IsKnownOrOfAnotherService) {
  EXPECT_TRUE(is_condition_key("aws:referer"));
  EXPECT_TRUE(is_condition_key("aws:principaltag/team"));
  EXPECT_TRUE(is_condition_key("s3:prefix"));
  EXPECT_TRUE(is_condition_key("saml:aud"));
  EXPECT_FALSE(is_condition_key("aws:referrer"));
  EXPECT_FALSE(is_condition_key("s3:referer"));
}

}  // namespace
}  // namespace signgate::policy::lint
