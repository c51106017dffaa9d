// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/cases.hpp"

#include <gtest/gtest.h>

#include <set>

#include "signing/signed_url.hpp"
#include "signing/verifier.hpp"

namespace signgate::cli::demo {
namespace {

constexpr UnixSeconds now = 1'800'000'000;
constexpr Places places{3000, 8080, 8443};

class MakeAttempt : public testing::Test {
 protected:
  static const signing::SigningKey& key() {
    static const auto made = *signing::make_signing_key(
        "K1", *signing::PrivateKey::generate(signing::KeyType::ecdsa_p256));
    return made;
  }

  static std::string signed_link() {
    return *signing::sign_url_canned(key(), "http://127.0.0.1:8443/private/album/lake-320.png?v=1",
                                     now + 3600);
  }

  static Attempt attempt(CaseKind kind) {
    return *make_attempt(kind, signed_link(), places, key(), now);
  }

  /// What the verifier says of the attempt's URL: the reason's name, or "allowed".
  static std::string verdict(const std::string& url) {
    const signing::TrustedKeys keys{{"K1", key().key.public_key()}};
    const auto decided = signing::verify_url(url, keys, {now, 0x7F000001});
    return decided ? "allowed" : std::string(signing::denial_reason_name(decided.error().reason));
  }
};

TEST_F(MakeAttempt, ChangesWhatTheCaseSays) {
  EXPECT_EQ(verdict(attempt(CaseKind::as_signed).url), "allowed");
  EXPECT_EQ(verdict(attempt(CaseKind::unsigned_link).url), "not_signed");
  EXPECT_EQ(verdict(attempt(CaseKind::expired).url), "expired");
  EXPECT_EQ(verdict(attempt(CaseKind::one_letter_changed).url), "bad_signature");
  EXPECT_EQ(verdict(attempt(CaseKind::later_expiry).url), "bad_signature");
  EXPECT_EQ(verdict(attempt(CaseKind::other_picture).url), "bad_signature");
  EXPECT_EQ(verdict(attempt(CaseKind::no_referer).url), "allowed");
  EXPECT_EQ(verdict(attempt(CaseKind::foreign_referer).url), "allowed");
  EXPECT_EQ(verdict(attempt(CaseKind::asked_again).url), "allowed");
  EXPECT_EQ(verdict(attempt(CaseKind::unknown_key).url), "unknown_key");
  EXPECT_EQ(verdict(attempt(CaseKind::other_folder).url), "resource_mismatch");
  EXPECT_EQ(verdict(attempt(CaseKind::other_network).url), "viewer_address_mismatch");
}

TEST_F(MakeAttempt, SendsTheRefererOfTheCase) {
  const auto referer = [](CaseKind kind) {
    for (const auto& [name, value] : attempt(kind).headers()) {
      if (name == "Referer") return value;
    }
    return std::string("none");
  };
  EXPECT_EQ(referer(CaseKind::as_signed), "http://127.0.0.1:8080/");
  EXPECT_EQ(referer(CaseKind::expired), "http://127.0.0.1:8080/");
  EXPECT_EQ(referer(CaseKind::no_referer), "none");
  EXPECT_EQ(referer(CaseKind::foreign_referer), "https://elsewhere.example/");
}

TEST_F(MakeAttempt, BorrowsForAnotherPictureWhicheverItIs) {
  const auto dunes = *signing::sign_url_canned(
      key(), "http://127.0.0.1:8443/private/album/dunes-320.png", now + 3600);
  const auto changed = make_attempt(CaseKind::other_picture, dunes, places, key(), now);
  EXPECT_TRUE(
      changed->url.starts_with("http://127.0.0.1:8443/private/album/lake-320.png?Expires="));
  EXPECT_TRUE(
      attempt(CaseKind::other_picture)
          .url.starts_with("http://127.0.0.1:8443/private/album/dunes-320.png?v=1&Expires="));
}

TEST(Cases, AreOneOfEachKindTheAllowedOneFirst) {
  std::set<CaseKind> kinds;
  std::set<std::string_view> slugs;
  for (const auto& one : cases()) {
    kinds.insert(one.kind);
    slugs.insert(one.slug);
    EXPECT_EQ(one.status, one.kind == CaseKind::as_signed ? 200 : 403) << one.slug;
  }
  EXPECT_EQ(kinds.size(), 8U);
  EXPECT_EQ(slugs.size(), 8U);
  EXPECT_EQ(cases().front().kind, CaseKind::as_signed);
}

TEST(ReadEdgeAnswer, TakesTheErrorApart) {
  const Fetched fetched{403,
                        {{"server", "CloudFront"},
                         {"X-Signgate-Reason", "not_signed"},
                         {"x-cache", "Error from cloudfront"},
                         {"age", "4"}},
                        "<?xml version=\"1.0\"?><Error><Code>MissingKey</Code><Message>Missing"
                        " Key-Pair-Id query parameter or cookie value</Message></Error>"};
  const auto answer = read_edge_answer(fetched);
  EXPECT_EQ(answer.server, "CloudFront");
  EXPECT_EQ(answer.reason, "not_signed");
  EXPECT_EQ(answer.cache, "Error from cloudfront");
  EXPECT_EQ(answer.age, "4");
  EXPECT_EQ(describe(answer),
            "403 MissingKey \"Missing Key-Pair-Id query parameter or cookie value\"");
  EXPECT_TRUE(is_due(cases()[1], answer));
  EXPECT_FALSE(is_due(cases()[0], answer));
  EXPECT_FALSE(is_due(cases()[2], answer));
}

TEST(ReadEdgeAnswer, TellsTheBucketFromTheEdge) {
  const auto answer = [](const char* message) {
    return read_edge_answer(
        {403, {}, std::string("<Code>AccessDenied</Code><Message>") + message + "</Message>"});
  };
  for (const auto& one : cases()) {
    if (one.code != "AccessDenied") continue;
    EXPECT_TRUE(is_due(one, answer(std::string(one.message).c_str())));
    EXPECT_FALSE(
        is_due(one, answer(one.message == "Access denied" ? "Access Denied" : "Access denied")));
  }
}

TEST(Describe, SaysWhatCame) {
  EXPECT_EQ(describe(read_edge_answer({200, {{"Content-Type", "image/png"}}, "12345"})),
            "200 image/png, 5 bytes");
  EXPECT_EQ(describe(read_edge_answer({502, {}, "<html></html>"})), "502 (no code)");
  EXPECT_EQ(describe(read_edge_answer({403, {}, "</Code><Code>"})), "403 (no code)");
}

}  // namespace
}  // namespace signgate::cli::demo
