// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/query.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(QueryArgument, TakesTheFirstOfThatNameInAnyCaseUndecoded) {
  EXPECT_EQ(query_argument("a=1&page=2&page=3", "page"), "2");
  EXPECT_EQ(query_argument("PAGE=%20", "page"), "%20");
  EXPECT_EQ(query_argument("page=", "page"), "");
  EXPECT_EQ(query_argument("page", "page"), "");
  EXPECT_EQ(query_argument("xpage=1", "page"), "");
  EXPECT_EQ(query_argument("", "page"), "");
}

TEST(CookieValue, LooksThroughAllCookieFields) {
  http::Fields fields;
  fields.add("Cookie", "a=1; b=2");
  fields.add("Cookie", "c=3");
  EXPECT_EQ(cookie_value(fields, "a"), "1");
  EXPECT_EQ(cookie_value(fields, "b"), "2");
  EXPECT_EQ(cookie_value(fields, "c"), "3");
  EXPECT_EQ(cookie_value(fields, "d"), "");
}

TEST(SetCookieValue, IsThatOfTheFirstOfThatName) {
  http::Fields fields;
  fields.add("Cookie", "a=0");
  fields.add("Set-Cookie", "ab=1; a=x");
  fields.add("Set-Cookie", "A = 2 ;Path=/");
  fields.add("Set-Cookie", "a=3");
  EXPECT_EQ(set_cookie_value(fields, "a"), "2 ");
  EXPECT_EQ(set_cookie_value(fields, "ab"), "1");
  EXPECT_EQ(set_cookie_value(fields, "path").data(), nullptr);
  fields.add("Set-Cookie", "empty=");
  fields.add("Set-Cookie", "bare");
  EXPECT_NE(set_cookie_value(fields, "empty").data(), nullptr);
  EXPECT_EQ(set_cookie_value(fields, "bare").data(), nullptr);
}

TEST(BasicUser, GivesTheUserAndNeverThePassword) {
  EXPECT_EQ(basic_user("Basic YWxhZGRpbjpvcGVuc2VzYW1l"), "aladdin");
  EXPECT_EQ(basic_user("basic YTpi"), "a");
  EXPECT_EQ(basic_user("Basic !!"), "");
  EXPECT_EQ(basic_user("Bearer YTpi"), "");
  EXPECT_EQ(basic_user("Basic YWJj"), "");  // no colon: no user
  EXPECT_EQ(basic_user(""), "");
}

TEST(RedactSignatures, BlotsOutWhatOpensALink) {
  EXPECT_EQ(redact_signatures("GET /a?Expires=1&Signature=abc~_&Key-Pair-Id=K HTTP/1.1"),
            "GET /a?Expires=1&Signature=***&Key-Pair-Id=K HTTP/1.1");
  EXPECT_EQ(redact_signatures("/a?Policy=eyJ9&Signature=x"), "/a?Policy=***&Signature=***");
  EXPECT_EQ(redact_signatures("/a?x=1&amp;Signature=abc"), "/a?x=1&amp;Signature=***");
  EXPECT_EQ(redact_signatures("/a?MySignature=1&NoPolicy=2"), "/a?MySignature=1&NoPolicy=2");
  EXPECT_EQ(redact_signatures("nothing"), "nothing");
  // An address within a query.
  EXPECT_EQ(redact_signatures("/go?next=%2Fa%3Fx%3D1%26Signature%3Dabc%26Key-Pair-Id%3DK&y=2"),
            "/go?next=%2Fa%3Fx%3D1%26Signature%3D***%26Key-Pair-Id%3DK&y=2");
  EXPECT_EQ(redact_signatures("/go?next=%2fa%3fPolicy%3deyJ9"), "/go?next=%2fa%3fPolicy%3d***");
}

TEST(RedactSignatures, LooksThroughEncodingsOfAnyDepth) {
  EXPECT_EQ(redact_signatures("/a?u=%252Fb%253FSignature%253Dabc%2526x%253D1&y=2"),
            "/a?u=%252Fb%253FSignature%253D***%2526x%253D1&y=2");
  EXPECT_EQ(redact_signatures("u=%25253FPolicy%25253Dabc%252526"),
            "u=%25253FPolicy%25253D***%252526");
  EXPECT_EQ(redact_signatures("?Signature%3"), "?Signature%3");
  EXPECT_EQ(redact_signatures("?Signature%"), "?Signature%");
  EXPECT_EQ(redact_signatures("?Signature%25"), "?Signature%25");
  EXPECT_EQ(redact_signatures("?Signature="), "?Signature=***");
}

TEST(RedactSignatures, BlotsOutThoseOfS3) {
  EXPECT_EQ(redact_signatures("/a?X-Amz-Date=1&X-Amz-Signature=0af9&X-Amz-Expires=2"),
            "/a?X-Amz-Date=1&X-Amz-Signature=***&X-Amz-Expires=2");
}

TEST(MayHoldSignature, IsFalseOnlyWhereNothingChanges) {
  EXPECT_FALSE(may_hold_signature("/a?Expires=1"));
  EXPECT_TRUE(may_hold_signature("/a?Signature%3D1"));
  EXPECT_TRUE(may_hold_signature("/a?Policy=1"));
}

TEST(RedactSignatures, BlotsOutCookies) {
  EXPECT_EQ(redact_signatures("CloudFront-Policy=e; CloudFront-Signature=s~; Path=/; theme=dark"),
            "CloudFront-Policy=***; CloudFront-Signature=***; Path=/; theme=dark");
  EXPECT_EQ(redact_signatures("/a?c=CloudFront-Signature%3Ds%3B%20x%3D1&y=2"),
            "/a?c=CloudFront-Signature%3D***%3B%20x%3D1&y=2");
}

}  // namespace
}  // namespace signgate::route
