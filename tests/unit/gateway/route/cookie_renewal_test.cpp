// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/cookie_renewal.hpp"

#include <gtest/gtest.h>

#include "signing/url_base64.hpp"

namespace signgate::route {
namespace {

std::shared_ptr<const signing::SigningKey> make_key(const std::string& id, signing::KeyType type) {
  return std::make_shared<const signing::SigningKey>(
      signing::make_signing_key(id, signing::PrivateKey::generate(type).value()).value());
}

class CookieRenewal : public testing::Test {
 protected:
  CookieRenewal() {
    config::Media media;
    media.name = "photos";
    media.target = "https://media.example.com/p/";
    media.cookies.on = true;
    signer_.name = "photos";
    signer_.expiry = {.ttl = 1000, .window = 100};
    signer_.cookies = make_cookie_rule(media);
    static const auto rsa = make_key("KRSA", signing::KeyType::rsa2048);
    static const auto ec = make_key("KEC", signing::KeyType::ecdsa_p256);
    signer_.keys = {{rsa, {}, {}}, {ec, 5000, 9000}};
  }

  CookieTerms at(UnixSeconds now) const { return {.signer = signer_, .viewer = {}, .now = now}; }

  bool lasts(const CookieTerms& terms, std::string_view policy, std::string_view id = "KRSA",
             std::string_view hash = "", std::string_view signature = "s") {
    encoded_ = signing::url_base64_encode(
        {reinterpret_cast<const unsigned char*>(policy.data()), policy.size()});
    const auto found = lasting_cookies(terms, {encoded_, signature, id, hash});
    if (found) {
      EXPECT_EQ(found->policy, policy);
      EXPECT_EQ(found->signature, signature);
      EXPECT_EQ(found->key->key_pair_id, id);
    }
    return found.has_value();
  }

  MediaSigner signer_;
  std::string encoded_;
};

TEST_F(CookieRenewal, SignsAPolicyForAllOfTheTarget) {
  EXPECT_EQ(cookie_policy(at(0), 1234),
            R"({"Statement":[{"Resource":"https://media.example.com/p/*","Condition":)"
            R"({"DateLessThan":{"AWS:EpochTime":1234}}}]})");
  CookieTerms bound = at(0);
  bound.viewer = policy::parse_ipv4_range("192.0.2.1").value();
  EXPECT_EQ(
      cookie_policy(bound, 1234),
      R"({"Statement":[{"Resource":"https://media.example.com/p/*","Condition":)"
      R"({"DateLessThan":{"AWS:EpochTime":1234},"IpAddress":{"AWS:SourceIp":"192.0.2.1/32"}}}]})");
  const UnixSeconds expires = cookie_expiry(at(10'000));
  EXPECT_GE(expires, 11'000);
  EXPECT_LT(expires, 11'100);
}

TEST_F(CookieRenewal, KeepsItsOwnCookiesForHalfOfTheirLife) {
  const std::string policy = cookie_policy(at(0), 3000);
  EXPECT_TRUE(lasts(at(2000), policy));
  EXPECT_TRUE(lasts(at(2499), policy));
  EXPECT_FALSE(lasts(at(2500), policy));
  EXPECT_FALSE(lasts(at(3000), policy));
}

TEST_F(CookieRenewal, TakesKeysThatStillSignAlone) {
  const std::string policy = cookie_policy(at(0), 10'000);
  EXPECT_TRUE(lasts(at(5000), policy, "KEC", "SHA256"));
  EXPECT_FALSE(lasts(at(4999), policy, "KEC", "SHA256"));
  EXPECT_FALSE(lasts(at(9000), policy, "KEC", "SHA256"));
  EXPECT_FALSE(lasts(at(5000), policy, "KOTHER"));
  EXPECT_FALSE(lasts(at(5000), policy, ""));
  // The digest has to be the key's: absent is SHA-1.
  EXPECT_TRUE(lasts(at(5000), policy, "KRSA", "SHA1"));
  EXPECT_FALSE(lasts(at(5000), policy, "KRSA", "SHA256"));
  EXPECT_FALSE(lasts(at(5000), policy, "KEC", ""));
  EXPECT_FALSE(lasts(at(5000), policy, "KEC", "sha256"));
  EXPECT_FALSE(lasts(at(5000), policy, "KRSA", "", ""));
}

TEST_F(CookieRenewal, TakesItsOwnPolicyAlone) {
  const std::string policy = cookie_policy(at(0), 3000);
  std::string other = policy;
  other.replace(other.find("/p/*"), 4, "/q/*");
  EXPECT_FALSE(lasts(at(0), other));
  EXPECT_FALSE(lasts(at(0), " " + policy));
  EXPECT_FALSE(lasts(at(0), "{}"));
  EXPECT_FALSE(lasts(at(0), ""));
  EXPECT_FALSE(lasting_cookies(at(0), {policy, "s", "KRSA", ""}));
  CookieTerms one = at(0);
  one.viewer = policy::parse_ipv4_range("192.0.2.1").value();
  CookieTerms two = at(0);
  two.viewer = policy::parse_ipv4_range("192.0.2.2").value();
  EXPECT_TRUE(lasts(one, cookie_policy(one, 3000)));
  EXPECT_FALSE(lasts(two, cookie_policy(one, 3000)));
  EXPECT_FALSE(lasts(at(0), cookie_policy(one, 3000)));
  EXPECT_FALSE(lasts(one, policy));
}

TEST_F(CookieRenewal, MarksCookiesThatAPageCannotSee) {
  const signing::SigningKey& key = *signer_.keys[0].key;
  const std::string value = marker_value(at(2000), key, "example.com", 3000);
  EXPECT_TRUE(value.starts_with("3000."));
  EXPECT_EQ(value.size(), 17U);
  EXPECT_TRUE(is_lasting_marker(at(2499), "example.com", value));
  EXPECT_FALSE(is_lasting_marker(at(2500), "example.com", value));
  EXPECT_FALSE(is_lasting_marker(at(2000), "", value));
  for (const char* forged : {"", "3000", "3000.", "x", ".", "99999999999999999999.0", "-3000.0"})
    EXPECT_FALSE(is_lasting_marker(at(2000), "example.com", forged)) << forged;
  EXPECT_FALSE(is_lasting_marker(at(2000), "example.com", "3001" + value.substr(4)));
  EXPECT_FALSE(is_lasting_marker(at(2000), "example.com", value + " "));
  CookieTerms bound = at(2000);
  bound.viewer = policy::parse_ipv4_range("192.0.2.1").value();
  EXPECT_FALSE(is_lasting_marker(bound, "example.com", value));
  const std::string ec = marker_value(at(5000), *signer_.keys[1].key, "", 9500);
  EXPECT_NE(ec, marker_value(at(5000), key, "", 9500));
  EXPECT_TRUE(is_lasting_marker(at(8999), "", ec));
  EXPECT_FALSE(is_lasting_marker(at(4999), "", ec));
  signer_.cookies->path = "/";
  EXPECT_FALSE(is_lasting_marker(at(2000), "example.com", value));
}

TEST(BorneCookies, AreGatheredInSets) {
  http::Fields fields;
  fields.add("Cookie",
             "CloudFront-Policy=p1; x=1; CloudFront-Signature=s1; CloudFront-Key-Pair-Id=k1; "
             "CloudFront-Policy=p2; CloudFront-Signature=s2");
  fields.add("Cookie", "CloudFront-Key-Pair-Id=k2; CloudFront-Hash-Algorithm=SHA256");
  const auto sets = borne_cookies(fields);
  ASSERT_EQ(sets.size(), 2U);
  EXPECT_EQ(sets[0].policy, "p1");
  EXPECT_EQ(sets[0].signature, "s1");
  EXPECT_EQ(sets[0].key_pair_id, "k1");
  EXPECT_EQ(sets[0].hash_algorithm, "SHA256");
  EXPECT_EQ(sets[1].policy, "p2");
  EXPECT_EQ(sets[1].key_pair_id, "k2");
  EXPECT_TRUE(borne_cookies({}).empty());
}

TEST(BorneCookies, AreBounded) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += "CloudFront-Policy=" + std::to_string(i) + "; ";
  http::Fields fields;
  fields.add("Cookie", text);
  const auto sets = borne_cookies(fields);
  ASSERT_EQ(sets.size(), 4U);
  EXPECT_EQ(sets[3].policy, "3");
}

}  // namespace
}  // namespace signgate::route
