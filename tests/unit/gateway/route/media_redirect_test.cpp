// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/media_redirect.hpp"

#include <gtest/gtest.h>

#include "gateway/http/path.hpp"
#include "gateway/route/router.hpp"

namespace signgate::route {
namespace {

using Verdict = rewrite::LinkMatcher::Verdict;

KeyRing new_ring() {
  auto key = signing::PrivateKey::generate(signing::KeyType::ecdsa_p256);
  EXPECT_TRUE(key);
  auto made = signing::make_signing_key("K1", *key);
  EXPECT_TRUE(made);
  return {{"K1", std::make_shared<const signing::SigningKey>(*made)}};
}

const KeyRing& ring() {
  static const KeyRing made = new_ring();
  return made;
}

config::Config films_and_trailers() {
  config::Config config;
  config.keys.emplace_back().key_pair_id = "K1";
  config::Media& films = config.media.emplace_back();
  films.name = "films";
  films.links = {"/media/", "https://d1.example/private/sub/"};
  films.target = "https://d1.example/private/";
  films.key = {"K1"};
  config::Media& vip = config.media.emplace_back();
  vip.name = "vip";
  vip.target = "https://d1.example/private/vip/";
  vip.key = {"K1"};
  return config;
}

class MediaRedirectTest : public testing::Test {
 protected:
  // Where a request for `written` leads; it is normalised as the gateway does.
  rewrite::LinkMatcher::Outcome find(std::string_view written, std::string_view args = {}) {
    const auto uri = http::normalise_path(written, storage_);
    EXPECT_TRUE(uri) << written;
    EXPECT_TRUE(uri->starts_with(location_)) << written;
    return find_media(redirect_,
                      {.location = location_,
                       .exact = exact_,
                       .uri = *uri,
                       .written = internal_ ? std::string_view() : written,
                       .args = args,
                       .judged = judged_},
                      page_);
  }
  std::string url(std::string_view written, std::string_view args = {}) {
    const auto found = find(written, args);
    EXPECT_EQ(found.verdict, Verdict::media) << written;
    return found.url;
  }

  config::Config config_ = films_and_trailers();
  MediaRedirect redirect_{.set = *make_redirect_set(config_, "films", ring()),
                          .target = config_.media[0].target};
  rewrite::PageUrl page_ = *rewrite::PageUrl::make("https://www.example/watch/x");
  std::string location_ = "/watch/";
  bool exact_ = false;
  bool judged_ = false;
  bool internal_ = false;
  std::string storage_;
};

TEST_F(MediaRedirectTest, PutsWhatFollowsTheLocationBelowTheTarget) {
  EXPECT_EQ(url("/watch/7/a.mp4"), "https://d1.example/private/7/a.mp4");
  EXPECT_EQ(url("/watch/7/a.mp4", "w=1&b"), "https://d1.example/private/7/a.mp4?w=1&b");
  EXPECT_EQ(url("/watch/sub/x"), "https://d1.example/private/sub/x")
      << "a prefix for links on pages is none here";
  EXPECT_EQ(find("/watch/").verdict, Verdict::not_media);
  location_ = "/watch";
  EXPECT_EQ(url("/watchman"), "https://d1.example/private/man");
  location_ = "/live";
  exact_ = true;
  EXPECT_EQ(url("/live", "q"), "https://d1.example/private/?q");
}

TEST_F(MediaRedirectTest, KeepsTheSpellingOfNames) {
  EXPECT_EQ(url("/watch/a%2Bb+c%20d%c3%a4.mp4"),
            "https://d1.example/private/a%2Bb+c%20d%c3%a4.mp4");
  EXPECT_EQ(url("/watch/50%25.mp4"), "https://d1.example/private/50%25.mp4");
  EXPECT_EQ(url("/watch/a%3fb%23c"), "https://d1.example/private/a%3fb%23c");
  EXPECT_EQ(url("/watch/a|b"), "https://d1.example/private/a|b");
  EXPECT_EQ(url("/watch/\xc3\xa4"), "https://d1.example/private/%C3%A4");
  EXPECT_EQ(url("/w%61tch/a%2Bb"), "https://d1.example/private/a+b") << "read once, written once";
  internal_ = true;
  EXPECT_EQ(url("/watch/a b?"), "https://d1.example/private/a%20b%3F");
  EXPECT_EQ(url("/watch/a", "b#c"), "https://d1.example/private/a?b%23c");
}

TEST_F(MediaRedirectTest, NeverLeadsOutOfTheTarget) {
  // What the location was chosen by is what the target gets.
  EXPECT_EQ(url("/watch/a/../b"), "https://d1.example/private/b");
  EXPECT_EQ(url("/watch/a%2f..%2Fb"), "https://d1.example/private/b");
  EXPECT_EQ(url("/watch/x/%2e%2E/b%2fc//d"), "https://d1.example/private/b/c/d");
  EXPECT_EQ(find("/watch/a%5c..%5c..%5cb").verdict, Verdict::refused_path);
  EXPECT_EQ(find("/watch/a\\..\\b").verdict, Verdict::refused_path);
  location_ = "/watch";
  redirect_.target = "https://d1.example/private/a";
  EXPECT_EQ(find("/watch/%5c../b").verdict, Verdict::refused_path);
}

TEST_F(MediaRedirectTest, LeavesOtherRulesMediaAlone) {
  EXPECT_EQ(find("/watch/vip/a.mp4").verdict, Verdict::refused_rule);
  EXPECT_EQ(find("/watch/v%69p/a.mp4").verdict, Verdict::refused_rule);
  EXPECT_EQ(find("/watch/vip%2fa.mp4").verdict, Verdict::refused_rule);
}

TEST_F(MediaRedirectTest, RefusesReservedNamesAndDropsOldSignatures) {
  EXPECT_EQ(find("/watch/a", "Policy=x").verdict, Verdict::refused_reserved);
  EXPECT_EQ(url("/watch/a", "w=1&Expires=1&Signature=x&Key-Pair-Id=K"),
            "https://d1.example/private/a?w=1");
  EXPECT_EQ(find("/watch/" + std::string(9000, 'a')).verdict, Verdict::refused_too_long);
}

TEST_F(MediaRedirectTest, TellsTheRequestsPathForGrants) {
  EXPECT_EQ(find("/watch/7/a%20b.mp4", "w").path, "/watch/7/a%20b.mp4");
  EXPECT_EQ(find("/watch/7/../8/x").path, "/watch/8/x");
  location_ = "/my films/";
  EXPECT_EQ(find("/my%20films/x").path, "/my%20films/x");
}

TEST(MediaRedirect, IsCompiledOnceForAllRoutesOfARule) {
  config::Config config = films_and_trailers();
  config::Server& server = config.servers.emplace_back();
  for (const char* location : {"/a/", "/b/"}) {
    config::Route& route = server.routes.emplace_back();
    route.location = location;
    route.media_redirect = config::MediaRedirect{.media = "films", .place = {}};
  }
  const auto router = Router::make(config, ring());
  ASSERT_TRUE(router);
  const Route* a = (*router)->servers()[0].find_route("/a/x");
  const Route* b = (*router)->servers()[0].find_route("/b/x");
  ASSERT_TRUE(a->media && b->media);
  EXPECT_EQ(a->media, b->media);
  EXPECT_EQ(a->signing, nullptr);
  EXPECT_EQ(a->media->set->signers.size(), 1U);
}

TEST_F(MediaRedirectTest, RefusesWhatAnApplicationMayHaveReadOtherwise) {
  judged_ = true;
  EXPECT_EQ(url(location_ + "a%20b/c"), "https://d1.example/private/a%20b/c");
  for (const std::string tail : {"trailers/..%2Ffilms/7", "trailers/../films/7", "a//b", "./a"})
    EXPECT_EQ(find(location_ + tail).verdict, Verdict::refused_path) << tail;
  judged_ = false;
  EXPECT_EQ(url(location_ + "trailers/../7"), "https://d1.example/private/7");
}

TEST_F(MediaRedirectTest, MakesNoDotSegmentOfALocationsEnd) {
  location_ = "/watch";
  EXPECT_EQ(find("/watch../vip2/x").verdict, Verdict::refused_path);
  EXPECT_EQ(find("/watch..").verdict, Verdict::refused_path);
  EXPECT_EQ(find("/watch./x").verdict, Verdict::refused_path);
  EXPECT_EQ(url("/watch.a/x"), "https://d1.example/private/.a/x");
}

}  // namespace
}  // namespace signgate::route
