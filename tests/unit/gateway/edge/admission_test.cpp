// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/admission.hpp"

#include <gtest/gtest.h>

#include "policy/cloudfront_statement.hpp"
#include "signing/url_base64.hpp"
#include "unit/gateway/edge/edge_fixture.hpp"

namespace signgate::edge {
namespace {

class AdmissionTest : public EdgeFixture {};

TEST_F(AdmissionTest, EachDenialHasCloudFrontsCodeAndAReason) {
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

TEST_F(AdmissionTest, SignedCookiesLetInUnlessTheUrlIsSigned) {
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

TEST_F(AdmissionTest, ABehaviorGuardsEverySpellingOfItsPaths) {
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

TEST_F(AdmissionTest, TheFirstBehaviorThatMatchesCounts) {
  EdgeSetup setup = small_.setup();
  Behavior open_first;
  open_first.path_pattern = "*.jpg";
  auto& behaviors = setup.distribution.behaviors;
  behaviors.insert(behaviors.begin(), open_first);
  LocalEdge edge = open(setup);
  EXPECT_EQ(ask(edge, "/private/a.jpg").server, "AmazonS3");
  EXPECT_EQ(ask(edge, "/private/empty.txt").code, "MissingKey");
}

TEST_F(AdmissionTest, RequestsThatTheDistributionDoesNotTake) {
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

TEST_F(AdmissionTest, ARedirectToHttpsKeepsTheMethod) {
  EdgeSetup setup = small_.setup();
  setup.distribution.default_behavior.viewer_protocol = ViewerProtocol::redirect_to_https;
  setup.distribution.behaviors.clear();
  LocalEdge edge = open(setup);
  for (const auto method : {http::Method::get, http::Method::head}) {
    const EdgeResponse moved = ask(edge, "/public/p.txt?x=1", {}, noon, method);
    EXPECT_EQ(moved.status, 301);
    EXPECT_EQ(field(moved, "Location"), "https://media.test/public/p.txt?x=1");
  }
  for (const auto method : {http::Method::options, http::Method::post, http::Method::patch}) {
    const EdgeResponse moved = ask(edge, "/public/p.txt", {}, noon, method);
    EXPECT_EQ(moved.status, 307);
    EXPECT_NE(text(moved).find("<h1>307 Temporary Redirect</h1>"), std::string::npos)
        << text(moved);
  }
  const http::Fields fields;
  ViewerRequest old;
  old.method = http::Method::post;
  old.minor = 0;
  old.host = "media.test";
  old.target = "/public/p.txt";
  old.fields = &fields;
  EXPECT_EQ(edge.answer(old, noon).status, 403);
}

TEST_F(AdmissionTest, APathThatIsNoKeyIsToldToWhoHasSignedIt) {
  LocalEdge edge = open(small_.setup());
  for (const char* path : {"/private/a%zz.jpg", "/private/a%ff.jpg", "/private/%"}) {
    EXPECT_EQ(ask(edge, path).status, 403) << path;
    EXPECT_EQ(ask(edge, path).code, "MissingKey") << path;
  }
  const EdgeResponse told = ask(edge, signed_target("/private/a%ff.jpg"), from_site);
  EXPECT_EQ(told.status, 400) << told.reason;
  EXPECT_EQ(told.code, "InvalidURI");
  EXPECT_TRUE(field(told, "x-signgate-reason").starts_with("invalid_uri: "));
  EXPECT_EQ(edge.asked(), 0);
}

}  // namespace
}  // namespace signgate::edge
