// SPDX-License-Identifier: Apache-2.0
#include "signing/verifier.hpp"

#include <gmock/gmock.h>

#include "signing/signed_url.hpp"
#include "signing/url_base64.hpp"
#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr UnixSeconds expiry = 1893456000;
constexpr const char* plain = "https://d1.cloudfront.net/private/a.jpg?x=1";

/// Fixture: one canned and one custom URL, made once.
class Verifier : public testing::Test {
 protected:
  static std::string canned(std::string_view url = plain, UnixSeconds expires = expiry) {
    return sign_url_canned(vectors::rsa(), url, expires).value();
  }
  static std::string custom(const std::string& policy, std::string_view url = plain) {
    return sign_url_custom(vectors::rsa(), url, policy).value();
  }
  static std::string custom(policy::CloudFrontStatement statement, std::string_view url = plain) {
    if (statement.date_less_than == 0) statement.date_less_than = expiry;
    return custom(policy::custom_policy(statement), url);
  }
  static Verdict at(const std::string& url, UnixSeconds now = expiry - 1,
                    const char* ip = nullptr) {
    Viewer viewer{now, std::nullopt};
    if (ip != nullptr) viewer.ipv4_address = policy::parse_ipv4_address(ip);
    return verify_url(url, vectors::both(), viewer);
  }
  static void expect_denied(const Verdict& verdict, DenialCode code, DenialReason reason,
                            std::string_view cause = "") {
    ASSERT_FALSE(verdict);
    EXPECT_EQ(denial_code_name(verdict.error().code), denial_code_name(code))
        << verdict.error().cause;
    EXPECT_EQ(denial_reason_name(verdict.error().reason), denial_reason_name(reason))
        << verdict.error().cause;
    EXPECT_THAT(verdict.error().cause, HasSubstr(std::string(cause)));
  }
};

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const std::size_t place = text.find(what);
  EXPECT_NE(place, std::string::npos) << what;
  return text.replace(place, what.size(), with);
}

TEST_F(Verifier, GrantsACannedUrl) {
  const Verdict verdict = at(canned());
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->key_pair_id, "KRSA");
  EXPECT_EQ(verdict->kind, PolicyKind::canned);
  EXPECT_EQ(verdict->statement.resource, plain);
  EXPECT_EQ(verdict->statement.date_less_than, expiry);
}

TEST_F(Verifier, GrantsForBothKeysAndHashes) {
  EXPECT_TRUE(at(sign_url_canned(vectors::p256(), plain, expiry).value()));
  const SigningKey sha256 =
      make_signing_key("KRSA", vectors::rsa().key, HashAlgorithm::sha256).value();
  EXPECT_TRUE(at(sign_url_canned(sha256, plain, expiry).value()));
  const SigningKey ec_sha1 =
      make_signing_key("KEC", vectors::p256().key, HashAlgorithm::sha1).value();
  EXPECT_TRUE(at(sign_url_canned(ec_sha1, plain, expiry).value()));
  EXPECT_TRUE(at(canned() + "&Hash-Algorithm=SHA1"));
}

TEST_F(Verifier, IgnoresTheFragment) {
  EXPECT_TRUE(at(canned() + "#Expires=1"));
}

TEST_F(Verifier, ParametersMayStandInAnyOrderAndPlace) {
  const SignedRequest request =
      read_signed_url("https://e/a?Key-Pair-Id=K&x=1&Signature=S&y&Expires=5");
  EXPECT_EQ(request.resource, "https://e/a?x=1&y");
  EXPECT_EQ(request.presented.key_pair_id, "K");
  EXPECT_EQ(request.presented.signature, "S");
  EXPECT_EQ(request.presented.expires, "5");
  EXPECT_FALSE(request.presented.policy);
  EXPECT_FALSE(request.presented.hash_algorithm);
  const std::string url = canned();
  const std::size_t query = url.find("&Expires");
  EXPECT_TRUE(at("https://d1.cloudfront.net/private/a.jpg?" + url.substr(query + 1) + "&x=1"));
}

TEST_F(Verifier, KeyIdComesFirst) {
  expect_denied(at(plain), DenialCode::missing_key, DenialReason::not_signed);
  expect_denied(at("https://e/a?Expires=1&Signature=!"), DenialCode::missing_key,
                DenialReason::missing_key_pair_id);
  expect_denied(at("https://e/a?Signature=!&Key-Pair-Id="), DenialCode::missing_key,
                DenialReason::missing_key_pair_id);
  expect_denied(at(canned() + "&Key-Pair-Id=KRSA"), DenialCode::missing_key,
                DenialReason::missing_key_pair_id);
  for (const std::string& id : {std::string("K-1"), std::string("K%31"), std::string("K+"),
                                std::string("KRSA%0A"), std::string(129, 'K')}) {
    expect_denied(at("https://e/a?Signature=!&Key-Pair-Id=" + id), DenialCode::missing_key,
                  DenialReason::missing_key_pair_id, "malformed");
  }
  expect_denied(at("https://e/a?Key-Pair-Id=" + std::string(128, 'K')), DenialCode::invalid_key,
                DenialReason::unknown_key);
  expect_denied(at("https://e/a?Key-Pair-Id=KNEW"), DenialCode::invalid_key,
                DenialReason::unknown_key, "KNEW");
  expect_denied(at("https://e/a?Key-Pair-Id=krsa"), DenialCode::invalid_key,
                DenialReason::unknown_key);
}

TEST_F(Verifier, ThenTheSignaturesForm) {
  const std::string id = "https://e/a?Key-Pair-Id=KRSA";
  expect_denied(at(id), DenialCode::malformed_signature, DenialReason::missing_signature);
  expect_denied(at(id + "&Signature="), DenialCode::malformed_signature,
                DenialReason::missing_signature);
  expect_denied(at(canned() + "&Signature=Zm9v"), DenialCode::malformed_signature,
                DenialReason::missing_signature, "twice");
  expect_denied(at(id + "&Signature=a+b="), DenialCode::malformed_signature,
                DenialReason::undecodable_signature);
  expect_denied(at(id + "&Signature=abc"), DenialCode::malformed_signature,
                DenialReason::undecodable_signature);
  expect_denied(at(id + "&Signature=Zm9%76"), DenialCode::malformed_signature,
                DenialReason::undecodable_signature, "percent");
}

TEST_F(Verifier, ASignatureHasTheBytesThatItsKeyNeeds) {
  const auto with = [](const char* id, std::size_t bytes) {
    return at(std::string("https://e/a?Expires=1&Key-Pair-Id=") + id +
              "&Signature=" + url_base64_encode(std::vector<unsigned char>(bytes, 'x')));
  };
  expect_denied(with("KRSA", 255), DenialCode::malformed_signature,
                DenialReason::undecodable_signature, "255 bytes");
  expect_denied(with("KRSA", 256), DenialCode::access_denied, DenialReason::bad_signature);
  expect_denied(with("KRSA", 257), DenialCode::access_denied, DenialReason::bad_signature);
  expect_denied(with("KEC", 7), DenialCode::malformed_signature,
                DenialReason::undecodable_signature, "at least 8");
  expect_denied(with("KEC", 8), DenialCode::access_denied, DenialReason::bad_signature);
}

TEST_F(Verifier, ThenThePolicysForm) {
  const std::string start = "https://e/a?Key-Pair-Id=KRSA&Signature=" +
                            url_base64_encode(std::vector<unsigned char>(256, 'x'));
  expect_denied(at(start), DenialCode::malformed_policy, DenialReason::missing_policy, "neither");
  expect_denied(at(start + "&Expires=1&Policy=Zm9v"), DenialCode::malformed_policy,
                DenialReason::missing_policy);
  expect_denied(at(canned() + "&Expires=1"), DenialCode::malformed_policy,
                DenialReason::missing_policy);
  for (const char* text : {"", "x", "1.5", "+1", " 1", "1x", "99999999999999999999"}) {
    expect_denied(at(start + "&Expires=" + text), DenialCode::malformed_policy,
                  DenialReason::undecodable_policy);
  }
  for (const char* text : {"", "a", "Zm9v%", "Zm9+"}) {
    expect_denied(at(start + "&Policy=" + text), DenialCode::malformed_policy,
                  DenialReason::undecodable_policy);
  }
  expect_denied(at(start + "&Expires=1893456000000"), DenialCode::malformed_policy,
                DenialReason::time_in_milliseconds, "milliseconds");
}

TEST_F(Verifier, HashAlgorithmMustBeKnown) {
  for (const char* text : {"", "sha256", "SHA-256", "MD5", "SHA256&Hash-Algorithm=SHA256"}) {
    expect_denied(at(canned() + "&Hash-Algorithm=" + text), DenialCode::access_denied,
                  DenialReason::unknown_hash_algorithm);
  }
}

TEST_F(Verifier, AnyChangeToACannedUrlBreaksIt) {
  const std::string url = canned();
  for (const std::string& changed :
       {url + "&y=2", replaced(url, "x=1", "x=2"), replaced(url, "?x=1&", "?"),
        replaced(url, "a.jpg", "b.jpg"), replaced(url, "https:", "http:"),
        replaced(url, "d1.", "d2."), replaced(url, "a.jpg", "%61.jpg"),
        replaced(url, "Expires=1893456000", "Expires=1893456001"), replaced(url, "KRSA", "KEC")}) {
    expect_denied(at(changed), DenialCode::access_denied, DenialReason::bad_signature);
  }
}

TEST_F(Verifier, AnyChangedCharacterOfASignatureBreaksIt) {
  const std::string url = sign_url_canned(vectors::p256(), plain, expiry).value();
  const std::size_t begin = url.find("Signature=") + 10;
  const std::size_t end = url.find("&Key-Pair-Id");
  for (std::size_t i = begin; i < end; ++i) {
    std::string changed = url;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(at(changed)) << i - begin;
  }
}

TEST_F(Verifier, NamesAForgottenHashAlgorithm) {
  const std::string url = sign_url_canned(vectors::p256(), plain, expiry).value();
  expect_denied(at(replaced(url, "&Hash-Algorithm=SHA256", "")), DenialCode::access_denied,
                DenialReason::bad_signature, "Hash-Algorithm=SHA256 is missing");
  expect_denied(at(canned() + "&Hash-Algorithm=SHA256"), DenialCode::access_denied,
                DenialReason::bad_signature, "says SHA256");
}

TEST_F(Verifier, ExpiresAtItsSecond) {
  const std::string url = canned();
  EXPECT_TRUE(at(url, expiry - 1));
  expect_denied(at(url, expiry), DenialCode::access_denied, DenialReason::expired,
                "expired 0 s ago");
  expect_denied(at(url, expiry + 42), DenialCode::access_denied, DenialReason::expired,
                "expired 42 s ago, at 2030-01-01T00:00:00Z");
}

TEST_F(Verifier, BeginsAfterItsSecond) {
  const std::string url = custom({std::string(plain), 0, expiry - 100, std::nullopt});
  expect_denied(at(url, expiry - 110), DenialCode::access_denied, DenialReason::not_yet_valid,
                "in 10 s");
  expect_denied(at(url, expiry - 100), DenialCode::access_denied, DenialReason::not_yet_valid);
  EXPECT_TRUE(at(url, expiry - 99));
  expect_denied(at(url, expiry), DenialCode::access_denied, DenialReason::expired);
}

TEST_F(Verifier, HoldsTheViewerAgainstTheRange) {
  const std::string url =
      custom({std::string(plain), 0, std::nullopt, policy::Ipv4Range{0xC0000200, 24}});
  EXPECT_TRUE(at(url, expiry - 1, "192.0.2.77"));
  expect_denied(at(url, expiry - 1, "192.0.3.1"), DenialCode::access_denied,
                DenialReason::viewer_address_mismatch, "192.0.3.1");
  expect_denied(at(url), DenialCode::access_denied, DenialReason::viewer_address_unknown,
                "192.0.2.0/24");
}

TEST_F(Verifier, CustomPolicyCoversByPattern) {
  const std::string url =
      custom({"https://d1.cloudfront.net/private/*", 0, std::nullopt, std::nullopt});
  const Verdict verdict = at(url);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->kind, PolicyKind::custom);
  EXPECT_TRUE(at(replaced(url, "a.jpg?x=1", "b/c.jpg?y")));
  expect_denied(at(replaced(url, "/private/", "/public/")), DenialCode::access_denied,
                DenialReason::resource_mismatch, "/private/*");
  EXPECT_TRUE(at(custom({std::nullopt, 0, std::nullopt, std::nullopt}, "https://any.org/")));
}

TEST_F(Verifier, AStarInACannedUrlIsNoWildcard) {
  const std::string url = canned("https://d1/a*");
  EXPECT_TRUE(at(url));
  expect_denied(at(replaced(url, "/a*", "/abc")), DenialCode::access_denied,
                DenialReason::bad_signature);
}

TEST_F(Verifier, SignedButNotAPolicy) {
  expect_denied(at(custom("{}")), DenialCode::malformed_policy, DenialReason::invalid_policy,
                "Statement");
  expect_denied(at(custom("junk")), DenialCode::malformed_policy, DenialReason::invalid_policy,
                "line 1, column 1");
  expect_denied(at(custom({std::nullopt, 1893456000000, std::nullopt, std::nullopt})),
                DenialCode::malformed_policy, DenialReason::time_in_milliseconds);
}

TEST_F(Verifier, ABrokenPolicyUnderABadSignatureIsABadSignature) {
  const std::string url = custom("{}");
  const std::string other = url_base64_encode(std::vector<unsigned char>{'[', ']'});
  expect_denied(at(replaced(url, "Policy=e30_", "Policy=" + other)), DenialCode::access_denied,
                DenialReason::bad_signature);
}

TEST_F(Verifier, SurvivesTheEndsOfTime) {
  constexpr UnixSeconds least = std::numeric_limits<UnixSeconds>::min();
  expect_denied(at(canned(plain, least)), DenialCode::access_denied, DenialReason::expired);
  expect_denied(at(custom({std::nullopt, expiry, expiry - 1, std::nullopt}), least),
                DenialCode::access_denied, DenialReason::not_yet_valid);
}

TEST_F(Verifier, CausesHoldNoSignature) {
  const std::string url = canned();
  const std::string signature = url.substr(url.find("Signature=") + 10, 40);
  for (const std::string& changed :
       {url + "&y=2", replaced(url, "KRSA", "KNO"), url + "&Hash-Algorithm=SHA256"}) {
    EXPECT_THAT(at(changed).error().cause, Not(HasSubstr(signature)));
  }
  EXPECT_THAT(at(url, expiry).error().cause, Not(HasSubstr(signature)));
}

TEST(Denial, SpeaksAsCloudFrontDoes) {
  const auto spoken = [](DenialCode code) {
    return std::string(denial_code_name(code)) + ": " + std::string(denial_message(code));
  };
  EXPECT_EQ(spoken(DenialCode::missing_key),
            "MissingKey: Missing Key-Pair-Id query parameter or cookie value");
  EXPECT_EQ(spoken(DenialCode::invalid_key), "InvalidKey: Unknown Key");
  EXPECT_EQ(spoken(DenialCode::malformed_signature),
            "MalformedSignature: Could not unencode Signature");
  EXPECT_EQ(spoken(DenialCode::malformed_policy), "MalformedPolicy: Malformed Policy");
  EXPECT_EQ(spoken(DenialCode::access_denied), "AccessDenied: Access denied");
}

}  // namespace
}  // namespace signgate::signing
