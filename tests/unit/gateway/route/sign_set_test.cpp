// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/sign_set.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

std::shared_ptr<const signing::SigningKey> make_key(const std::string& id) {
  auto key = signing::PrivateKey::generate(signing::KeyType::ecdsa_p256);
  EXPECT_TRUE(key);
  auto made = signing::make_signing_key(id, *key);
  EXPECT_TRUE(made);
  return std::make_shared<const signing::SigningKey>(*made);
}

config::Config two_rules() {
  config::Config config;
  config.keys.emplace_back().key_pair_id = "KOLD";
  config.keys.emplace_back().key_pair_id = "KNEW";
  config.keys[1].not_before = 1000;
  config::Media& photos = config.media.emplace_back();
  photos.name = "photos";
  photos.links = {"/media/photos/"};
  photos.target = "https://d1.example/photos/";
  photos.key = {"KOLD", "KNEW"};
  photos.ttl = std::chrono::hours(1);
  config::Media& films = config.media.emplace_back();
  films.name = "films";
  films.links = {"/media/films/"};
  films.target = "https://d1.example/films/";
  films.key = {"KOLD"};
  films.ttl = std::chrono::minutes(10);
  return config;
}

KeyRing new_ring() {
  return {{"KOLD", make_key("KOLD")}, {"KNEW", make_key("KNEW")}};
}

const KeyRing& ring() {
  static const KeyRing made = new_ring();
  return made;
}

TEST(SignSet, MatchesItsOwnRulesAlone) {
  const auto set = make_sign_set(two_rules(), {"photos"}, ring());
  ASSERT_TRUE(set);
  const auto page = rewrite::PageUrl::make("https://www.example/");
  using Verdict = rewrite::LinkMatcher::Verdict;
  EXPECT_EQ((*set)->matcher.match("/media/photos/a.jpg", *page).verdict, Verdict::media);
  EXPECT_EQ((*set)->matcher.match("/media/films/a.mp4", *page).verdict, Verdict::refused_rule);
}

TEST(SignSet, KnowsWhoGrantsAndWhatIsReflected) {
  config::Config config = two_rules();
  const auto plain = make_sign_set(config, {"photos", "films"}, ring());
  EXPECT_TRUE((*plain)->refuses_reflected);
  EXPECT_TRUE((*plain)->signers[0].refuses_reflected);
  config.media[0].reflect = config::Reflect::sign;
  config.media[1].grant = config::Grant::auth_request;
  config.media[1].grant_request = "/may-see";
  config.media[1].grant_scope = 2;
  const auto asking = make_sign_set(config, {"photos", "films"}, ring());
  EXPECT_FALSE((*asking)->refuses_reflected) << "who is asked decides";
  EXPECT_TRUE((*asking)->per_viewer);
  EXPECT_NE((*asking)->rule_set, (*plain)->rule_set);
  EXPECT_EQ((*asking)->signers[0].grant_request, std::nullopt);
  const auto& request = (*asking)->signers[1].grant_request;
  ASSERT_TRUE(request);
  EXPECT_EQ(request->uri, "/may-see");
  EXPECT_EQ(request->scope, 2U);
  EXPECT_EQ(request->valid, std::chrono::seconds(10));
  config.media[1].reflect = config::Reflect::refuse;
  EXPECT_TRUE((*make_sign_set(config, {"films"}, ring()))->refuses_reflected);
}

TEST(SignSet, KnowsWhichHeadersGrant) {
  config::Config config = two_rules();
  const auto plain = make_sign_set(config, {"photos", "films"}, ring());
  EXPECT_TRUE((*plain)->grant_headers.empty());
  EXPECT_FALSE((*plain)->per_viewer);
  config.media[1].grant = config::Grant::header;
  const auto one = make_sign_set(config, {"photos", "films"}, ring());
  EXPECT_EQ((*one)->grant_headers, std::vector<std::string>{"X-Sign-Allow"});
  EXPECT_EQ((*one)->signers[0].grant_header, std::nullopt);
  EXPECT_EQ((*one)->signers[1].grant_header, std::size_t{0});
  EXPECT_TRUE((*one)->per_viewer);
  EXPECT_NE((*one)->rule_set, (*plain)->rule_set);
  config.media[0].grant = config::Grant::header;
  config.media[0].grant_header = "x-sign-allow";
  EXPECT_EQ((*make_sign_set(config, {"photos", "films"}, ring()))->grant_headers.size(), 1U);
  config.media[0].grant_header = "X-Other";
  EXPECT_EQ((*make_sign_set(config, {"photos", "films"}, ring()))->grant_headers.size(), 2U);
}

TEST(SignSet, TellsPagesOfOtherSettingsApart) {
  const config::Config config = two_rules();
  const auto tag = [&](const config::PageLinks& page, const std::string& policies) {
    return (*make_sign_set(config, {"photos"}, ring(), page, policies))->rule_set;
  };
  const std::string plain = tag({}, "");
  EXPECT_EQ((*make_sign_set(config, {"photos"}, ring()))->rule_set, plain);
  EXPECT_NE(tag({}, "csp"), plain);
  EXPECT_NE(tag({.user_content_attribute = "data-uc"}, ""), plain);
}

TEST(SignSet, LeavesARuleWithinOneOfItsOwnAlone) {
  config::Config config = two_rules();
  config.media[0].links = {"/media/"};
  const auto page = rewrite::PageUrl::make("https://www.example/");
  using Verdict = rewrite::LinkMatcher::Verdict;
  const auto outer = make_sign_set(config, {"photos"}, ring());
  EXPECT_EQ((*outer)->matcher.match("/media/a.jpg", *page).verdict, Verdict::media);
  EXPECT_EQ((*outer)->matcher.match("/media/films/a.mp4", *page).verdict, Verdict::refused_rule);
  const auto inner = make_sign_set(config, {"films"}, ring());
  EXPECT_EQ((*inner)->matcher.match("/media/films/a.mp4", *page).verdict, Verdict::media);
  EXPECT_EQ((*inner)->matcher.match("/media/a.jpg", *page).verdict, Verdict::refused_rule);
  const auto both = make_sign_set(config, {"photos", "films"}, ring());
  EXPECT_EQ((*both)->matcher.match("/media/films/a.mp4", *page).rule, 1U);
}

TEST(SignSet, LeavesATargetWithinOneOfItsOwnAlone) {
  config::Config config = two_rules();
  config.media[0].target = "https://d1.example/";
  const auto page = rewrite::PageUrl::make("https://www.example/");
  using Verdict = rewrite::LinkMatcher::Verdict;
  const auto outer = make_sign_set(config, {"photos"}, ring());
  const auto verdict = [&](std::string_view link) {
    return (*outer)->matcher.match(link, *page).verdict;
  };
  EXPECT_EQ(verdict("/media/photos/a.jpg"), Verdict::media);
  EXPECT_EQ(verdict("/media/photos/films/a.mp4"), Verdict::refused_rule);
  EXPECT_EQ(verdict("/media/photos/%66ilms/a.mp4"), Verdict::refused_rule);
  EXPECT_EQ(verdict("https://d1.example/films/a.mp4"), Verdict::refused_rule);
  const auto inner = make_sign_set(config, {"films"}, ring());
  EXPECT_EQ((*inner)->matcher.match("https://d1.example/films/a.mp4", *page).verdict,
            Verdict::media);
  EXPECT_EQ((*inner)->matcher.match("https://d1.example/a.jpg", *page).verdict,
            Verdict::refused_rule);
}

TEST(SignSet, ReadsTheMarkOfACustomPolicysUrlAsAWildcard) {
  config::Config config = two_rules();
  config.media[0].target = "https://d1.example/";
  const auto page = rewrite::PageUrl::make("https://www.example/");
  using Verdict = rewrite::LinkMatcher::Verdict;
  constexpr std::string_view link = "/media/photos/films?a.mp4";
  const auto canned = make_sign_set(config, {"photos"}, ring());
  EXPECT_EQ((*canned)->matcher.match(link, *page).verdict, Verdict::media);
  config.media[0].policy = config::PolicyKind::custom;
  const auto custom = make_sign_set(config, {"photos"}, ring());
  EXPECT_EQ((*custom)->matcher.match(link, *page).verdict, Verdict::refused_rule);
}

TEST(SignSet, KnowsWhenItsPagesAreForOneViewer) {
  config::Config config = two_rules();
  EXPECT_FALSE((*make_sign_set(config, {"photos", "films"}, ring()))->per_viewer);
  config.media[1].ip = config::IpBinding::client;
  EXPECT_TRUE((*make_sign_set(config, {"photos", "films"}, ring()))->per_viewer);
  EXPECT_FALSE((*make_sign_set(config, {"photos"}, ring()))->per_viewer);
}

TEST(SignSet, IsSharedWhereAllItsRulesAre) {
  config::Config config = two_rules();
  EXPECT_FALSE((*make_sign_set(config, {"photos", "films"}, ring()))->shared);
  config.media[0].cache = config::CacheReach::shared;
  EXPECT_FALSE((*make_sign_set(config, {"photos", "films"}, ring()))->shared);
  EXPECT_TRUE((*make_sign_set(config, {"photos"}, ring()))->shared);
  config.media[1].cache = config::CacheReach::shared;
  EXPECT_TRUE((*make_sign_set(config, {"photos", "films"}, ring()))->shared);
}

TEST(SignSet, KeepsPagesForHalfOfTheShortestLife) {
  EXPECT_EQ((*make_sign_set(two_rules(), {"photos"}, ring()))->page_life, 1800U);
  EXPECT_EQ((*make_sign_set(two_rules(), {"photos", "films"}, ring()))->page_life, 300U);
  config::Config config = two_rules();
  config.media[1].ip = config::IpBinding::client;
  EXPECT_EQ((*make_sign_set(config, {"photos"}, ring()))->page_life, 1800U);
  EXPECT_EQ((*make_sign_set(config, {"photos", "films"}, ring()))->page_life, 0U);
}

TEST(SignSet, SignsWithTheNewestKeyThatMay) {
  config::Config config = two_rules();
  config.keys[1].not_after = 2000;
  const auto set = make_sign_set(config, {"photos"}, ring());
  const signing::LinkRule& signer = (*set)->signers.at(0);
  EXPECT_EQ((*signer.key_at(999))->key_pair_id, "KOLD");
  EXPECT_EQ((*signer.key_at(1000))->key_pair_id, "KNEW");
  EXPECT_EQ((*signer.key_at(2000))->key_pair_id, "KOLD");
  config.keys[0].not_after = 1500;
  const auto ended = make_sign_set(config, {"photos"}, ring());
  EXPECT_EQ((*ended)->signers.at(0).key_at(2000), nullptr);
}

TEST(SignSet, HasATagThatChangesWithTheRulesAndNothingElse) {
  const auto tag = [](const config::Config& config) {
    return (*make_sign_set(config, {"photos"}, ring()))->rule_set;
  };
  const config::Config config = two_rules();
  EXPECT_EQ(tag(config), tag(config));
  config::Config other = config;
  other.media[0].target = "https://d2.example/photos/";
  EXPECT_NE(tag(other), tag(config));
  other = config;
  other.media[0].key = {"KOLD"};
  EXPECT_NE(tag(other), tag(config));
  other = config;
  other.media[0].ttl = std::chrono::minutes(20);
  EXPECT_NE(tag(other), tag(config));
  other = config;
  other.media[0].links = {"/media/other/"};
  EXPECT_NE(tag(other), tag(config));
  other = config;
  other.media[0].cache = config::CacheReach::shared;
  EXPECT_NE(tag(other), tag(config));
  other = config;
  other.media[1].ttl = std::chrono::minutes(20);
  EXPECT_EQ(tag(other), tag(config));
  // The other rules' prefixes shape what is left alone; another key under the same id signs anew.
  other = config;
  other.media[1].target = "https://d2.example/films/";
  EXPECT_NE(tag(other), tag(config));
  EXPECT_NE((*make_sign_set(config, {"photos"}, new_ring()))->rule_set, tag(config));
}

TEST(SignSet, NamesTheRuleWhosePrefixIsWrong) {
  config::Config config = two_rules();
  config.media[0].links = {"ftp://x/"};
  const auto set = make_sign_set(config, {"photos"}, ring());
  ASSERT_FALSE(set);
  EXPECT_NE(set.error().detail.find("media \"photos\""), std::string::npos);
}

}  // namespace
}  // namespace signgate::route
