// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/site.hpp"

#include <gtest/gtest.h>

#include "gateway/cli/demo/cases.hpp"
#include "gateway/cli/demo/links.hpp"
#include "gateway/cli/demo/page_template.hpp"

namespace signgate::cli::demo {
namespace {

/// The site on its own server, with nobody behind the gateway's and the edge's ports.
class SiteTest : public testing::Test {
 protected:
  static signing::SigningKey key() {
    return *signing::make_signing_key("K1",
                                      *signing::PrivateKey::generate(signing::KeyType::ecdsa_p256));
  }

  void SetUp() override {
    places.origin = *server.listen();
    WebServer nobody([](WebRequest) -> net::Awaitable<WebAnswer> { co_return WebAnswer{}; });
    places.gateway = *nobody.listen();
    places.edge = 8443;
    server.start();
  }

  Fetched get(const std::string& path) const { return *fetch_now(places.origin_url() + path, {}); }

  Places places;
  Media media{{"public/morning-640.png", "public bytes"}, {"private/album/lake-320.png", "secret"}};
  Site site{places, media, key()};
  WebServer server{[this](WebRequest request) { return site.answer(std::move(request)); }};
};

TEST_F(SiteTest, WritesPlainLinksInManyForms) {
  const auto page = get("/").body;
  EXPECT_EQ(page.find("{{"), std::string::npos);
  EXPECT_EQ(page.find("Signature"), std::string::npos);
  for (const char* form :
       {"src=\"/media/private/", "srcset=\"/media/private/", "url(/media/private/",
        "url('/media/private/", "data-src=\"/media/private/", "data-srcset=\"/media/private/",
        "poster=\"/media/private/", "content=\"http://127.0.0.1:8443/private/",
        "srcset=\"//127.0.0.1:8443/private/", "src=\"media/private/", "src=/media/private/",
        "/media/public/../private/", "&amp;"}) {
    EXPECT_NE(page.find(form), std::string::npos) << form;
  }
}

TEST_F(SiteTest, ServesWhatIsPublicAlone) {
  EXPECT_EQ(get("/media/public/morning-640.png").body, "public bytes");
  EXPECT_EQ(get("/media/public/morning-640.png").header("Content-Type"), "image/png");
  for (const char* path : {"/media/private/album/lake-320.png", "/private/album/lake-320.png",
                           "/nothing", "/media/", "/proof.html"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
  EXPECT_EQ(get("/style.css").header("Content-Type"), "text/css");
  EXPECT_EQ(get("/gallery.js").header("Content-Type"), "text/javascript");
  EXPECT_EQ(get("/favicon.svg").header("Content-Type"), "image/svg+xml");
}

TEST_F(SiteTest, OffersOneLinkForEachCase) {
  const auto page = get("/proof/links").body;
  EXPECT_EQ(count(page, "/media/private/album/"), cases().size());
  for (const auto& one : cases()) {
    EXPECT_EQ(count(page, "?proof=" + std::string(one.slug) + "\""), 1U) << one.slug;
  }
}

TEST_F(SiteTest, SaysThatTheGatewayIsNotThere) {
  const auto page = get("/proof");
  EXPECT_EQ(page.status, 502);
  EXPECT_NE(page.body.find("The gateway gave no answer"), std::string::npos);
}

TEST_F(SiteTest, EmbedsTheEdgesPicturesAlone) {
  const auto link = escape_query(places.private_prefix() + "a.png?x=\"><script>&Signature=s");
  const auto page = get("/elsewhere?picture=" + link);
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("/private/a.png?x=&quot;&gt;&lt;script&gt;&amp;Signature=s\""),
            std::string::npos);
  EXPECT_EQ(get("/elsewhere?picture=" + escape_query("http://example.com/a.png")).status, 404);
  EXPECT_EQ(get("/elsewhere").status, 404);
}

}  // namespace
}  // namespace signgate::cli::demo
