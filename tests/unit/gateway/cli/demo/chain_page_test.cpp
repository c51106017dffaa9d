// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/chain_page.hpp"

#include <gtest/gtest.h>

#include "gateway/cli/demo/fetch.hpp"
#include "gateway/cli/demo/links.hpp"
#include "signing/signed_url.hpp"

namespace signgate::cli::demo {
namespace {

/// The page on its own server. A second server plays the gateway, and answers with `passed_on`; a
/// third the edge, with `edge_answer`.
class ChainPageTest : public testing::Test {
 protected:
  void SetUp() override {
    places.origin = *server.listen();
    places.gateway = *gateway.listen();
    places.edge = *edge.listen();
    server.start();
    gateway.start();
    edge.start();
    signed_link = *signing::sign_url_canned(
        key, places.private_prefix() + "album/lake-320.png?visit=7", unix_now() + 3600);
    passed_on.body = "<a href=\"" + signed_link + "\">";
  }

  Fetched get(const std::string& path) const { return *fetch_now(places.origin_url() + path, {}); }
  std::string ask(const std::string& slug) const {
    return get("/chain/ask?visit=7&link=" + slug).body;
  }

  static bool has(const std::string& text, const std::string& word) {
    return text.find(word) != std::string::npos;
  }

  Places places;
  signing::SigningKey key = *signing::make_signing_key(
      "K1", *signing::PrivateKey::generate(signing::KeyType::ecdsa_p256));
  ChainPage page{places, key};
  std::string signed_link;
  WebAnswer passed_on;
  WebAnswer edge_answer{200, "image/png", "pixels"};
  std::string asked_of_gateway;
  int asked_of_edge = 0;
  WebServer server{[this](WebRequest request) { return page.answer(std::move(request)); }};
  WebServer gateway{[this](WebRequest request) -> net::Awaitable<WebAnswer> {
    asked_of_gateway = request.path + '?' + request.query;
    co_return passed_on;
  }};
  WebServer edge{[this](WebRequest) -> net::Awaitable<WebAnswer> {
    ++asked_of_edge;
    co_return edge_answer;
  }};
};

TEST_F(ChainPageTest, OffersEachLinkAndShowsEachCheckOnce) {
  const auto answer = get("/chain");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.find("{{"), std::string::npos);
  for (const auto& link : chain_links())
    EXPECT_EQ(count(answer.body, "data-link=\"" + std::string(link.slug) + '"'), 1U) << link.slug;
  for (std::size_t i = 0; i < check_count; ++i) {
    const std::string name(check_name(static_cast<Check>(i)));
    EXPECT_EQ(count(answer.body, "data-check=\"" + name + '"'), 1U) << name;
  }
}

TEST_F(ChainPageTest, NeedsNothingThatItsOwnPolicyForbids) {
  const auto answer = get("/chain");
  const std::string policy(answer.header("Content-Security-Policy"));
  EXPECT_TRUE(has(policy, "default-src 'none'; script-src 'self'; style-src 'self'"));
  for (const char* inline_code : {" onclick", " onload", "<style", " style=", "javascript:"})
    EXPECT_FALSE(has(answer.body, inline_code)) << inline_code;
  EXPECT_EQ(count(answer.body, "<script"), count(answer.body, "<script src=\"/"));
  EXPECT_FALSE(has(answer.body, "://"));
}

TEST_F(ChainPageTest, GivesEachVisitLinksOfItsOwn) {
  EXPECT_NE(get("/chain").body, get("/chain").body);
  const auto links = get("/chain/links?visit=7&link=no-referer").body;
  EXPECT_TRUE(has(links, "href=\"/media/private/album/dunes-640.png?visit=7\"")) << links;
}

TEST_F(ChainPageTest, KnowsNoOtherPages) {
  for (const char* path :
       {"/chain/", "/chain/ask", "/chain/ask?visit=7&link=nothing", "/chain/ask?link=signed",
        "/chain/ask?visit=%22&link=signed", "/chain/links?visit=A&link=signed",
        "/chain/ask?visit=111111111111111111111111111111111&link=signed"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
  EXPECT_EQ(get("/chain/links?visit=11111111111111111111111111111111&link=signed").status, 200);
  EXPECT_EQ(asked_of_edge, 0);
}

TEST_F(ChainPageTest, TellsWhatTheEdgeAnswersWithItsBytes) {
  const auto told = ask("signed");
  EXPECT_EQ(asked_of_gateway, "/chain/links?visit=7&link=signed");
  EXPECT_TRUE(has(told, "\"status\":200,\"type\":\"image/png\"")) << told;
  EXPECT_TRUE(has(told, "\"opened\":true")) << told;
  EXPECT_TRUE(has(told, "\"picture\":\"data:image/png;base64,cGl4ZWxz\"")) << told;
  EXPECT_EQ(asked_of_edge, 1);
  EXPECT_TRUE(has(told, "{\"check\":\"object\",\"light\":\"passed\""));
}

TEST_F(ChainPageTest, HandsOutNoSignatureAndNoLinkThatTheGatewayWouldSign) {
  const auto told = ask("signed");
  const auto begin = signed_link.find("Signature=") + 10;
  EXPECT_FALSE(has(told, signed_link.substr(begin, 20)));
  EXPECT_TRUE(has(told, "\"target\":\"/private/album/lake-320.png?visit=7&Expires=")) << told;
  EXPECT_FALSE(has(told, places.edge_url()));
}

TEST_F(ChainPageTest, OpensTheSameLinkTwiceForTheSecondTime) {
  ask("again");
  EXPECT_EQ(asked_of_edge, 2);
}

TEST_F(ChainPageTest, SaysWhereTheChainIsBrokenBeforeTheEdge) {
  passed_on.body = "<a href=\"/media/private/album/lake-320.png\">";
  auto told = ask("signed");
  EXPECT_TRUE(has(told, "{\"check\":\"gateway\",\"light\":\"failed\"")) << told;
  EXPECT_TRUE(has(told, "left the link unsigned")) << told;
  passed_on.status = 502;
  told = ask("signed");
  EXPECT_TRUE(has(told, "{\"check\":\"site\",\"light\":\"failed\"")) << told;
  EXPECT_EQ(asked_of_edge, 0);
}

TEST_F(ChainPageTest, LightsNoneOfTheEdgesChecksWhenItGivesNoAnswer) {
  places.edge = 1;  // nobody listens there
  passed_on.body = "<a href=\"" + places.private_prefix() + "a.png?Expires=1&Signature=abcdefgh\">";
  const auto told = ask("signed");
  EXPECT_TRUE(has(told, "\"outcome\":\"The edge gave no answer: ")) << told;
  EXPECT_TRUE(has(told, "{\"check\":\"key\",\"light\":\"not-reached\"")) << told;
}

}  // namespace
}  // namespace signgate::cli::demo
