// SPDX-License-Identifier: Apache-2.0
#include "policy/principal.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

const Principal anonymous{};
const Principal cloudfront{PrincipalKind::service, "cloudfront.amazonaws.com"};
const Principal identity{PrincipalKind::aws,
                         "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1OAI"};
const Principal alice{PrincipalKind::aws, "arn:aws:iam::123456789012:user/alice"};

bool covers(std::string_view json, const Principal& principal, bool negated = false) {
  const auto element = parse_principal(*json_parse(json), negated);
  EXPECT_TRUE(element.has_value()) << json << element.error().message;
  return element.has_value() && element->covers(principal);
}

TEST(Principal, CoversByKindAndName) {
  struct Case {
    std::string_view json;
    const Principal& principal;
    bool expected;
  };
  for (const Case& c : {
           Case{R"("*")", anonymous, true},
           Case{R"("*")", cloudfront, true},
           Case{R"({"AWS":"*"})", anonymous, true},
           Case{R"({"AWS":"*"})", cloudfront, true},
           Case{R"({"AWS":["arn:aws:iam::123456789012:user/bob","*"]})", alice, true},
           Case{R"({"Service":"cloudfront.amazonaws.com"})", cloudfront, true},
           Case{R"({"Service":"cloudfront.amazonaws.com"})", anonymous, false},
           Case{R"({"Service":"cloudfront.amazonaws.com"})", alice, false},
           Case{R"({"Service":"CloudFront.amazonaws.com"})", cloudfront, false},
           Case{R"({"Service":["s3.amazonaws.com","cloudfront.amazonaws.com"]})", cloudfront, true},
           Case{R"({"AWS":"123456789012"})", alice, true},
           Case{R"({"AWS":"123456789012"})", anonymous, false},
           Case{R"({"AWS":"123456789012"})", cloudfront, false},
           Case{R"({"AWS":"arn:aws:iam::123456789012:root"})", alice, true},
           Case{R"({"AWS":"arn:aws:iam::999999999999:root"})", alice, false},
           Case{R"({"AWS":"arn:aws:iam::123456789012:user/alice"})", alice, true},
           Case{R"({"AWS":"arn:aws:iam::123456789012:user/Alice"})", alice, false},
           Case{R"({"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1OAI"})",
                identity, true},
           Case{R"({"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2OAI"})",
                identity, false},
           Case{R"({"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1OAI"})",
                cloudfront, false},
           Case{R"({"AWS":"123456789012"})", identity, false},
           Case{R"({"CanonicalUser":"79a59df900b949e5","Service":"cloudfront.amazonaws.com"})",
                cloudfront, true},
           Case{R"({"Federated":"cognito-identity.amazonaws.com"})", cloudfront, false},
       }) {
    EXPECT_EQ(covers(c.json, c.principal), c.expected) << c.json;
    if (c.principal.kind != PrincipalKind::aws) {
      EXPECT_EQ(covers(c.json, c.principal, true), !c.expected) << "not " << c.json;
    }
  }
}

const Principal root{PrincipalKind::aws, "arn:aws:iam::123456789012:root"};
const Principal session{PrincipalKind::aws, "arn:aws:sts::123456789012:assumed-role/Porter/mon"};

TEST(Principal, ARoleNamesItsSessions) {
  EXPECT_EQ(session.session_role(), "Porter");
  EXPECT_EQ(alice.session_role(), "");
  EXPECT_TRUE(covers(R"({"AWS":"arn:aws:iam::123456789012:role/Porter"})", session));
  EXPECT_TRUE(covers(R"({"AWS":"arn:aws:iam::123456789012:role/a/path/Porter"})", session));
  EXPECT_TRUE(covers(R"({"AWS":"arn:aws:sts::123456789012:assumed-role/Porter/mon"})", session));
  for (const std::string_view other :
       {R"({"AWS":"arn:aws:iam::123456789012:role/porter"})",
        R"({"AWS":"arn:aws:iam::123456789012:role/Porter/a"})",
        R"({"AWS":"arn:aws:iam::123456789012:user/Porter"})",
        R"({"AWS":"arn:aws:iam::999999999999:role/Porter"})",
        R"({"AWS":"arn:aws:sts::123456789012:assumed-role/Porter/tue"})"}) {
    EXPECT_FALSE(covers(other, session)) << other;
  }
  EXPECT_FALSE(covers(R"({"AWS":"arn:aws:sts::123456789012:assumed-role/Porter/mon"})",
                      {PrincipalKind::aws, "arn:aws:iam::123456789012:role/Porter"}));
}

TEST(Principal, ADenyByNotPrincipalLeavesOutWhoIsNamedAtEveryLevel) {
  struct Case {
    std::string_view json;
    const Principal& principal;
    bool covered;  // by a Deny
    bool granted;  // by an Allow
  };
  for (const Case& c : {
           Case{R"({"AWS":"*"})", alice, false, false},
           Case{R"({"AWS":"arn:aws:iam::123456789012:user/alice"})", alice, true, false},
           Case{R"({"AWS":"123456789012"})", alice, true, false},
           Case{R"({"AWS":["123456789012","arn:aws:iam::123456789012:user/alice"]})", alice, false,
                false},
           Case{
               R"({"AWS":["arn:aws:iam::123456789012:root","arn:aws:iam::123456789012:user/bob"]})",
               alice, true, false},
           Case{R"({"AWS":"999999999999"})", alice, true, true},
           Case{R"({"AWS":"123456789012"})", root, false, false},
           Case{R"({"AWS":"arn:aws:iam::123456789012:root"})", root, false, false},
           Case{R"({"AWS":["123456789012","arn:aws:iam::123456789012:role/Porter"]})", session,
                true, false},
           Case{R"({"AWS":["123456789012","arn:aws:sts::123456789012:assumed-role/Porter/mon"]})",
                session, true, false},
           Case{R"({"AWS":["123456789012","arn:aws:iam::123456789012:role/Porter",
                "arn:aws:sts::123456789012:assumed-role/Porter/mon"]})",
                session, false, false},
           Case{R"({"Service":"s3.amazonaws.com"})", alice, true, true},
       }) {
    auto element = parse_principal(*json_parse(c.json), true);
    ASSERT_TRUE(element.has_value()) << c.json;
    EXPECT_EQ(element->covers(c.principal), c.covered) << c.json << c.principal.id;
    element->grants = true;
    EXPECT_EQ(element->covers(c.principal), c.granted) << c.json << c.principal.id;
  }
}

TEST(Principal, RefusesOtherForms) {
  struct Case {
    std::string_view json;
    std::string_view says;
  };
  for (const Case& c : {
           Case{R"("cloudfront.amazonaws.com")", "a principal is \"*\" or an object"},
           Case{R"({})", "a principal is \"*\" or an object"},
           Case{R"(["*"])", "a principal is \"*\" or an object"},
           Case{R"({"aws":"*"})", "unknown kind of principal \"aws\""},
           Case{R"({"AWS":[]})", "empty list"},
           Case{R"({"AWS":7})", "AWS is a string"},
           Case{R"({"AWS":"arn:aws:iam::123456789012:user/*"})", "a wildcard in an AWS principal"},
           Case{R"({"AWS":"alice"})", "12 digits"},
           Case{R"({"AWS":"12345678901"})", "12 digits"},
           Case{R"({"AWS":"arn:aws:iam::12:user/a"})", "12 digits"},
           Case{R"({"AWS":"arn:aws:iam::cloudfront:user/alice"})", "12 digits"},
           Case{R"({"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity *"})",
                "a wildcard in an AWS principal"},
           Case{R"({"Service":"*"})", "only AWS takes"},
           Case{R"({"Service":"*.amazonaws.com"})", "only AWS takes"},
           Case{R"({"Service":""})", "not empty"},
       }) {
    const auto element = parse_principal(*json_parse(c.json), false);
    ASSERT_TRUE(element.has_error()) << c.json;
    EXPECT_NE(element.error().message.find(c.says), std::string::npos) << element.error().message;
  }
}

}  // namespace
}  // namespace signgate::policy
