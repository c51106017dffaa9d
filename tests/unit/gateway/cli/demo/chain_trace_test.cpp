// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/chain_trace.hpp"

#include <gtest/gtest.h>

#include "signing/verifier.hpp"

namespace signgate::cli::demo {
namespace {

/// The lights in the order of the checks: "+" passed, "x" failed, "." not reached.
std::string lights(const Trace& trace) {
  std::string text;
  for (const auto& step : trace.steps)
    text += step.light == Light::passed ? '+' : step.light == Light::failed ? 'x' : '.';
  return text;
}

EdgeAnswer opened(const char* cache, const char* age) {
  EdgeAnswer answer;
  answer.status = 200;
  answer.type = "image/png";
  answer.size = 5;
  answer.server = "AmazonS3";
  answer.cache = cache;
  answer.age = age;
  return answer;
}

EdgeAnswer refused(const char* server, const char* reason, const char* code = "AccessDenied") {
  EdgeAnswer answer;
  answer.status = 403;
  answer.server = server;
  answer.code = code;
  answer.message = "Access denied";
  answer.reason = reason;
  return answer;
}

EdgeAnswer refused_by_bucket(const char* reason) {
  return refused("AmazonS3", reason);
}

TEST(TraceOf, LightsAllForAMissAndNothingBehindTheCacheForAHit) {
  const auto miss = trace_of(opened("Miss from cloudfront", ""));
  EXPECT_EQ(lights(miss), "+++++++++++");
  EXPECT_TRUE(miss.opened);
  EXPECT_EQ(miss.by, "Amazon S3");
  const auto hit = trace_of(opened("Hit from cloudfront", "3"));
  EXPECT_EQ(lights(hit), "++++++++...");
  EXPECT_TRUE(hit.opened);
  EXPECT_EQ(hit.by, "the edge's cache");
  EXPECT_EQ(hit.at(Check::cache).note, "hit: has it for 3 s");
  EXPECT_EQ(lights(trace_of(opened("RefreshHit from cloudfront", ""))), "+++++++++++");
}

TEST(TraceOf, FindsTheEdgesCheckByItsReason) {
  const auto at = [](const char* reason) {
    return lights(trace_of(refused("CloudFront", reason)));
  };
  EXPECT_EQ(at("not_signed: the request is not signed"), "++x........");
  EXPECT_EQ(at("unknown_key: no trusted key has the id"), "++x........");
  EXPECT_EQ(at("bad_signature: the signature is not that key's"), "+++x.......");
  EXPECT_EQ(at("resource_mismatch: the policy's Resource"), "++++x......");
  EXPECT_EQ(at("expired: it expired 42 s ago"), "+++++x.....");
  EXPECT_EQ(at("not_yet_valid"), "+++++x.....");
  EXPECT_EQ(at("viewer_address_mismatch: x"), "++++++x....");
}

TEST(TraceOf, PlacesEveryReasonThatTheVerifierHas) {
  using signing::DenialReason;
  const auto last = static_cast<int>(DenialReason::viewer_address_unknown);
  for (int i = 0; i <= last; ++i) {
    const std::string name(signing::denial_reason_name(static_cast<DenialReason>(i)));
    const auto trace = trace_of(refused("CloudFront", (name + ": cause").c_str()));
    const auto text = lights(trace);
    EXPECT_NE(text.find('x'), std::string::npos) << name;
    EXPECT_LT(text.find('x'), static_cast<std::size_t>(Check::cache)) << name;
  }
}

TEST(TraceOf, TakesTheCodeWhereNoReasonIsTold) {
  EXPECT_EQ(lights(trace_of(refused("CloudFront", "", "MissingKey"))), "++x........");
  EXPECT_EQ(lights(trace_of(refused("CloudFront", "", "InvalidKey"))), "++x........");
  EXPECT_EQ(lights(trace_of(refused("CloudFront", "", "MalformedSignature"))), "+++x.......");
  // AccessDenied may be any of four checks: none is claimed.
  EXPECT_EQ(lights(trace_of(refused("CloudFront", ""))), "++.........");
}

TEST(TraceOf, FindsTheBucketsCheckByItsReason) {
  const auto at = [](const char* reason) { return trace_of(refused_by_bucket(reason)); };
  const std::string closest = "bucket_policy: no Allow applies: statement 1 (\"S\") fails at ";
  const auto none = at((closest + "StringLike aws:Referer; the request has none").c_str());
  EXPECT_EQ(lights(none), "+++++++++x.");
  EXPECT_EQ(none.at(Check::referer).note, "none was sent");
  const auto other =
      at((closest + "StringLike aws:Referer; the request has \"https://o/\"").c_str());
  EXPECT_EQ(lights(other), "+++++++++x.");
  EXPECT_EQ(other.at(Check::referer).note, "it is another site's");
  const auto removed = at((closest + "StringLike aws:Referer; the request has none; CloudFront "
                                     "removed Referer: forward_headers does not list it")
                              .c_str());
  EXPECT_EQ(removed.at(Check::referer).note, "CloudFront removed it");
  EXPECT_EQ(lights(at((closest + "StringEquals AWS:SourceArn; the request has \"a\"").c_str())),
            "++++++++x..");
  EXPECT_EQ(lights(at((closest + "the principal").c_str())), "++++++++x..");
  EXPECT_EQ(lights(at("no_such_key: the bucket has no such object")), "++++++++++x");
}

TEST(TraceOf, StopsAtTheCacheWhichKeepsARefusal) {
  auto answer = refused_by_bucket(
      "bucket_policy: no Allow applies: statement 1 fails at StringLike aws:Referer; the request "
      "has none");
  answer.age = "1";
  const auto trace = trace_of(answer);
  EXPECT_EQ(lights(trace), "+++++++x...");
  EXPECT_EQ(trace.by, "the edge's cache");
  EXPECT_NE(trace.outcome.find("refusal of 1 second ago"), std::string::npos) << trace.outcome;
}

TEST(TraceOf, ClaimsNothingOfAnAnswerThatItDoesNotKnow) {
  EXPECT_EQ(lights(trace_of({})), "++.........");
  auto answer =
      refused_by_bucket("bucket_policy: denied by statement 2 for IpAddress aws:SourceIp");
  EXPECT_EQ(lights(trace_of(answer)), "+++++++....");
  answer.status = 502;
  answer.server = "nginx";
  EXPECT_EQ(lights(trace_of(answer)), "++.........");
  EXPECT_FALSE(trace_of(answer).opened);
}

TEST(BrokenAt, LightsTheSiteOrTheGateway) {
  EXPECT_EQ(lights(broken_at(Check::site, "why")), "x..........");
  EXPECT_EQ(lights(broken_at(Check::gateway, "why")), "+x.........");
  EXPECT_EQ(broken_at(Check::gateway, "why").outcome, "why");
}

}  // namespace
}  // namespace signgate::cli::demo
