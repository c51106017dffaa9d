// SPDX-License-Identifier: Apache-2.0
#include "policy/access_request_file.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

std::string request(std::string_view principal, std::string_view more = "") {
  return R"({"principal":)" + std::string(principal) +
         R"(,"action":"s3:GetObject","resource":"arn:aws:s3:::b/k")" + std::string(more) + "}";
}

AccessRequest only(const std::string& json) {
  auto requests = parse_access_requests(json);
  EXPECT_TRUE(requests.has_value()) << requests.error().message << "\n" << json;
  if (!requests) return {};
  EXPECT_EQ(requests->size(), 1U);
  return requests->front().request;
}

TEST(AccessRequestFile, ReadsARequest) {
  const AccessRequest read = only(request(R"({"Service":"cloudfront.amazonaws.com"})",
                                          R"(,"context":{
      "AWS:SourceArn":"arn:aws:cloudfront::111122223333:distribution/E1",
      "s3:max-keys":10,"aws:SecureTransport":true,"aws:TagKeys":["a","b",3,false],
      "aws:Referer":null,"aws:CalledVia":[],"aws:PrincipalServiceName":null})"));
  EXPECT_EQ(read.principal.kind, PrincipalKind::service);
  EXPECT_EQ(read.principal.id, "cloudfront.amazonaws.com");
  EXPECT_EQ(read.action, "s3:GetObject");
  EXPECT_EQ(read.resource, "arn:aws:s3:::b/k");
  EXPECT_EQ(*read.context.find("aws:sourcearn"),
            "arn:aws:cloudfront::111122223333:distribution/E1");
  EXPECT_EQ(*read.context.find("s3:max-keys"), "10");
  EXPECT_EQ(*read.context.find("aws:SecureTransport"), "true");
  const auto tags = read.context.values("aws:TagKeys");
  EXPECT_EQ(std::vector(tags.begin(), tags.end()),
            (std::vector<std::string>{"a", "b", "3", "false"}));
  for (const std::string_view missing :
       {"aws:Referer", "aws:CalledVia", "aws:PrincipalServiceName"})
    EXPECT_EQ(read.context.find(missing), nullptr) << missing;
  EXPECT_EQ(*read.context.find("aws:PrincipalIsAWSService"), "true");
}

TEST(AccessRequestFile, KnowsEveryKindOfPrincipal) {
  struct Case {
    std::string_view json;
    PrincipalKind kind;
    std::string_view id;
  };
  for (const Case& c : {
           Case{R"("*")", PrincipalKind::anonymous, ""},
           Case{R"({"AWS":"*"})", PrincipalKind::anonymous, ""},
           Case{R"({"AWS":"111122223333"})", PrincipalKind::aws, "arn:aws:iam::111122223333:root"},
           Case{R"({"AWS":"arn:aws:iam::111122223333:user/a"})", PrincipalKind::aws,
                "arn:aws:iam::111122223333:user/a"},
           Case{R"({"Service":["s3.amazonaws.com"]})", PrincipalKind::service, "s3.amazonaws.com"},
           Case{R"({"Federated":"accounts.google.com"})", PrincipalKind::federated,
                "accounts.google.com"},
           Case{R"({"CanonicalUser":"79a5"})", PrincipalKind::canonical_user, "79a5"},
       }) {
    const AccessRequest read = only(request(c.json));
    EXPECT_EQ(read.principal.kind, c.kind) << c.json;
    EXPECT_EQ(read.principal.id, c.id) << c.json;
  }
}

TEST(AccessRequestFile, AnAccountIsInThePartitionOfTheResource) {
  for (const std::string partition : {"aws", "aws-cn", "aws-us-gov"}) {
    const AccessRequest read =
        only(R"({"principal":{"AWS":"111122223333"},"action":"s3:GetObject","resource":"arn:)" +
             partition + R"(:s3:::b/k"})");
    const std::string root = "arn:" + partition + ":iam::111122223333:root";
    EXPECT_EQ(read.principal.id, root);
    ASSERT_NE(read.context.find("aws:PrincipalArn"), nullptr);
    EXPECT_EQ(*read.context.find("aws:PrincipalArn"), root);
  }
}

TEST(AccessRequestFile, TakesAnArrayAndJsonLines) {
  const std::string one = request(R"("*")", R"(,"name":"first")");
  const std::string two = request(R"({"AWS":"111122223333"})");
  for (const std::string& text :
       {"[" + one + ",\n" + two + "]", one + "\n" + two, one + "\n" + two + "\n", one + two}) {
    const auto requests = parse_access_requests(text);
    ASSERT_TRUE(requests.has_value()) << requests.error().message;
    ASSERT_EQ(requests->size(), 2U) << text;
    EXPECT_EQ(requests->front().name, "first");
    EXPECT_EQ(requests->back().name, "");
    EXPECT_EQ(requests->back().request.principal.kind, PrincipalKind::aws);
    EXPECT_EQ(requests->back().position.line, text.find('\n') == text.npos ? 1U : 2U);
  }
}

TEST(AccessRequestFile, PointsAtWhatIsWrong) {
  struct Case {
    std::string json;
    std::uint32_t column;
    std::string_view says;
  };
  const std::string_view rest = R"(,"action":"s3:GetObject","resource":"arn:aws:s3:::b/k"})";
  for (const Case& c : {
           Case{"", 1, "expected a value"},
           Case{"[]", 1, "the array has no request"},
           Case{"7", 1, "a request is an object, not a number"},
           Case{"[[]]", 2, "a request is an object, not an array"},
           Case{"{}", 1, "has no principal"},
           Case{R"({"Principal":"*"})", 2, "unknown member \"Principal\""},
           Case{R"({"principal":"alice")" + std::string(rest), 14, "a principal is"},
           Case{R"({"principal":{"AWS":["*","111122223333"]})" + std::string(rest), 14,
                "one principal, not several"},
           Case{R"({"principal":"*"})", 1, "has no action; it looks like \"s3:GetObject\""},
           Case{R"({"principal":"*","action":7})", 27, "action is a string, not a number"},
           Case{R"({"principal":"*","action":"GetObject"})", 27, "is not the action of a request"},
           Case{R"({"principal":"*","action":"s3:Get*"})", 27, "is not the action of a request"},
           Case{R"({"principal":"*","action":"s3:GetObject"})", 1, "has no resource"},
           Case{R"({"principal":"*","action":"s3:GetObject","resource":"b/k"})", 53,
                "is not the resource of a request"},
           Case{request(R"("*")", R"(,"context":[])"), 82, "context is an object"},
           Case{request(R"("*")", R"(,"context":{"Referer":"x"})"), 83, "not a condition key"},
           Case{request(R"("*")", R"(,"context":{"a:b":{}})"), 89, "not an object"},
           Case{request(R"("*")", R"(,"context":{"a:b":[null]})"), 90, "not null"},
           Case{request(R"("*")", R"(,"context":{"a:b":"x","A:B":"y"})"), 93, "there twice"},
           Case{request(R"("*")", R"(,"name":1)"), 79, "name is a string"},
           Case{request(R"("*")") + "x", 72, "expected a value"},
       }) {
    const auto requests = parse_access_requests(c.json);
    ASSERT_TRUE(requests.has_error()) << c.json;
    EXPECT_NE(requests.error().message.find(c.says), std::string::npos)
        << requests.error().message << "\n"
        << c.json;
    EXPECT_EQ(requests.error().position.column, c.column) << c.json;
  }
}

TEST(AccessRequestFile, IsBounded) {
  const std::string one = request(R"("*")");
  EXPECT_TRUE(parse_access_requests(one + std::string(max_access_request_file - one.size(), '\n')));
  const auto longer =
      parse_access_requests(one + std::string(max_access_request_file - one.size() + 1, '\n'));
  ASSERT_TRUE(longer.has_error());
  EXPECT_NE(longer.error().message.find("longer than 4194304 bytes"), std::string::npos);
}

}  // namespace
}  // namespace signgate::policy
