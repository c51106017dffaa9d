// SPDX-License-Identifier: Apache-2.0
#include "policy/arn_pattern.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

TEST(ArnPattern, MatchesPartByPart) {
  struct Case {
    std::string_view pattern;
    std::string_view arn;
    bool expected;
  };
  constexpr std::string_view distribution = "arn:aws:cloudfront::123456789012:distribution/EDFD";
  for (const Case& c : {
           Case{"arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b:c", true},
           Case{"arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/", true},
           Case{"arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", false},
           Case{"arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket2/a", false},
           Case{"arn:aws:s3:::bucket/A*", "arn:aws:s3:::bucket/a", false},
           Case{"arn:aws:s3:::b?cket/a", "arn:aws:s3:::bucket/a", true},
           Case{"arn:aws:s3:::*", "arn:aws:s3:::bucket/a", true},
           Case{"arn:*:s3:::*", "arn:aws-cn:s3:::bucket", true},
           Case{"arn:aws:*:::x", "arn:aws:s3:::x", true},
           // A star does not take a colon along, but for the last part.
           Case{"arn:aws:*:x", "arn:aws:s3:::x", false},
           Case{"arn:aws:s3:*:x:y", "arn:aws:s3:::x:y", false},
           Case{"arn:aws:cloudfront::123456789012:distribution/*", distribution, true},
           Case{"arn:aws:cloudfront::*:distribution/EDFD", distribution, true},
           Case{"arn:aws:cloudfront::999999999999:distribution/*", distribution, false},
           Case{"*", distribution, true},
           Case{"*", "not an ARN", true},
           Case{"arn:aws:s3:::*", "not an ARN", false},
       }) {
    const auto pattern = ArnPattern::compile(c.pattern, true);
    if (!pattern) {
      EXPECT_FALSE(c.expected) << c.pattern << pattern.error().message;
      continue;
    }
    EXPECT_EQ(pattern->matches(c.arn), c.expected) << c.pattern << " : " << c.arn;
  }
}

TEST(ArnPattern, RefusesWhatHasNoSixParts) {
  for (const std::string_view text : {"", "**", "bucket/*", "arn:aws:s3", "arn:aws:s3::bucket",
                                      "xrn:aws:s3:::b", "a*:aws:s3:::b"}) {
    const auto pattern = ArnPattern::compile(text, true);
    ASSERT_TRUE(pattern.has_error()) << text;
    EXPECT_NE(pattern.error().message.find("six parts"), std::string::npos);
  }
}

TEST(ArnPattern, AColonWithinAVariableCutsNothing) {
  RequestContext context;
  context.set("aws:username", "ada:b");
  context.set("aws:PrincipalAccount", "111122223333");
  const auto pattern = ArnPattern::compile("arn:aws:s3:::bucket/${aws:username}/*", true);
  ASSERT_TRUE(pattern.has_value());
  EXPECT_TRUE(pattern->matches("arn:aws:s3:::bucket/ada:b/x", context));
  EXPECT_FALSE(pattern->matches("arn:aws:s3:::bucket/ben/x", context));
  EXPECT_FALSE(pattern->matches("arn:aws:s3:::bucket/ada:b/x"));
  const auto early = ArnPattern::compile(
      "arn:aws:sns:${aws:RequestedRegion, 'a:}'}:${aws:PrincipalAccount}:t", true);
  ASSERT_TRUE(early.has_value()) << early.error().message;
  context.set("aws:RequestedRegion", "eu-west-1");
  EXPECT_TRUE(early->matches("arn:aws:sns:eu-west-1:111122223333:t", context));
  EXPECT_FALSE(early->matches("arn:aws:sns:eu-west-1:444455556666:t", context));
}

TEST(ArnPattern, TellsAFlawInAVariableFirst) {
  const auto pattern = ArnPattern::compile("arn:aws:s3:::bucket/${username}/*", true);
  ASSERT_TRUE(pattern.has_error());
  EXPECT_NE(pattern.error().message.find("policy variable"), std::string::npos);
  EXPECT_TRUE(ArnPattern::compile("arn:aws:s3:::bucket/${aws:username}/*", false)
                  ->matches("arn:aws:s3:::bucket/${aws:username}/x"));
  EXPECT_TRUE(
      ArnPattern::compile("arn:aws:s3:::bucket/${*}", true)->matches("arn:aws:s3:::bucket/*"));
}

}  // namespace
}  // namespace signgate::policy
