// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/edge.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "gateway/base/limits.hpp"
#include "unit/gateway/edge/edge_fixture.hpp"

namespace signgate::edge {
namespace {

class EdgeTest : public EdgeFixture {};

TEST_F(EdgeTest, ServesWhatIsSignedAndComesFromTheSite) {
  LocalEdge edge = open(small_.setup());
  const EdgeResponse response = ask(edge, signed_target("/private/a.jpg"), from_site);
  EXPECT_EQ(response.status, 200) << response.reason;
  EXPECT_EQ(text(response), "hello picture");
  EXPECT_EQ(response.server, "AmazonS3");
  EXPECT_EQ(field(response, "Content-Type"), "image/jpeg");
  EXPECT_EQ(field(response, "X-Cache"), "Miss from cloudfront");
  EXPECT_EQ(field(response, "x-signgate-reason"), "(none)");
}

TEST_F(EdgeTest, TheBucketRefusesAForeignOrMissingReferer) {
  LocalEdge edge = open(small_.setup());
  for (const Lines& lines : {Lines{}, from_elsewhere, Lines{{"Referer", ""}}}) {
    const EdgeResponse response = ask(edge, signed_target("/private/a.jpg"), lines);
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.server, "AmazonS3");
    EXPECT_NE(text(response).find("<Message>Access Denied</Message><RequestId>"),
              std::string::npos);
    EXPECT_TRUE(response.reason.starts_with("bucket_policy: ")) << response.reason;
    EXPECT_NE(response.reason.find("\"OAC\" fails at StringLike aws:Referer"), std::string::npos);
  }
}

TEST_F(EdgeTest, DistributionAndBucketAreInOnePartition) {
  for (const std::string partition : {"aws-cn", "aws-us-gov"}) {
    std::string policy = tutorial_policy(
        R"(,{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},
             "Action":"s3:ListBucket","Resource":"arn:aws:s3:::test-bucket"})");
    for (std::size_t at = 0; (at = policy.find("arn:aws:", at)) != std::string::npos; ++at)
      policy.replace(at, 8, "arn:" + partition + ":");
    EdgeSetup setup = small_.setup(policy);
    LocalEdge abroad = open(setup);
    EXPECT_EQ(ask(abroad, signed_target("/private/a.jpg"), from_site).status, 403);
    setup.distribution.partition = partition;
    LocalEdge edge = open(setup);
    EXPECT_EQ(ask(edge, signed_target("/private/a.jpg"), from_site).status, 200) << partition;
    EXPECT_EQ(ask(edge, signed_target("/private/no.jpg"), from_site).status, 404) << partition;
  }
}

TEST_F(EdgeTest, WithoutForwardingTheBucketSeesNoReferer) {
  LocalEdge edge = open(small_.setup());
  const EdgeResponse response = ask(edge, "/public/p.txt", from_site);
  EXPECT_EQ(response.status, 403);
  EXPECT_NE(response.reason.find("the request has none; CloudFront removed Referer"),
            std::string::npos)
      << response.reason;
  LocalEdge other = open(small_.setup());
  EXPECT_EQ(ask(other, "/public/p.txt").reason.find("removed"), std::string::npos);
}

TEST_F(EdgeTest, AMissingObjectIs404OnlyForWhoMayList) {
  LocalEdge without = open(small_.setup());
  EdgeResponse response = ask(without, signed_target("/private/no.jpg"), from_site);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.code, "AccessDenied");
  EXPECT_TRUE(response.reason.starts_with("no_such_key")) << response.reason;

  LocalEdge with = open(small_.setup(tutorial_policy(
      R"(,{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},
           "Action":"s3:ListBucket","Resource":"arn:aws:s3:::test-bucket"})")));
  const std::string target = signed_target("/private/no&%3C.jpg");
  response = ask(with, target, from_site);
  EXPECT_EQ(response.status, 404);
  EXPECT_NE(text(response).find("<Code>NoSuchKey</Code><Message>The specified key does not "
                                "exist.</Message><Key>private/no&amp;&lt;.jpg</Key>"),
            std::string::npos);
  // The same from the error cache.
  const EdgeResponse again = ask(with, target, from_site, noon + 9);
  EXPECT_EQ(again.status, 404);
  EXPECT_EQ(field(again, "Age"), "9");
  EXPECT_NE(text(again).find("<Key>private/no&amp;&lt;.jpg</Key>"), std::string::npos);
  // Who may not get the object is told no more than that.
  EXPECT_EQ(ask(with, signed_target("/private/no.jpg"), from_elsewhere).status, 403);
}

TEST_F(EdgeTest, RangesAndConditions) {
  LocalEdge edge = open(small_.setup());
  const std::string target = signed_target("/private/a.jpg");
  const auto with = [&](const std::string& name, const std::string& value) {
    return ask(edge, target, {{"Referer", std::string(site)}, {name, value}});
  };
  const std::string etag = field(ask(edge, target, from_site), "ETag");
  EdgeResponse response = with("Range", "bytes=6-8");
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(text(response), "pic");
  EXPECT_EQ(field(response, "Content-Range"), "bytes 6-8/13");
  response = with("Range", "bytes=13-");
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(response.code, "InvalidRange");
  EXPECT_EQ(field(response, "Content-Range"), "bytes */13");
  EXPECT_EQ(field(response, "x-signgate-reason"), "invalid_range: the object has 13 bytes");
  response = with("If-None-Match", etag);
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(field(response, "ETag"), etag);
  EXPECT_EQ(response.body.length, 0U);
  response = with("If-Match", "\"other\"");
  EXPECT_EQ(response.status, 412);
  EXPECT_EQ(response.code, "PreconditionFailed");
  EXPECT_EQ(field(response, "x-signgate-reason"),
            "precondition: the object is not the one of the request's If-Match");
}

TEST_F(EdgeTest, HeadTellsTheLengthOfGet) {
  LocalEdge edge = open(small_.setup());
  const EdgeResponse response =
      ask(edge, signed_target("/private/a.jpg"), from_site, noon, http::Method::head);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body.length, 13U);
}

TEST_F(EdgeTest, ALargeObjectComesAsAnOpenFileAndIsNotCached) {
  small_.write("private/big.bin", std::string(limits::edge_cached_object + 1, 'b'));
  LocalEdge edge = open(small_.setup());
  for (int i = 0; i < 2; ++i) {
    const EdgeResponse response = ask(edge, signed_target("/private/big.bin"),
                                      {{"Referer", std::string(site)}, {"Range", "bytes=10-"}});
    EXPECT_EQ(response.status, 206);
    EXPECT_TRUE(response.body.file.is_open());
    EXPECT_EQ(response.body.offset, 10U);
    EXPECT_EQ(response.body.length, limits::edge_cached_object - 9);
    EXPECT_EQ(field(response, "X-Cache"), "Miss from cloudfront");
  }
}

TEST_F(EdgeTest, CorsOnlyAsConfigured) {
  const Lines lines = {{"Origin", "https://www.example.com"}};
  const std::string name = "Access-Control-Allow-Origin";
  LocalEdge none = open(small_.setup());
  EXPECT_EQ(field(ask(none, "/public/p.txt", lines), name), "(none)");
  EdgeSetup setup = small_.setup();
  setup.distribution.cors.origins = {"https://www.example.com"};
  LocalEdge one = open(setup);
  EdgeResponse response = ask(one, "/public/p.txt", lines);
  EXPECT_EQ(field(response, name), "https://www.example.com");
  EXPECT_EQ(field(response, "Vary"), "Origin");
  response = ask(one, "/public/p.txt", {{"Origin", "https://evil.example"}});
  EXPECT_EQ(field(response, name), "(none)");
  EXPECT_EQ(field(response, "Vary"), "Origin");
  setup.distribution.cors.origins = {"https://*.example.com", "http://localhost:*"};
  LocalEdge some = open(setup);
  for (const char* listed : {"https://www.example.com", "http://localhost:3000"})
    EXPECT_EQ(field(ask(some, "/public/p.txt", {{"Origin", listed}}), name), listed);
  for (const char* other : {"https://example.com", "http://www.example.com", "http://localhost"})
    EXPECT_EQ(field(ask(some, "/public/p.txt", {{"Origin", other}}), name), "(none)") << other;
  setup.distribution.cors.origins = {"*"};
  LocalEdge all = open(setup);
  EXPECT_EQ(field(ask(all, "/public/p.txt"), name), "*");
}

TEST_F(EdgeTest, AReasonIsOneLineWhateverTheRefererHolds) {
  LocalEdge edge = open(small_.setup());
  const EdgeResponse response =
      ask(edge, signed_target("/private/a.jpg"), {{"Referer", "https://evil.example/\x01\x7f"}});
  EXPECT_EQ(response.reason.find('\x01'), std::string::npos);
  EXPECT_EQ(response.reason.find('\x7f'), std::string::npos);
}

constexpr std::string_view for_all =
    R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}})";

TEST_F(EdgeTest, CachedObjectsAreServedUntilTheirTimeIsUp) {
  EdgeSetup setup = small_.setup(std::string(for_all));
  setup.distribution.behaviors[1].ttls = {0, 60, 600};
  LocalEdge edge = open(setup);
  EXPECT_EQ(field(ask(edge, "/public/p.txt"), "X-Cache"), "Miss from cloudfront");
  EdgeResponse response = ask(edge, "/public/p.txt", {}, noon + 59);
  EXPECT_EQ(field(response, "X-Cache"), "Hit from cloudfront");
  EXPECT_EQ(field(response, "Age"), "59");
  response = ask(edge, "/public/p.txt", {}, noon + 60);
  EXPECT_EQ(field(response, "X-Cache"), "RefreshHit from cloudfront");
  small_.write("public/p.txt", "changed");
  EXPECT_EQ(text(ask(edge, "/public/p.txt", {}, noon + 61)), "everybody's");
  response = ask(edge, "/public/p.txt", {}, noon + 120);
  EXPECT_EQ(text(response), "changed");
  EXPECT_EQ(field(response, "X-Cache"), "Miss from cloudfront");
  // Another query is another object, signing parameters are not.
  EXPECT_EQ(field(ask(edge, "/public/p.txt?v=2", {}, noon + 121), "X-Cache"),
            "Miss from cloudfront");
  EXPECT_EQ(field(ask(edge, "/public/p.txt?Expires=1&Signature=x", {}, noon + 121), "X-Cache"),
            "Hit from cloudfront");
}

TEST_F(EdgeTest, TheObjectsCacheControlCountsWithinTheBehaviorsBounds) {
  EdgeSetup setup = small_.setup(std::string(for_all));
  setup.bucket.cache_control = "max-age=5";
  setup.distribution.behaviors[1].ttls = {10, 60, 600};
  LocalEdge edge = open(setup);
  EXPECT_EQ(field(ask(edge, "/public/p.txt"), "Cache-Control"), "max-age=5");
  EXPECT_EQ(field(ask(edge, "/public/p.txt", {}, noon + 9), "X-Cache"), "Hit from cloudfront");
  EXPECT_EQ(field(ask(edge, "/public/p.txt", {}, noon + 10), "X-Cache"),
            "RefreshHit from cloudfront");
  setup.bucket.cache_control = "no-store";
  setup.distribution.behaviors[1].ttls = {0, 60, 600};
  LocalEdge none = open(setup);
  EXPECT_EQ(field(ask(none, "/public/p.txt"), "X-Cache"), "Miss from cloudfront");
  EXPECT_EQ(field(ask(none, "/public/p.txt"), "X-Cache"), "Miss from cloudfront");
}

TEST_F(EdgeTest, AForwardedRefererIsPartOfTheKeyAndA403IsKeptTenSeconds) {
  LocalEdge edge = open(small_.setup());
  const std::string target = signed_target("/private/a.jpg");
  EXPECT_EQ(ask(edge, target, from_site).status, 200);
  EXPECT_EQ(field(ask(edge, target, from_site), "X-Cache"), "Hit from cloudfront");
  EXPECT_EQ(ask(edge, target, from_elsewhere).status, 403);
  const EdgeResponse kept = ask(edge, target, from_elsewhere, noon + 9);
  EXPECT_EQ(field(kept, "Age"), "9");
  EXPECT_TRUE(kept.reason.starts_with("bucket_policy")) << kept.reason;
  EXPECT_EQ(field(ask(edge, target, from_elsewhere, noon + 10), "Age"), "(none)");
  // A hit is no way round the signature.
  EXPECT_EQ(ask(edge, "/private/a.jpg", from_site).code, "MissingKey");
  EXPECT_TRUE(ask(edge, target, from_site, noon + 3600).reason.starts_with("expired"));
}

TEST_F(EdgeTest, AViewersConditionThatReachesTheBucketIsAskedOnceMoreWithoutIt) {
  EdgeSetup setup = small_.setup(std::string(for_all));
  setup.distribution.behaviors[1].forward_headers = {"if-none-match"};
  LocalEdge edge = open(setup);
  const std::string etag = field(ask(edge, "/public/p.txt"), "ETag");
  EXPECT_EQ(edge.asked(), 1);
  EXPECT_EQ(ask(edge, "/public/p.txt", {{"If-None-Match", etag}}).status, 304);
  EXPECT_EQ(edge.asked(), 3);
}

TEST_F(EdgeTest, AnOriginThatKnowsNothingBut304EndsInA502) {
  Edge edge(small_.setup().distribution);
  http::Fields fields;
  ViewerRequest request;
  request.host = "media.test";
  request.target = "/public/p.txt";
  request.fields = &fields;
  Step step = edge.begin(request, noon);
  ASSERT_TRUE(std::holds_alternative<Question>(step));
  OriginAnswer answer;
  answer.status = 304;
  step = edge.resume(std::get<Question>(std::move(step)), std::move(answer), request, noon);
  ASSERT_TRUE(std::holds_alternative<EdgeResponse>(step));
  EXPECT_EQ(std::get<EdgeResponse>(step).status, 502);
}

TEST_F(EdgeTest, ARefererBesideTheKeyIsCheckedOnAMissAlone) {
  EdgeSetup setup = small_.setup();
  setup.distribution.behaviors[0].forward_headers = {};
  setup.distribution.behaviors[0].origin_headers = {"Referer"};
  const std::string target = signed_target("/private/a.jpg");

  LocalEdge good_first = open(setup);
  EXPECT_EQ(ask(good_first, target, from_site).status, 200);
  const EdgeResponse foreign = ask(good_first, target, from_elsewhere, noon + 60);
  EXPECT_EQ(foreign.status, 200);
  EXPECT_EQ(field(foreign, "X-Cache"), "Hit from cloudfront");

  LocalEdge foreign_first = open(setup);
  const EdgeResponse refused = ask(foreign_first, target, from_elsewhere);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.reason.find("removed Referer"), std::string::npos) << refused.reason;
  const EdgeResponse kept = ask(foreign_first, target, from_site, noon + 9);
  EXPECT_EQ(kept.status, 403);
  EXPECT_EQ(field(kept, "Age"), "9");
  EXPECT_EQ(ask(foreign_first, target, from_site, noon + 10).status, 200);
}

TEST_F(EdgeTest, AHitIsServedPastTheBucketPolicyAsInReality) {
  // Cached while the policy's date had not come; the policy is not asked again.
  EdgeSetup setup = small_.setup(
      R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*",
          "Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T12:00:10Z"}}}})");
  LocalEdge edge = open(setup);
  EXPECT_EQ(ask(edge, "/public/p.txt").status, 200);
  EXPECT_EQ(ask(edge, "/public/p.txt", {}, noon + 11).status, 200);
  LocalEdge fresh = open(setup);
  EXPECT_EQ(ask(fresh, "/public/p.txt", {}, noon + 11).status, 403);
}

}  // namespace
}  // namespace signgate::edge
