// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/grant_prefix.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

using signing::PolicyForm;

MediaSigner rule(std::optional<std::uint32_t> scope = std::nullopt) {
  MediaSigner signer;
  signer.target_length = std::string_view("https://d.example/private/").size();
  signer.grant_request = GrantRequest{.uri = "/may-see", .scope = scope};
  return signer;
}

TEST(GrantPrefix, IsTheFolderOfTheLink) {
  EXPECT_EQ(grant_prefix(rule(), "https://d.example/private/albums/7/a.jpg?w=/1"),
            "/private/albums/7/");
  EXPECT_EQ(grant_prefix(rule(), "https://d.example/private/a.jpg"), "/private/");
  EXPECT_EQ(grant_prefix(rule(), "https://d.example/private/albums/"), "/private/albums/");
}

TEST(GrantPrefix, IsAsDeepAsTheScopeSays) {
  const std::string_view url = "https://d.example/private/albums/7/x/a.jpg";
  EXPECT_EQ(grant_prefix(rule(0), url), "/private/");
  EXPECT_EQ(grant_prefix(rule(1), url), "/private/albums/");
  EXPECT_EQ(grant_prefix(rule(2), url), "/private/albums/7/");
  EXPECT_EQ(grant_prefix(rule(4), url), "/private/albums/7/x/a.jpg");
  EXPECT_EQ(grant_prefix(rule(1), "https://d.example/private//albums/a.jpg"), "/private//albums/");
}

TEST(GrantPrefix, IsNothingAboveTheTarget) {
  MediaSigner signer = rule();
  signer.target_length = std::string_view("https://d.example/priv").size();
  EXPECT_EQ(grant_prefix(signer, "https://d.example/private.jpg"), "/private.jpg");
  EXPECT_EQ(grant_prefix(signer, "https://d.example/private/a.jpg"), "/private/");
}

TEST(GrantPrefix, IsTheWholePathOfALinkThatHidesASlash) {
  for (const std::string_view path :
       {"/private/vip%2Fsecret.jpg", "/private/vip%2fx/secret.jpg", "/private/a/vip%5Csecret.jpg",
        "/private/a/vip%5csecret.jpg", "/private/vip%2F"}) {
    const std::string url = "https://d.example" + std::string(path);
    EXPECT_EQ(grant_prefix(rule(), url), path);
    EXPECT_EQ(grant_prefix(rule(0), url + "?w=1"), path);
    EXPECT_EQ(grant_prefix(rule(1), url), path);
  }
  EXPECT_EQ(grant_prefix(rule(), "https://d.example/private/vip%20x.jpg?u=%2F"), "/private/");
  MediaSigner custom = rule();
  custom.policy = PolicyForm::custom;
  EXPECT_EQ(grant_prefix(custom, "https://d.example/private/vip%2Fsecret.jpg?w=1"),
            "/private/vip%2F")
      << "a signature with a query opens more";
}

TEST(GrantPrefix, IsNoLessThanASignatureOpens) {
  const std::string_view url = "https://d.example/private/albums/7/a.jpg";
  MediaSigner signer = rule();
  signer.policy = PolicyForm::prefix;
  EXPECT_EQ(grant_prefix(signer, url), "/private/");
  signer.scope = 1;
  EXPECT_EQ(grant_prefix(signer, url), "/private/albums/");
  signer.scope = 2;
  EXPECT_EQ(grant_prefix(signer, url), "/private/albums/7/");
  signer.grant_request->scope = 1;
  EXPECT_EQ(grant_prefix(signer, url), "/private/albums/") << "nor less than was asked for";
  MediaSigner custom = rule(8);
  custom.policy = PolicyForm::custom;
  EXPECT_EQ(grant_prefix(custom, url), "/private/albums/7/a.jpg");
  EXPECT_EQ(grant_prefix(custom, std::string(url) + "?w=1"), "/private/albums/7/");
}

}  // namespace
}  // namespace signgate::route
