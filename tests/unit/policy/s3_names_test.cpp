// SPDX-License-Identifier: Apache-2.0
#include "policy/s3_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

using ::testing::HasSubstr;

TEST(BucketName, LegalOnesAreTaken) {
  for (const std::string& name :
       {std::string("abc"), std::string("mistonline-test-bucket"), std::string("a.b-c.1"),
        std::string("1st"), std::string("xn-bucket"), std::string("10.1.2"),
        std::string(63, 'a')}) {
    const auto wrong = check_bucket_name(name);
    EXPECT_FALSE(wrong) << name << ": " << wrong->message;
  }
}

TEST(BucketName, EachRuleHasItsReason) {
  struct Case {
    std::string name;
    std::string why;
  };
  for (const auto& [name, why] : {Case{"ab", "3 to 63"},
                                  Case{"", "3 to 63"},
                                  Case{std::string(64, 'a'), "3 to 63"},
                                  Case{"Bucket", "lower-case"},
                                  Case{"my_bucket", "lower-case"},
                                  Case{"a/b/c", "lower-case"},
                                  Case{"b\xC3\xBC"
                                       "cher",
                                       "lower-case"},
                                  Case{"-abc", "begin and end"},
                                  Case{"abc.", "begin and end"},
                                  Case{"a..b", "two dots"},
                                  Case{"192.168.5.4", "IP address"},
                                  Case{"xn--bcher", "xn--"},
                                  Case{"sthree-x", "sthree-"},
                                  Case{"amzn-s3-demo-bucket", "amzn-s3-demo-"},
                                  Case{"my-s3alias", "-s3alias"},
                                  Case{"my--ol-s3", "--ol-s3"},
                                  Case{"my.mrap", ".mrap"},
                                  Case{"my--x-s3", "--x-s3"},
                                  Case{"my--table-s3", "--table-s3"},
                                  Case{"arn:aws:s3:::my-bucket", "ARN"}}) {
    const auto wrong = check_bucket_name(name);
    ASSERT_TRUE(wrong) << name;
    EXPECT_THAT(wrong->message, HasSubstr(why)) << name;
  }
}

TEST(DistributionArn, ItsPartsAreRead) {
  for (const std::string partition : {"aws", "aws-cn", "aws-us-gov"}) {
    const auto arn = parse_distribution_arn(
        "arn:" + partition + ":cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE");
    ASSERT_TRUE(arn) << arn.error().message;
    EXPECT_EQ(arn->partition, partition);
    EXPECT_EQ(arn->account, "123456789012");
    EXPECT_EQ(arn->id, "EDFDVBD6EXAMPLE");
  }
}

TEST(DistributionArn, WhatIsNoneIsRefusedWithAReason) {
  struct Case {
    std::string text;
    std::string why;
  };
  for (const auto& [text, why] : {
           Case{"", "arn:"},
           Case{"EDFDVBD6EXAMPLE", "arn:"},
           Case{"arn:aws", "service"},
           Case{"arn:aws-iso:cloudfront::123456789012:distribution/E1", "partition"},
           Case{"arn:aws:s3:::bucket", "service"},
           Case{"arn:aws:cloudfront:us-east-1:123456789012:distribution/E1", "Region"},
           Case{"arn:aws:cloudfront::12345678901:distribution/E1", "twelve"},
           Case{"arn:aws:cloudfront::1234567890123:distribution/E1", "twelve"},
           Case{"arn:aws:cloudfront::12345678901x:distribution/E1", "twelve"},
           Case{"arn:aws:cloudfront::123456789012:E1", "distribution/ID"},
           Case{"arn:aws:cloudfront::123456789012:origin-access-identity/E1", "distribution/ID"},
           Case{"arn:aws:cloudfront::123456789012:distribution/", "upper-case"},
           Case{"arn:aws:cloudfront::123456789012:distribution/e1", "upper-case"},
           Case{"arn:aws:cloudfront::123456789012:distribution/*", "upper-case"},
           Case{"arn:aws:cloudfront::123456789012:distribution/E1:x", "upper-case"},
       }) {
    const auto arn = parse_distribution_arn(text);
    ASSERT_FALSE(arn) << text;
    EXPECT_THAT(arn.error().message, HasSubstr(why)) << text;
    EXPECT_THAT(arn.error().message, HasSubstr("legal is arn:aws:cloudfront::")) << text;
  }
}

TEST(Region, ItsPartitionIsToldByItsPrefix) {
  EXPECT_EQ(partition_of_region("us-east-1"), "aws");
  EXPECT_EQ(partition_of_region("ap-southeast-2"), "aws");
  EXPECT_EQ(partition_of_region("cn-north-1"), "aws-cn");
  EXPECT_EQ(partition_of_region("us-gov-west-1"), "aws-us-gov");
  for (const char* none : {"", "frankfurt", "eu-central", "eu-central-1a", "EU-central-1",
                           "eu--central-1", "eu-central-1.amazonaws.com", "-eu-central-1"})
    EXPECT_EQ(partition_of_region(none), std::nullopt) << none;
}

}  // namespace
}  // namespace signgate::policy
