// SPDX-License-Identifier: Apache-2.0
#include "policy/cloudfront_statement.hpp"

#include <gmock/gmock.h>

namespace signgate::policy {
namespace {

using testing::HasSubstr;

TEST(CannedPolicy, HasTheExactBytes) {
  EXPECT_EQ(canned_policy("https://d1.cloudfront.net/a?x=1&y=<2>", 1893456000),
            R"({"Statement":[{"Resource":"https://d1.cloudfront.net/a?x=1&y=<2>","Condition":)"
            R"({"DateLessThan":{"AWS:EpochTime":1893456000}}}]})");
}

TEST(CannedPolicy, EscapesQuoteAndBackslash) {
  EXPECT_THAT(canned_policy(R"(https://d1/q"u\b)", 1), HasSubstr(R"("https://d1/q\"u\\b")"));
}

TEST(CannedPolicy, AppendsAndTakesAnyTime) {
  std::string out = "before ";
  append_canned_policy(out, "u", -1);
  EXPECT_EQ(
      out,
      R"(before {"Statement":[{"Resource":"u","Condition":{"DateLessThan":{"AWS:EpochTime":-1}}}]})");
}

CloudFrontStatement full() {
  return {"https://d1.cloudfront.net/*", 1893456000, 1861920000, Ipv4Range{0xC0000200, 24}};
}

TEST(CustomPolicy, OrdersConditionsAsTheAwsCliDoes) {
  EXPECT_EQ(
      custom_policy(full()),
      R"({"Statement":[{"Resource":"https://d1.cloudfront.net/*","Condition":{)"
      R"("DateLessThan":{"AWS:EpochTime":1893456000},"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},)"
      R"("DateGreaterThan":{"AWS:EpochTime":1861920000}}}]})");
}

TEST(CustomPolicy, LeavesOutWhatIsNotThere) {
  EXPECT_EQ(custom_policy({std::nullopt, 5, std::nullopt, std::nullopt}),
            R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":5}}}]})");
}

TEST(CustomPolicy, OfOneUrlEqualsTheCannedOne) {
  EXPECT_EQ(custom_policy({"https://d1/a", 7, std::nullopt, std::nullopt}),
            canned_policy("https://d1/a", 7));
}

TEST(ParseCustomPolicy, ReadsWhatIsWritten) {
  const auto statement = parse_custom_policy(custom_policy(full()));
  ASSERT_TRUE(statement) << statement.error().message;
  EXPECT_EQ(*statement, full());
  const CloudFrontStatement least{std::nullopt, -5, std::nullopt, std::nullopt};
  EXPECT_EQ(*parse_custom_policy(custom_policy(least)), least);
}

TEST(ParseCustomPolicy, TakesAnyOrderAndWhiteSpace) {
  const auto statement = parse_custom_policy(R"( { "Statement" : [ { "Condition" : {
      "IpAddress" : { "AWS:SourceIp" : "192.0.2.0/24" },
      "DateGreaterThan" : { "AWS:EpochTime" : 1861920000 },
      "DateLessThan" : { "AWS:EpochTime" : 1893456000 } },
      "Resource" : "https:\/\/d1.cloudfront.net\/*" } ] } )");
  ASSERT_TRUE(statement) << statement.error().message;
  EXPECT_EQ(*statement, full());
}

TEST(ParseCustomPolicy, TakesABareAddress) {
  const auto statement = parse_custom_policy(
      R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1},"IpAddress":{"AWS:SourceIp":"192.0.2.9"}}}]})");
  ASSERT_TRUE(statement);
  EXPECT_EQ(statement->ip_address, (Ipv4Range{0xC0000209, 32}));
}

struct Refused {
  const char* json;
  const char* says;
};

class ParseCustomPolicyRefuses : public testing::TestWithParam<Refused> {};

TEST_P(ParseCustomPolicyRefuses, AndSaysWhy) {
  const auto statement = parse_custom_policy(GetParam().json);
  ASSERT_FALSE(statement) << GetParam().json;
  EXPECT_THAT(statement.error().message, HasSubstr(GetParam().says)) << GetParam().json;
}

constexpr Refused refused[] = {
    {"", ""},
    {"[]", "the policy is an array"},
    {"{}", "lacks Statement"},
    {R"({"statement":[]})", "legal are Statement"},
    {R"({"Version":"2012-10-17","Statement":[]})", "\"Version\""},
    {R"({"Statement":{}})", "Statement is an object, not an array"},
    {R"({"Statement":[]})", "exactly one"},
    {R"({"Statement":[{},{}]})", "exactly one"},
    {R"({"Statement":[7]})", "the statement is a number"},
    {R"({"Statement":[{}]})", "lacks Condition"},
    {R"({"Statement":[{"Resource":1,"Condition":{}}]})", "Resource is a number, not a string"},
    {R"({"Statement":[{"Effect":"Allow","Condition":{}}]})", "legal are Resource and Condition"},
    {R"({"Statement":[{"Condition":[]}]})", "Condition is an array"},
    {R"({"Statement":[{"Condition":{}}]})", "lacks DateLessThan"},
    {R"({"Statement":[{"Condition":{"DateGreaterThan":{"AWS:EpochTime":1}}}]})",
     "lacks DateLessThan"},
    {R"({"Statement":[{"Condition":{"DateLessThan":5}}]})", "DateLessThan is a number"},
    {R"({"Statement":[{"Condition":{"DateLessThan":{}}}]})", "lacks AWS:EpochTime"},
    {R"({"Statement":[{"Condition":{"DateLessThan":{"aws:epochtime":1}}}]})",
     "legal are AWS:EpochTime"},
    {R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":"1"}}}]})", "unquoted integer"},
    {R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1.5}}}]})", "unquoted integer"},
    {R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":99999999999999999999}}}]})",
     "unquoted integer"},
    {R"({"Statement":[{"Condition":{"DateEquals":{"AWS:EpochTime":1}}}]})", "\"DateEquals\""},
    {R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1},"IpAddress":{"AWS:SourceIp":7}}}]})",
     "AWS:SourceIp is a number"},
    {R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1},"IpAddress":{"AWS:SourceIp":["192.0.2.1"]}}}]})",
     "AWS:SourceIp is an array"},
    {R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1},"IpAddress":{"AWS:SourceIp":"::1"}}}]})",
     "IPv6"},
    {R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1},"DateLessThan":{"AWS:EpochTime":2}}}]})",
     "DateLessThan"},
    {R"({"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1}}}]} x)", ""},
    {R"({"Statement":[[[[[[[[[[]]]]]]]]]]})", ""},
};
INSTANTIATE_TEST_SUITE_P(Each, ParseCustomPolicyRefuses, testing::ValuesIn(refused));

TEST(ParseCustomPolicy, NamesThePlace) {
  const auto statement = parse_custom_policy("{\"Statement\":[{\n  \"Effect\":1}]}");
  ASSERT_FALSE(statement);
  EXPECT_EQ(statement.error().position.line, 2U);
  EXPECT_EQ(statement.error().position.column, 3U);
}

TEST(ParseCustomPolicy, IsBoundedInSize) {
  const std::string head = R"({"Statement":[{"Resource":")";
  const std::string tail = R"(","Condition":{"DateLessThan":{"AWS:EpochTime":1}}}]})";
  const auto of_size = [&](std::size_t size) {
    return head + std::string(size - head.size() - tail.size(), 'x') + tail;
  };
  EXPECT_TRUE(parse_custom_policy(of_size(max_custom_policy)));
  EXPECT_FALSE(parse_custom_policy(of_size(max_custom_policy + 1)));
}

}  // namespace
}  // namespace signgate::policy
