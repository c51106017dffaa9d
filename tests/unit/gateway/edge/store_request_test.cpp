// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/store_request.hpp"

#include <gtest/gtest.h>

#include <array>

#include "signing/sigv4_verifier.hpp"

namespace signgate::edge {
namespace {

constexpr std::string_view timestamp = "20130524T000000Z";

StoreSetup setup() {
  StoreSetup store;
  store.host = "s3.test";
  store.access_key_id = "AKIA";
  store.secret_access_key = "secret";
  return store;
}

OriginRequest get(std::string path, std::string query = {}) {
  OriginRequest request;
  request.path = std::move(path);
  request.query = std::move(query);
  return request;
}

std::string head_of(const StoreSetup& store, const OriginRequest& request) {
  const auto key =
      signing::SigV4Key::derive(store.secret_access_key, {"20130524", store.region}).value();
  const std::string host = store_host(store, "bucket");
  const std::string target = store_target(store, "bucket", request).value();
  return store_head({store, host, target, signs(store, request) ? &key : nullptr, timestamp},
                    request)
      .value();
}

http::RequestHead parsed(const std::string& head) {
  http::RequestHead out;
  EXPECT_TRUE(http::parse_request_head(head, {}, out).has_value()) << head;
  return out;
}

signing::SigV4Verdict verdict(const http::RequestHead& head, std::string_view secret) {
  std::vector<signing::SigV4Field> fields;
  for (const http::Field& field : head.fields)
    fields.push_back({field.name, field.value});
  const auto authorization = signing::parse_sigv4_authorization(
      head.fields.value(http::HeaderId::authorization).value_or(""));
  EXPECT_TRUE(authorization.has_value());
  if (!authorization) return signing::SigV4Verdict::mismatch;
  const std::string_view hash = head.fields.find("x-amz-content-sha256")->value;
  return signing::verify_sigv4({head.method_name, head.path, head.query, fields, hash},
                               *authorization, secret, 1369353600)
      .value();
}

TEST(StoreRequest, NamesTheHostWithItsPortAndBucket) {
  StoreSetup store = setup();
  EXPECT_EQ(store_host(store, "b"), "s3.test");
  store.port = 443;
  EXPECT_EQ(store_host(store, "b"), "s3.test:443");
  store.tls = true;
  EXPECT_EQ(store_host(store, "b"), "s3.test");
  store.port = 80;
  store.addressing = Addressing::virtual_host;
  EXPECT_EQ(store_host(store, "b"), "b.s3.test:80");
  store.addressing = Addressing::path;
  store.host = "::1";
  EXPECT_EQ(store_host(store, "b"), "[::1]:80");
}

TEST(StoreRequest, WritesPathAndQueryInTheOneWayThatIsSigned) {
  StoreSetup store = setup();
  EXPECT_EQ(store_target(store, "b", get("/a%20b/\xC3\xA9+(1).jpg")),
            "/b/a%20b/%C3%A9%2B%281%29.jpg");
  EXPECT_EQ(store_target(store, "b", get("/x", "versionId=2&a=b/c")), "/b/x?a=b%2Fc&versionId=2");
  EXPECT_EQ(store_target(store, "b", get("/")), "/b/");
  EXPECT_EQ(store_target(store, "b", get("//x")), "/b//x");
  store.addressing = Addressing::virtual_host;
  EXPECT_EQ(store_target(store, "b", get("/x")), "/x");
}

TEST(StoreRequest, NeverLeavesTheBucket) {
  for (const Addressing addressing : {Addressing::path, Addressing::virtual_host}) {
    StoreSetup store = setup();
    store.addressing = addressing;
    for (const char* path : {"/..", "/../x", "/a/../b", "/a/..", "/.", "/a/./b", "/%2e%2e/x",
                             "/a/%2E./x", "/a%2F..%2Fb", "/..%2fother/key", "//.."}) {
      EXPECT_EQ(store_target(store, "b", get(path)), std::nullopt) << path;
    }
    for (const char* path : {"/...", "/a..b", "/..a/b", "/a/b..", "/.hidden", "/%252e%252e/x"}) {
      EXPECT_TRUE(store_target(store, "b", get(path)).has_value()) << path;
    }
  }
}

TEST(StoreRequest, IsSignedForTheStore) {
  OriginRequest request = get("/a%20b.jpg", "b=2&a=1");
  request.fields = {{"Referer", "https://site.example/"}, {"Range", "bytes=0-9"}};
  for (const http::Method method : {http::Method::get, http::Method::head, http::Method::options}) {
    request.method = method;
    const std::string head = head_of(setup(), request);
    const http::RequestHead sent = parsed(head);
    EXPECT_EQ(sent.method, method);
    EXPECT_EQ(sent.target, "/bucket/a%20b.jpg?a=1&b=2");
    EXPECT_EQ(sent.fields.value(http::HeaderId::host), "s3.test");
    EXPECT_EQ(sent.fields.value(http::HeaderId::referer), "https://site.example/");
    EXPECT_EQ(sent.fields.value(http::HeaderId::range), "bytes=0-9");
    EXPECT_EQ(verdict(sent, "secret"), signing::SigV4Verdict::accepted);
    EXPECT_EQ(verdict(sent, "another"), signing::SigV4Verdict::mismatch);
    EXPECT_EQ(head.find("secret"), std::string::npos);
  }
}

TEST(StoreRequest, SendsAndSignsTheTokenOfTemporaryCredentials) {
  StoreSetup store = setup();
  store.session_token = "token";
  const std::string head = head_of(store, get("/x"));
  const http::RequestHead sent = parsed(head);
  ASSERT_NE(sent.fields.find("x-amz-security-token"), nullptr);
  EXPECT_EQ(sent.fields.find("x-amz-security-token")->value, "token");
  EXPECT_EQ(verdict(sent, "secret"), signing::SigV4Verdict::accepted);
}

// Source: CloudFront Developer Guide, "Restrict access to an Amazon S3 origin", signing behaviors.
TEST(StoreRequest, TheViewersAuthorizationCountsByTheSigningBehavior) {
  OriginRequest request = get("/x");
  StoreSetup store = setup();
  for (const auto& [signing, with, without] :
       {std::tuple(OacSigning::always, "AWS4", "AWS4"), std::tuple(OacSigning::never, "Bear", ""),
        std::tuple(OacSigning::no_override, "Bear", "AWS4")}) {
    store.signing = signing;
    request.authorization = "Bearer viewer";
    const std::string theirs = head_of(store, request);
    EXPECT_EQ(parsed(theirs).fields.count(http::HeaderId::authorization), 1U);
    EXPECT_EQ(parsed(theirs).fields.value(http::HeaderId::authorization)->substr(0, 4), with);
    request.authorization.reset();
    const std::string none = head_of(store, request);
    EXPECT_EQ(parsed(none).fields.value(http::HeaderId::authorization).value_or("").substr(0, 4),
              without);
  }
}

TEST(StoreRequest, NobodySpeaksInTheClientsName) {
  OriginRequest request = get("/x");
  request.fields = {{"Host", "evil.test"},
                    {"Authorization", "Basic eA=="},
                    {"X-Amz-Date", "20200101T000000Z"},
                    {"x-amz-security-token", "t"},
                    {"Content-Length", "5"},
                    {"Transfer-Encoding", "chunked"},
                    {"Connection", "close"},
                    {"Expect", "100-continue"},
                    {"X-Mine", "1"}};
  const std::string head = head_of(setup(), request);
  const http::RequestHead sent = parsed(head);
  EXPECT_EQ(sent.fields.size(), 5U) << head;  // Host, X-Mine, two of x-amz-, Authorization
  EXPECT_NE(sent.fields.find("X-Mine"), nullptr);
  EXPECT_EQ(verdict(sent, "secret"), signing::SigV4Verdict::accepted);
}

// Source: CloudFront Developer Guide, "Restrict access to an Amazon S3 origin": with no-override
// the viewer signs for S3.
TEST(StoreRequest, AViewersOwnSignatureGoesOnWithAllItWasMadeOf) {
  const auto key = signing::SigV4Key::derive("theirs", {"20130524", "us-east-1"}).value();
  const std::array<signing::SigV4Field, 3> said = {
      {{"Host", "s3.test"},
       {"x-amz-date", timestamp},
       {"x-amz-content-sha256", signing::sigv4_empty_payload}}};
  OriginRequest request = get("/x");
  request.fields = {{"X-Amz-Date", std::string(timestamp)},
                    {"x-amz-content-sha256", std::string(signing::sigv4_empty_payload)},
                    {"Host", "evil.test"}};
  request.authorization =
      signing::sigv4_authorization(key, "AKIAVIEWER",
                                   {"GET", "/bucket/x", {}, said, signing::sigv4_empty_payload},
                                   timestamp)
          .value();
  StoreSetup store = setup();
  for (const OacSigning signing : {OacSigning::no_override, OacSigning::never}) {
    store.signing = signing;
    const std::string head = head_of(store, request);
    const http::RequestHead sent = parsed(head);
    EXPECT_EQ(sent.fields.size(), 4U) << head;
    EXPECT_EQ(sent.fields.value(http::HeaderId::authorization), request.authorization);
    EXPECT_EQ(verdict(sent, "theirs"), signing::SigV4Verdict::accepted) << head;
  }
  store.signing = OacSigning::always;
  const std::string head = head_of(store, request);
  EXPECT_EQ(verdict(parsed(head), "secret"), signing::SigV4Verdict::accepted) << head;
}

}  // namespace
}  // namespace signgate::edge
