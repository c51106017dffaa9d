// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/response_filter.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

class ResponseFilterTest : public testing::Test {
 protected:
  ResponseFilterTest()
      : set_{.matcher = *rewrite::LinkMatcher::make(
                 {{.name = "m", .links = {"/m/"}, .target = "https://d.example/m/"}}),
             .signers = {},
             .rule_set = "abc",
             .page_life = 1800,
             .grant_headers = {}} {
    request_text_ = "GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\n\r\n";
    EXPECT_TRUE(http::parse_request_head(request_text_, {}, request_));
  }

  ResponsePlan plan(const std::string& fields, const std::string& status = "200 OK") {
    text_ = "HTTP/1.1 " + status + "\r\n" + fields + "\r\n";
    EXPECT_TRUE(http::parse_response_head(text_, response_));
    return plan_response(&set_, request_, response_, counters_);
  }

  // The fields of the answer to that head, rewritten.
  std::string filtered(const std::string& fields, const Audience& audience = {}) {
    const ResponsePlan made = plan(fields);
    EXPECT_TRUE(made.rewrites());
    answer_ = {};
    copy_end_to_end_fields({}, {}, response_, answer_, texts_);
    filter_rewritten({.set = set_, .plan = made, .audience = audience, .now = 1000}, response_,
                     answer_, texts_);
    return listed();
  }

  std::string listed() const {
    std::string out;
    for (const http::Field& field : answer_.fields) {
      out += std::string(field.name) + ": " + std::string(field.value) + "\n";
    }
    return out;
  }

  route::SignSet set_;
  std::string request_text_;
  http::RequestHead request_;
  std::string text_;
  http::ResponseHead response_;
  Counters counters_;
  Answer answer_;
  AnswerTexts texts_;
};

TEST_F(ResponseFilterTest, RewritesWholeHtmlPagesAndNothingElse) {
  EXPECT_TRUE(plan("Content-Type: text/html; charset=utf-8\r\n").rewrites());
  EXPECT_TRUE(plan("Content-Type: TEXT/HTML\r\n", "404 Not Found").rewrites());
  EXPECT_FALSE(plan("Content-Type: image/png\r\n").rewrites());
  EXPECT_FALSE(plan("").rewrites());
  EXPECT_FALSE(plan("X-Content-Type-Options: nosniff\r\n").rewrites());
  EXPECT_FALSE(plan("Content-Type: html\r\n").rewrites());
  EXPECT_TRUE(plan("Content-Type: text/html\r\nX-Content-Type-Options: nosniff\r\n").rewrites());
  EXPECT_FALSE(plan("Content-Type: text/html\r\n", "206 Partial Content").rewrites());
  EXPECT_FALSE(plan("Content-Type: text/html\r\n", "304 Not Modified").rewrites());
  EXPECT_FALSE(plan("Content-Type: text/html; charset=utf-16\r\n").rewrites());
  EXPECT_EQ(counters_.passed_unscannable_charset, 1U);
  EXPECT_FALSE(plan("Content-Type: text/css; charset=big5\r\n").rewrites());
  EXPECT_EQ(counters_.passed_unscannable_charset, 2U);
  EXPECT_EQ(plan("Content-Type: text/html; charset=Big5\r\n").charset->kind,
            rewrite::Charset::Kind::ascii_trails);
  EXPECT_FALSE(plan("Content-Type: text/html; charset=unheard-of\r\n").charset);
  EXPECT_FALSE(plan("Content-Type: text/html\r\n").unknown_coding);
  const ResponsePlan unknown = plan("Content-Type: text/html\r\nContent-Encoding: compress\r\n");
  EXPECT_FALSE(unknown.rewrites());
  EXPECT_TRUE(unknown.unknown_coding);
  EXPECT_EQ(counters_.passed_unknown_coding, 1U);
  EXPECT_FALSE(plan_response(nullptr, request_, response_, counters_).rewrites());
}

TEST_F(ResponseFilterTest, SaysWhyABodyPasses) {
  EXPECT_EQ(plan("Content-Type: text/html\r\n").passed, "");
  EXPECT_EQ(plan("").passed, "it has no media type");
  EXPECT_EQ(plan("Content-Type: image/png\r\n").passed,
            "links are not looked for in this media type");
  EXPECT_EQ(plan("Content-Type: text/html; charset=utf-16\r\n").passed,
            "a text in this charset cannot be scanned");
  EXPECT_EQ(plan("Content-Type: text/html\r\nContent-Encoding: x\r\n").passed,
            "its content coding is unknown");
  EXPECT_EQ(plan("Content-Type: text/html\r\n", "304 Not Modified").passed,
            "an answer of this status is no whole document");
  EXPECT_EQ(plan_response(nullptr, request_, response_, counters_).passed,
            "the route signs nothing");
}

TEST_F(ResponseFilterTest, CodesAgainOnlyWhatWasCodedAndOnlyAsTheClientTakesIt) {
  EXPECT_EQ(plan("Content-Type: text/html\r\nContent-Encoding: gzip\r\n").client_coding,
            codec::Coding::gzip);
  EXPECT_EQ(plan("Content-Type: text/html\r\nContent-Encoding: br\r\n").client_coding,
            codec::Coding::gzip);
  EXPECT_EQ(plan("Content-Type: text/html\r\n").client_coding, codec::Coding::identity);
  request_.fields.clear();
  request_.fields.add("Accept-Encoding", "gzip, br, zstd");
  const ResponsePlan same = plan("Content-Type: text/html\r\nContent-Encoding: br\r\n");
  EXPECT_EQ(same.client_coding, codec::Coding::br);
  EXPECT_EQ(same.level, 3);
  request_.fields.clear();
  EXPECT_EQ(plan("Content-Type: text/html\r\nContent-Encoding: gzip\r\n").client_coding,
            codec::Coding::identity);
}

TEST_F(ResponseFilterTest, EditsWhatRewritingChanges) {
  EXPECT_EQ(
      filtered("Content-Type: text/html\r\nContent-Length: 10\r\nContent-MD5: x\r\nDigest: x\r\n"
               "Content-Digest: x\r\nAccept-Ranges: bytes\r\nLast-Modified: Sun, 06 Nov 1994 "
               "08:49:37 GMT\r\n"
               "Cache-Control: public, max-age=86400\r\nETag: \"v1\"\r\nX-Other: kept\r\n"),
      "Content-Type: text/html\nCache-Control: public, max-age=1800, must-revalidate\n"
      "ETag: W/\"sg1-3e8-abc-isv1\"\nX-Other: kept\n");
  EXPECT_FALSE(answer_.length);
}

TEST_F(ResponseFilterTest, KeepsPagesForOneViewerOutOfSharedCaches) {
  EXPECT_EQ(filtered("Content-Type: text/html\r\nCache-Control: public, max-age=60\r\n"
                     "CDN-Cache-Control: max-age=60\r\nSurrogate-Control: max-age=60\r\n",
                     {.one_viewer = true}),
            "Content-Type: text/html\nCache-Control: max-age=60, private, must-revalidate\n"
            "CDN-Cache-Control: no-store\n");
}

TEST_F(ResponseFilterTest, LeavesWhatIsAuthorizedAsStorableAsItWas) {
  EXPECT_EQ(
      filtered("Content-Type: text/html\r\nCache-Control: max-age=60\r\n", {.authorized = true}),
      "Content-Type: text/html\nCache-Control: max-age=60\n");
}

TEST_F(ResponseFilterTest, JoinsTheLinesOfAFieldBeforeItCapsThem) {
  EXPECT_EQ(filtered("Content-Type: text/html\r\nCDN-Cache-Control: max-age=1700\r\n"
                     "Cache-Control: no-store\r\ncdn-cache-control: stale-if-error=900\r\n"
                     "X-Accel-Expires: 9999\r\nEdge-Control: max-age=1d\r\n"),
            "Content-Type: text/html\nCDN-Cache-Control: max-age=1700, stale-if-error=100\n"
            "Cache-Control: no-store\n");
}

// Edge caches that heed their own field ignore Expires, so it makes no lifetime for them.
TEST_F(ResponseFilterTest, ImpliesForEachFieldWhatItsReadersWould) {
  EXPECT_EQ(filtered("Content-Type: text/html\r\nDate: Thu, 01 Jan 1970 00:16:40 GMT\r\n"
                     "Expires: Thu, 01 Jan 1970 00:18:20 GMT\r\nCDN-Cache-Control: public\r\n"),
            "Content-Type: text/html\nExpires: Thu, 01 Jan 1970 00:18:20 GMT\n"
            "CDN-Cache-Control: public, max-age=0, must-revalidate\n"
            "Cache-Control: max-age=100, must-revalidate\n");
  EXPECT_EQ(filtered("Content-Type: text/html\r\nPragma: no-cache\r\n"
                     "Expires: Thu, 01 Jan 1970 00:18:20 GMT\r\n"),
            "Content-Type: text/html\nPragma: no-cache\n"
            "Expires: Thu, 01 Jan 1970 00:18:20 GMT\n"
            "Cache-Control: max-age=0, must-revalidate\n");
}

TEST_F(ResponseFilterTest, TellsTheCodingInTagAndVary) {
  EXPECT_EQ(filtered("Content-Type: text/html\r\nContent-Encoding: gzip\r\nETag: \"v1\"\r\n"
                     "Cache-Control: no-store\r\n"),
            "Content-Type: text/html\nContent-Encoding: gzip\nETag: W/\"sg1-3e8-abc-gsv1\"\n"
            "Cache-Control: no-store\nVary: Accept-Encoding\n");
  EXPECT_EQ(filtered("Content-Type: text/html\r\nETag: \"v1\"\r\nVary: Cookie\r\n"
                     "Cache-Control: no-store\r\n"),
            "Content-Type: text/html\nETag: W/\"sg1-3e8-abc-isv1\"\nVary: Cookie\n"
            "Cache-Control: no-store\n");
  ResponsePlan compressed{.format = rewrite::Format::html};
  compressed.compress({.coding = codec::Coding::br, .level = 3});
  tell_coding({.set = set_, .plan = compressed, .audience = {}, .now = 1000}, response_, answer_,
              texts_);
  EXPECT_EQ(listed(),
            "Content-Type: text/html\nETag: W/\"sg1-3e8-abc-bsv1\"\n"
            "Vary: Cookie, Accept-Encoding\nCache-Control: no-store\n");
}

TEST_F(ResponseFilterTest, SaysThatTheCodingWasNegotiated) {
  EXPECT_EQ(filtered("Content-Type: text/html\r\nContent-Encoding: gzip\r\nVary: "
                     "Cookie\r\nCache-Control: no-store\r\n"),
            "Content-Type: text/html\nContent-Encoding: gzip\nVary: Cookie, "
            "Accept-Encoding\nCache-Control: no-store\n");
}

TEST_F(ResponseFilterTest, PassesOnEndToEndFieldsAlone) {
  plan(
      "Server: x\r\nDate: x\r\nConnection: close, X-Hop, upgrade\r\nX-Hop: 1\r\nUpgrade: "
      "y\r\nKeep-Alive: "
      "1\r\nX-Accel-Expires: 1\r\n"
      "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nTransfer-Encoding: chunked\r\n");
  answer_ = {};
  copy_end_to_end_fields({}, {}, response_, answer_, texts_);
  EXPECT_EQ(listed(), "Upgrade: y\nSet-Cookie: a=1\nSet-Cookie: b=2\n");
}

TEST_F(ResponseFilterTest, GivesA304TheClientsTagAndItsRemainingTime) {
  plan(
      "ETag: \"v1\"\r\nCache-Control: max-age=86400\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 "
      "GMT\r\nContent-Encoding: gzip\r\n",
      "304 Not Modified");
  answer_ = {};
  copy_end_to_end_fields({}, {}, response_, answer_, texts_);
  http::Revalidation revalidation;
  revalidation.client_tag = "W/\"sg1-384-abc-gsv1\"";
  revalidation.coding = "gzip";
  revalidation.signed_at = 900;
  filter_not_modified(revalidation, {.set = set_, .plan = {}, .audience = {}, .now = 1000},
                      response_, answer_, texts_);
  EXPECT_EQ(listed(),
            "ETag: W/\"sg1-384-abc-gsv1\"\nCache-Control: max-age=1700, must-revalidate\n"
            "Vary: Accept-Encoding\n");
}

}  // namespace
}  // namespace signgate::proxy
