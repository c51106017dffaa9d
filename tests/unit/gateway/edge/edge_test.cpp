// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/edge.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "gateway/base/limits.hpp"
#include "policy/cloudfront_statement.hpp"
#include "signing/url_base64.hpp"
#include "unit/gateway/edge/small_edge.hpp"

namespace signgate::edge {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

const Lines from_site = {{"Referer", "https://www.example.com/"}};
const Lines from_elsewhere = {{"Referer", "https://evil.example/"}};
constexpr std::string_view site = "https://www.example.com/";

class EdgeTest : public testing::Test {
 protected:
  [[nodiscard]] static LocalEdge open(const EdgeSetup& setup) { return LocalEdge(setup); }

  EdgeResponse ask(LocalEdge& edge, const std::string& target, const Lines& lines = {},
                   UnixSeconds now = noon, http::Method method = http::Method::get) const {
    http::Fields fields;
    for (const auto& [name, value] : lines)
      fields.add(name, value);
    ViewerRequest request;
    request.method = method;
    request.host = "media.test";
    request.target = target;
    request.fields = &fields;
    request.viewer = policy::parse_ipv4_address("192.0.2.7");
    return edge.answer(request, now);
  }

  /// The target of the signed URL for `path`.
  [[nodiscard]] std::string signed_target(const std::string& path,
                                          UnixSeconds expires = noon + 3600) const {
    return small_.sign("http://media.test" + path, expires).substr(17);
  }

  static std::string field(const EdgeResponse& response, std::string_view name) {
    for (const auto& [own, value] : response.fields) {
      if (own == name) return value;
    }
    return "(none)";
  }

  static std::string text(const EdgeResponse& response) {
    if (response.body.bytes == nullptr) return "(no bytes)";
    return response.body.bytes->substr(response.body.offset, response.body.length);
  }

  SmallEdge small_;
};

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

TEST_F(EdgeTest, EachDenialHasCloudFrontsCodeAndAReason) {
  LocalEdge edge = open(small_.setup());
  const std::string good = signed_target("/private/a.jpg");
  const std::string other = signed_target("/private/b.jpg");
  const std::string unsigned_path = "/private/a.jpg";
  struct Case {
    std::string target;
    UnixSeconds now;
    std::string_view code;
    std::string_view reason;
  };
  const auto replaced = [&](std::string_view what, std::string_view with) {
    std::string target = good;
    target.replace(target.find(what), what.size(), with);
    return target;
  };
  for (const Case& c : {
           Case{unsigned_path, noon, "MissingKey", "not_signed"},
           Case{replaced("&Key-Pair-Id=K2JCJMDEHXQW5F", ""), noon, "MissingKey",
                "missing_key_pair_id"},
           Case{replaced("K2JCJMDEHXQW5F", ""), noon, "MissingKey", "missing_key_pair_id"},
           Case{replaced("K2JCJMDEHXQW5F", "K-1"), noon, "MissingKey", "missing_key_pair_id"},
           Case{replaced("K2JCJMDEHXQW5F", "KOTHER"), noon, "InvalidKey", "unknown_key"},
           Case{replaced("Signature=", "Signature=%"), noon, "MalformedSignature",
                "undecodable_signature"},
           Case{replaced("Signature=", "Signature=Zm9v&x="), noon, "MalformedSignature",
                "undecodable_signature"},
           Case{replaced("Expires=", "Expires=x"), noon, "MalformedPolicy", "undecodable_policy"},
           Case{replaced("Expires=1893502800", "Expires=1893502801"), noon, "AccessDenied",
                "bad_signature"},
           Case{replaced("a.jpg?", "a.jpg?x=1&"), noon, "AccessDenied", "bad_signature"},
           Case{"/private/a.jpg" + other.substr(14), noon, "AccessDenied", "bad_signature"},
           Case{good, noon + 3600, "AccessDenied", "expired"},
       }) {
    const EdgeResponse response = ask(edge, c.target, from_site, c.now);
    EXPECT_EQ(response.status, 403) << c.target;
    EXPECT_EQ(response.code, c.code) << c.target;
    EXPECT_EQ(response.server, "CloudFront");
    EXPECT_TRUE(response.reason.starts_with(c.reason)) << response.reason;
    EXPECT_EQ(field(response, "x-signgate-reason"), response.reason);
    EXPECT_EQ(field(response, "X-Cache"), "Error from cloudfront");
    EXPECT_NE(text(response).find("<Code>" + std::string(c.code) + "</Code>"), std::string::npos);
    EXPECT_EQ(text(response).find("RequestId"), std::string::npos);
  }
  EXPECT_EQ(text(ask(edge, unsigned_path)).size(), 146U);
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

TEST_F(EdgeTest, SignedCookiesLetInUnlessTheUrlIsSigned) {
  LocalEdge edge = open(small_.setup());
  policy::CloudFrontStatement statement;
  statement.resource = "http://media.test/private/*";
  statement.date_less_than = noon + 60;
  const std::string policy = policy::custom_policy(statement);
  const std::string cookie =
      "CloudFront-Policy=" +
      signing::url_base64_encode(
          {reinterpret_cast<const unsigned char*>(policy.data()), policy.size()}) +
      "; CloudFront-Signature=" + *signing::sign_policy(small_.key(), policy) +
      "; CloudFront-Key-Pair-Id=K2JCJMDEHXQW5F; CloudFront-Hash-Algorithm=SHA256";
  const Lines with_cookie = {{"Referer", std::string(site)}, {"Cookie", cookie}};
  EXPECT_EQ(ask(edge, "/private/a.jpg", with_cookie).status, 200);
  EXPECT_TRUE(ask(edge, "/private/a.jpg", with_cookie, noon + 60).reason.starts_with("expired"));
  EXPECT_EQ(ask(edge, "/private/a.jpg?Expires=1", with_cookie).code, "MissingKey");
  // The `*` at the end of the path covers any query.
  EXPECT_EQ(ask(edge, "/private/a.jpg?x=1", with_cookie).status, 200);
}

TEST_F(EdgeTest, ABehaviorGuardsEverySpellingOfItsPaths) {
  EdgeSetup setup = small_.setup(
      R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}})");
  LocalEdge edge = open(setup);
  for (const std::string target :
       {"/private/a.jpg", "/%70rivate/a.jpg", "/private%2Fa.jpg", "/public/../private/a.jpg",
        "/public/%2e%2e/private/a.jpg", "/public%2F..%2Fprivate/a.jpg", "//private/a.jpg",
        "/private//a.jpg", "/./private/a.jpg", "/public/..%2fprivate/a.jpg"}) {
    const EdgeResponse response = ask(edge, target);
    EXPECT_EQ(response.status, 403) << target;
    EXPECT_EQ(text(response).find("hello"), std::string::npos) << target;
  }
  EXPECT_EQ(ask(edge, "/public/p.txt").status, 200);
}

TEST_F(EdgeTest, TheFirstBehaviorThatMatchesCounts) {
  EdgeSetup setup = small_.setup();
  Behavior open_first;
  open_first.path_pattern = "*.jpg";
  auto& behaviors = setup.distribution.behaviors;
  behaviors.insert(behaviors.begin(), open_first);
  LocalEdge edge = open(setup);
  EXPECT_EQ(ask(edge, "/private/a.jpg").server, "AmazonS3");
  EXPECT_EQ(ask(edge, "/private/empty.txt").code, "MissingKey");
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
  response = with("If-None-Match", etag);
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(field(response, "ETag"), etag);
  EXPECT_EQ(response.body.length, 0U);
  response = with("If-Match", "\"other\"");
  EXPECT_EQ(response.status, 412);
  EXPECT_EQ(response.code, "PreconditionFailed");
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

TEST_F(EdgeTest, RequestsThatTheDistributionDoesNotTake) {
  EdgeSetup setup = small_.setup();
  setup.distribution.aliases = {"other.test"};
  LocalEdge aliased = open(setup);
  EXPECT_EQ(ask(aliased, "/public/p.txt").server, "CloudFront");
  EXPECT_EQ(ask(aliased, "/public/p.txt").status, 403);
  LocalEdge edge = open(small_.setup());
  EXPECT_EQ(ask(edge, "/public/p.txt", {}, noon, http::Method::post).status, 403);
  EXPECT_EQ(ask(edge, "/" + std::string(8192, 'a')).status, 414);
  EXPECT_EQ(ask(edge, "/public/%zz").code, "InvalidURI");
  EXPECT_EQ(ask(edge, "/public/%00").status, 403);
}

TEST_F(EdgeTest, APathThatIsNoKeyIsToldToWhoHasSignedIt) {
  LocalEdge edge = open(small_.setup());
  for (const char* path : {"/private/a%zz.jpg", "/private/a%ff.jpg", "/private/%"}) {
    EXPECT_EQ(ask(edge, path).status, 403) << path;
    EXPECT_EQ(ask(edge, path).code, "MissingKey") << path;
  }
  const EdgeResponse told = ask(edge, signed_target("/private/a%ff.jpg"), from_site);
  EXPECT_EQ(told.status, 400) << told.reason;
  EXPECT_EQ(told.code, "InvalidURI");
  EXPECT_EQ(edge.asked(), 0);
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
