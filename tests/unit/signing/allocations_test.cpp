// SPDX-License-Identifier: Apache-2.0
#include "unit/signing/allocations.hpp"

#include <gtest/gtest.h>

#include "policy/bucket_policy.hpp"
#include "policy/evaluate.hpp"
#include "signing/url_signer.hpp"

namespace signgate::signing {
namespace {

TEST(UrlSignerMemory, WhatIsAtHandIsSignedWithoutAllocating) {
  const std::string target = "https://d111111abcdef8.cloudfront.net/private/";
  SignatureMemo memo(1 << 20);
  UrlSigner signer(memo);
  for (const PolicyForm form : {PolicyForm::canned, PolicyForm::custom, PolicyForm::prefix}) {
    LinkRule rule;
    rule.name = "photos";
    rule.policy = form;
    rule.target_length = target.size();
    rule.keys = {
        {std::make_shared<const SigningKey>(
             make_signing_key("K1", PrivateKey::generate(KeyType::ecdsa_p256).value()).value()),
         {},
         {}}};
    const std::string url = target + "albums/7/a.jpg?w=1";
    std::string out;
    out.reserve(2048);
    ASSERT_EQ(signer.sign(rule, url, "", 1893456000, out), UrlSigner::Outcome::pending);
    PendingSignature pending = signer.take_pending();
    ASSERT_TRUE(UrlSigner::make(pending));
    // The first hit may still make room in what is kept for the next one.
    ASSERT_EQ(signer.sign(rule, url, "", 1893456000, out), UrlSigner::Outcome::done);
    out.clear();
    const std::size_t before = allocations();
    const auto outcome = signer.sign(rule, url, "", 1893456000, out);
    const std::size_t after = allocations();
    EXPECT_EQ(outcome, UrlSigner::Outcome::done);
    EXPECT_EQ(after, before) << static_cast<int>(form);
  }
  EXPECT_GT(allocations(), 0U);
}

TEST(EvaluateMemory, BucketPoliciesDecideWithoutAllocating) {
  const auto policy = policy::parse_bucket_policy(R"({"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:Get*",
     "Resource":"arn:aws:s3:::a-bucket-with-a-long-name/${aws:PrincipalTag/team, 'nobody'}/*",
     "Condition":{
       "StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/E1"},
       "StringLike":{"aws:Referer":["https://www.site.example/*","https://*.site.example/*"]},
       "ForAnyValue:StringNotEqualsIgnoreCase":{"aws:TagKeys":["a","b"]},
       "ForAllValues:StringLike":{"aws:TagKeys":"*"},
       "NumericLessThan":{"s3:max-keys":"10.5"},
       "DateGreaterThan":{"aws:CurrentTime":"2027-01-01T00:00:00Z"},
       "Bool":{"aws:SecureTransport":"true"},
       "BinaryEquals":{"a:seal":"TGFudGVybg=="},
       "IpAddress":{"aws:SourceIp":["198.51.100.0/24","2001:db8::/32"]},
       "ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::*:distribution/${a:id}"},
       "Null":{"aws:TokenIssueTime":"true"}}},
    {"Effect":"Deny","NotPrincipal":{"AWS":["123456789012","arn:aws:iam::123456789012:role/R"],
     "Service":"cloudfront.amazonaws.com"},"NotAction":"s3:List*","NotResource":"arn:aws:s3:::x",
     "Condition":{"StringNotLike":{"aws:Referer":"https://*"}}}]})");
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  policy::AccessRequest request{{policy::PrincipalKind::service, "cloudfront.amazonaws.com"},
                                "s3:GetObject",
                                "arn:aws:s3:::a-bucket-with-a-long-name/nobody/albums/7/a.jpg",
                                {}};
  policy::RequestContext& context = request.context;
  context.set("aws:SourceArn", "arn:aws:cloudfront::123456789012:distribution/E1");
  context.set("aws:Referer", "https://media.site.example/a/long/path/that/fits/no/small/buffer");
  context.set_all("aws:TagKeys", {"A", "a tag of more characters than a small buffer has"});
  context.set("s3:max-keys", "7");
  context.set("aws:CurrentTime", "2030-01-01T00:00:00Z");
  context.set("aws:SecureTransport", "true");
  context.set("a:seal", "TGFudGVybg==");
  context.set("aws:SourceIp", "2001:db8::7");
  context.set("a:id", "E1");
  policy::AccessRequest session = request;
  session.principal = {policy::PrincipalKind::aws, "arn:aws:sts::123456789012:assumed-role/R/s"};
  const std::size_t before = allocations();
  const policy::Decision allowed = policy::evaluate(*policy, request);
  const policy::Decision denied = policy::evaluate(*policy, session);
  const std::size_t after = allocations();
  EXPECT_EQ(after, before);
  EXPECT_EQ(allowed.outcome, policy::Outcome::allow) << describe(allowed, *policy, request);
  EXPECT_EQ(denied.outcome, policy::Outcome::implicit_deny);
}

}  // namespace
}  // namespace signgate::signing
