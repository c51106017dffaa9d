// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/upstream_request.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

class UpstreamRequestTest : public testing::Test {
 protected:
  UpstreamRequestTest() {
    route_.location = "/";
    route_.proxy = route::ProxyTarget{.group = 0, .host = "website", .port = 80, .uri = {}};
  }

  std::string sent(const std::string& head, UnixSeconds now = 1000) {
    text_ = head;
    EXPECT_TRUE(http::parse_request_head(text_, {}, head_));
    values_.request = &head_;
    values_.uri = head_.path;
    values_.remote_addr = "192.0.2.1";
    const auto framing = http::request_framing(head_);
    EXPECT_TRUE(framing);
    request_ = make_upstream_request(route_, head_, *framing, values_, now);
    return request_.head;
  }

  void set_header(const std::string& name, const std::string& value) {
    route_.headers.push_back({name, http::header_id(name), route::Template(value)});
  }

  // A route that signs, with a page's life of half an hour.
  void sign() {
    auto matcher = rewrite::LinkMatcher::make(
        {{.name = "m", .links = {"/m/"}, .target = "https://d.example/m/"}});
    ASSERT_TRUE(matcher);
    route_.signing = std::make_shared<route::SignSet>(route::SignSet{.matcher = std::move(*matcher),
                                                                     .signers = {},
                                                                     .rule_set = "abc",
                                                                     .page_life = 1800,
                                                                     .grant_headers = {}});
  }

  route::Route route_;
  std::string text_;
  http::RequestHead head_;
  route::VariableValues values_;
  UpstreamRequest request_;
};

TEST_F(UpstreamRequestTest, SendsTheTargetAndTheRefererAsTheyCame) {
  EXPECT_EQ(
      sent("GET /a%20b?x=%zz HTTP/1.1\r\nHost: h\r\nReferer: https://site.example/p?q#f\r\n\r\n"),
      "GET /a%20b?x=%zz HTTP/1.1\r\nHost: website\r\nReferer: https://site.example/p?q#f\r\n\r\n");
}

TEST_F(UpstreamRequestTest, DropsWhatIsHopByHopOrListedSo) {
  EXPECT_EQ(sent("GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, X-Secret\r\nX-Secret: "
                 "1\r\nKeep-Alive: 5\r\n"
                 "TE: trailers\r\nUpgrade: h2c\r\nProxy-Connection: x\r\nExpect: "
                 "100-continue\r\nAccept: */*\r\nProxy-Authorization: Basic x\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: website\r\nAccept: */*\r\nProxy-Authorization: Basic "
            "x\r\n\r\n");
}

TEST_F(UpstreamRequestTest, AppliesProxySetHeader) {
  set_header("Host", "$http_host");
  set_header("X-Real-IP", "$remote_addr");
  set_header("X-Forwarded-For", "$proxy_add_x_forwarded_for");
  set_header("Accept", "");
  EXPECT_EQ(sent("GET / HTTP/1.1\r\nHost: h:81\r\nx-real-ip: 6.6.6.6\r\nX-Forwarded-For: "
                 "10.0.0.1\r\nAccept: a\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: h:81\r\nX-Real-IP: 192.0.2.1\r\nX-Forwarded-For: 10.0.0.1, "
            "192.0.2.1\r\n\r\n");
}

TEST_F(UpstreamRequestTest, PassesATraceOnAsItCame) {
  const std::string trace =
      "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
      "tracestate: a=b\r\n\r\n";
  const std::string expected = "GET / HTTP/1.1\r\nHost: website\r\n" + trace;
  EXPECT_EQ(sent("GET / HTTP/1.1\r\nHost: h\r\n" + trace), expected);
  route_.settings.traceparent = true;
  EXPECT_EQ(sent("GET / HTTP/1.1\r\nHost: h\r\n" + trace), expected);
}

TEST_F(UpstreamRequestTest, SendsATraceThatBeganHereInPlaceOfTheClients) {
  const std::string made = "00-11111111111111111111111111111111-2222222222222222-01";
  const std::string head =
      "GET / HTTP/1.1\r\nHost: h\r\nTraceParent: nonsense\r\nTraceState: a=b\r\nA: b\r\n\r\n";
  values_.traceparent = made;
  // A route that it came to later, and that does not ask for one.
  EXPECT_EQ(sent(head),
            "GET / HTTP/1.1\r\nHost: website\r\nTraceParent: nonsense\r\nTraceState: a=b\r\n"
            "A: b\r\n\r\n");
  route_.settings.traceparent = true;
  EXPECT_EQ(sent(head),
            "GET / HTTP/1.1\r\nHost: website\r\ntraceparent: " + made + "\r\nA: b\r\n\r\n");
  set_header("Traceparent", "$otel_trace_id");
  EXPECT_EQ(sent(head),
            "GET / HTTP/1.1\r\nTraceparent: 11111111111111111111111111111111\r\nHost: "
            "website\r\nA: b\r\n\r\n");
}

TEST_F(UpstreamRequestTest, AlwaysNamesAHost) {
  set_header("Host", "$host");
  EXPECT_EQ(sent("GET / HTTP/1.0\r\n\r\n"), "GET / HTTP/1.1\r\nHost: website\r\n\r\n");
}

TEST_F(UpstreamRequestTest, FramesTheBodyAsTheClientDid) {
  EXPECT_EQ(sent("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n"),
            "POST / HTTP/1.1\r\nHost: website\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(sent("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "POST / HTTP/1.1\r\nHost: website\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST_F(UpstreamRequestTest, ReplacesTheLocationByTheUriPart) {
  route_.location = "/app/";
  route_.proxy->uri = "/base/";
  text_ = "GET /app/x%20y?q HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(http::parse_request_head(text_, {}, head_));
  values_.uri = "/app/x y";
  EXPECT_EQ(upstream_target(route_, head_, values_), "/base/x%20y?q");
}

TEST_F(UpstreamRequestTest, TakesThePathOutOfAnAbsoluteTarget) {
  EXPECT_EQ(sent("GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n"),
            "GET /a?b HTTP/1.1\r\nHost: website\r\n\r\n");
  EXPECT_EQ(sent("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: website\r\n\r\n");
}

TEST_F(UpstreamRequestTest, AsksOnlyForWhatCanBeScannedOnRoutesThatSign) {
  sign();
  EXPECT_EQ(
      sent(
          "GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: br, gzip\r\nRange: bytes=0-1\r\nIf-Range: "
          "\"x\"\r\n"
          "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nIf-None-Match: \"foreign\"\r\n\r\n"),
      "GET / HTTP/1.1\r\nHost: website\r\nAccept-Encoding: gzip, br\r\n\r\n");
  EXPECT_FALSE(request_.revalidation);
  const auto tag = http::wrap_entity_tag("\"v1\"", "", {.signed_at = 900, .rule_set = "abc"});
  ASSERT_TRUE(tag);
  EXPECT_EQ(sent("GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: " + *tag + "\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: website\r\nIf-None-Match: \"v1\"\r\n\r\n");
  ASSERT_TRUE(request_.revalidation);
  EXPECT_EQ(request_.revalidation->client_tag, *tag);
  // The links of a page signed too long ago are not to be kept.
  EXPECT_EQ(sent("GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: " + *tag + "\r\n\r\n", 900 + 1801),
            "GET / HTTP/1.1\r\nHost: website\r\n\r\n");
}

TEST_F(UpstreamRequestTest, PassesTheConditionsOfOtherMethodsOnWithUpstreamsTags) {
  sign();
  const auto strong = http::wrap_entity_tag("\"v1\"", "", {.signed_at = 1, .rule_set = "old"});
  const auto weak = http::wrap_entity_tag("W/\"v2\"", "", {.signed_at = 900, .rule_set = "abc"});
  const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  const auto dated = http::wrap_entity_tag("", date, {.signed_at = 900, .rule_set = "abc"});
  const std::string put = "PUT / HTTP/1.1\r\nHost: h\r\n";
  const std::string begin = "PUT / HTTP/1.1\r\nHost: website\r\n";
  EXPECT_EQ(sent(put + "If-Match: " + *strong + ", \"own\", " + *weak + "\r\n\r\n"),
            begin + "If-Match: \"v1\", \"own\", W/\"v2\"\r\n\r\n");
  EXPECT_EQ(sent(put + "If-Match: *\r\n\r\n"), begin + "If-Match: *\r\n\r\n");
  EXPECT_EQ(sent(put + "If-Match: " + *dated + "\r\n\r\n"), begin + "If-Match: \"\"\r\n\r\n");
  EXPECT_EQ(sent(put + "If-None-Match: " + *strong + "\r\n\r\n"),
            begin + "If-None-Match: \"v1\"\r\n\r\n");
  EXPECT_EQ(sent(put + "If-None-Match: *\r\n\r\n"), begin + "If-None-Match: *\r\n\r\n");
  for (const char* name : {"If-Modified-Since: ", "If-Unmodified-Since: "})
    EXPECT_EQ(sent(put + name + date + "\r\n\r\n"), begin + name + date + "\r\n\r\n");
  EXPECT_FALSE(request_.revalidation);
}

TEST_F(UpstreamRequestTest, ValidatesOnlyCopiesThatTheRequestAccepts) {
  sign();
  const auto tag =
      http::wrap_entity_tag("\"v1\"", "", {.signed_at = 900, .rule_set = "abc", .coding = "gzip"});
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\nIf-None-Match: " + *tag + "\r\n";
  EXPECT_EQ(sent(get + "\r\n"), "GET / HTTP/1.1\r\nHost: website\r\n\r\n");
  EXPECT_EQ(sent(get + "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: website\r\nAccept-Encoding: gzip, br\r\n"
            "If-None-Match: \"v1\"\r\n\r\n");
}

TEST_F(UpstreamRequestTest, AsksForTheCodingsThatTheClientTakesAndWeDecode) {
  sign();
  struct {
    const char* accepted;
    const char* asked;
  } constexpr cases[] = {
      {"gzip, deflate, br, zstd", "gzip, deflate, br, zstd"}, {"gzip", "gzip"},
      {"gzip, br;q=0, zstd;q=0.5", "gzip, zstd;q=0.5"},       {"compress, dcb", "identity"},
      {"*, br;q=0", "gzip, deflate, zstd, identity"},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(sent(std::string("GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: ") + each.accepted +
                   "\r\n\r\n"),
              std::string("GET / HTTP/1.1\r\nHost: website\r\nAccept-Encoding: ") + each.asked +
                  "\r\n\r\n");
  }
}

TEST_F(UpstreamRequestTest, AsksWithAnotherMethodAndVersion) {
  route_.rules.method = route::Template("PUT");
  route_.settings.proxy_request.proxy_http_minor = 0;
  EXPECT_EQ(sent("GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
            "PUT / HTTP/1.0\r\nHost: website\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(request_.method, http::Method::put);
}

TEST_F(UpstreamRequestTest, AsksForAnotherProtocolOnlyWhereClientAndRouteDo) {
  const std::string plain = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string asking = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n";
  sent(asking);
  EXPECT_FALSE(request_.upgrades);
  set_header("Upgrade", "$http_upgrade");
  set_header("Connection", "upgrade");
  EXPECT_EQ(sent(asking),
            "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\nHost: "
            "website\r\n\r\n");
  EXPECT_TRUE(request_.upgrades);
  EXPECT_EQ(sent(plain), "GET / HTTP/1.1\r\nConnection: upgrade\r\nHost: website\r\n\r\n");
  EXPECT_FALSE(request_.upgrades);
}

TEST_F(UpstreamRequestTest, SendsOnlyItsOwnFieldsWhereTheClientsAreNotPassed) {
  route_.settings.proxy_request.proxy_pass_request_headers = false;
  set_header("X-Own", "1");
  EXPECT_EQ(sent("POST / HTTP/1.1\r\nHost: h\r\nCookie: a=b\r\nContent-Length: 5\r\n\r\n"),
            "POST / HTTP/1.1\r\nX-Own: 1\r\nHost: website\r\nContent-Length: 5\r\n\r\n");
}

TEST_F(UpstreamRequestTest, AnnouncesTrailersWhereTheyArePassed) {
  const std::string text = "GET / HTTP/1.1\r\nHost: h\r\nTE: deflate, trailers\r\n\r\n";
  EXPECT_EQ(sent(text), "GET / HTTP/1.1\r\nHost: website\r\n\r\n");
  route_.settings.proxy_request.proxy_pass_trailers = true;
  EXPECT_EQ(sent(text),
            "GET / HTTP/1.1\r\nHost: website\r\nConnection: TE\r\nTE: trailers\r\n\r\n");
}

TEST_F(UpstreamRequestTest, GoesWhereAnInternalRedirectLeads) {
  text_ = "POST /from?old HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(http::parse_request_head(text_, {}, head_));
  values_.request = &head_;
  values_.uri = "/to here";
  values_.args = "new=1";
  values_.method = "GET";
  request_ = make_upstream_request(route_, head_, {}, values_, 1000);
  EXPECT_EQ(request_.head, "GET /to%20here?new=1 HTTP/1.1\r\nHost: website\r\n\r\n");
  EXPECT_EQ(request_.method, http::Method::get);
}

TEST_F(UpstreamRequestTest, SaysNothingOfABodyThatIsAnother) {
  text_ =
      "POST / HTTP/1.1\r\nHost: h\r\nDigest: a\r\nContent-MD5: b\r\nContent-Digest: "
      "c\r\nrepr-digest: d\r\nContent-Type: e/f\r\n\r\n";
  ASSERT_TRUE(http::parse_request_head(text_, {}, head_));
  values_.request = &head_;
  values_.uri = head_.path;
  const http::Framing framing{.kind = http::Framing::Kind::length, .length = 5};
  EXPECT_EQ(make_upstream_request(route_, head_, framing, values_, 1000, true).head,
            "POST / HTTP/1.1\r\nHost: website\r\nContent-Length: 5\r\nContent-Type: e/f\r\n\r\n");
  EXPECT_NE(make_upstream_request(route_, head_, framing, values_, 1000).head.find("Digest: a"),
            std::string::npos);
}

}  // namespace
}  // namespace signgate::proxy
