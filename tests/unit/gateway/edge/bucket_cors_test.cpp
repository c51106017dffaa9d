// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/bucket_cors.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

OriginRequest preflight(const std::string& origin, const std::string& method,
                        const std::string& headers = {}) {
  OriginRequest request;
  request.method = http::Method::options;
  request.fields = {{"Origin", origin}, {"Access-Control-Request-Method", method}};
  if (!headers.empty()) request.fields.emplace_back("Access-Control-Request-Headers", headers);
  return request;
}

std::string field(const OriginAnswer& answer, std::string_view name) {
  return std::string(find_line(answer.fields, name).value_or("(none)"));
}

const std::vector<CorsRule> rules = {
    {{"https://*.example.com"}, {"GET", "PUT"}, {"x-*", "Range"}, {}, 60},
    {{"*"}, {"GET"}, {}, {"ETag"}, {}},
};

TEST(BucketCors, TheFirstRuleThatAllowsAllCounts) {
  OriginAnswer answer =
      answer_preflight(rules, preflight("https://www.example.com", "PUT", "X-Own, range"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(field(answer, "Access-Control-Allow-Origin"), "https://www.example.com");
  EXPECT_EQ(field(answer, "Access-Control-Allow-Methods"), "GET, PUT");
  EXPECT_EQ(field(answer, "Access-Control-Allow-Headers"), "x-own, range");
  EXPECT_EQ(field(answer, "Access-Control-Max-Age"), "60");
  EXPECT_EQ(field(answer, "Access-Control-Allow-Credentials"), "true");
  answer = answer_preflight(rules, preflight("http://other.test", "GET"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(field(answer, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(field(answer, "Access-Control-Allow-Credentials"), "(none)");
  EXPECT_EQ(field(answer, "Access-Control-Expose-Headers"), "ETag");
}

TEST(BucketCors, WhatNoRuleAllowsIsForbidden) {
  for (const OriginRequest& request :
       {preflight("http://other.test", "PUT"), preflight("http://other.test", "GET", "X-Own"),
        preflight("https://www.example.com", "PUT", "Y-Own"),
        preflight("https://www.example.com", "put")}) {
    const OriginAnswer answer = answer_preflight(rules, request);
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code, "AccessForbidden");
    EXPECT_EQ(field(answer, "Access-Control-Allow-Origin"), "(none)");
  }
  const OriginAnswer none = answer_preflight({}, preflight("http://other.test", "GET"));
  EXPECT_NE(none.body.bytes->find("CORS is not enabled for this bucket."), std::string::npos);
  OriginRequest lacking = preflight("http://other.test", "GET");
  lacking.fields.pop_back();
  EXPECT_EQ(answer_preflight(rules, lacking).status, 400);
}

TEST(BucketCors, AnAnswerGetsTheFieldsOfItsRule) {
  OriginRequest request = preflight("https://www.example.com", "");
  request.method = http::Method::get;
  OriginAnswer answer;
  add_bucket_cors(rules, request, answer);
  EXPECT_EQ(field(answer, "Access-Control-Allow-Origin"), "https://www.example.com");
  OriginAnswer untouched;
  request.fields.clear();
  add_bucket_cors(rules, request, untouched);
  EXPECT_TRUE(untouched.fields.empty());
}

}  // namespace
}  // namespace signgate::edge
