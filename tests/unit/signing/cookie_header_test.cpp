// SPDX-License-Identifier: Apache-2.0
#include "signing/cookie_header.hpp"

#include <gtest/gtest.h>

#include "signing/verifier.hpp"

namespace signgate::signing {
namespace {

TEST(CookieHeader, HasTheAttributesThatAreGiven) {
  EXPECT_EQ(cookie_header("a", "b", {}), "a=b; Path=/; HttpOnly; SameSite=Lax");
  EXPECT_EQ(cookie_header("a", "b",
                          {.domain = "example.com",
                           .path = "/private/",
                           .secure = true,
                           .same_site = SameSite::none}),
            "a=b; Domain=example.com; Path=/private/; Secure; HttpOnly; SameSite=None");
}

// The value of the cookie `name` among the headers; "" when it is not set.
std::string value_of(const std::vector<std::string>& headers, std::string_view name) {
  for (const std::string& header : headers) {
    if (header.starts_with(std::string{name} + '=')) {
      const std::size_t begin = name.size() + 1;
      return header.substr(begin, header.find(';') - begin);
    }
  }
  return {};
}

void expect_that_they_open(KeyType type, HashAlgorithm hash) {
  const auto key = make_signing_key("K1", PrivateKey::generate(type).value(), hash).value();
  const std::string policy =
      policy::custom_policy({.resource = "https://media.example.com/private/*",
                             .date_less_than = 2000,
                             .date_greater_than = {},
                             .ip_address = {}});
  const auto headers = signed_cookie_headers(policy, sign_policy(key, policy).value(), key,
                                             {.domain = "example.com"});
  ASSERT_EQ(headers.size(), hash == HashAlgorithm::sha256 ? 4U : 3U);
  for (const std::string& header : headers)
    EXPECT_TRUE(header.ends_with("; Domain=example.com; Path=/; HttpOnly; SameSite=Lax")) << header;
  const std::string encoded = value_of(headers, "CloudFront-Policy");
  const std::string signature = value_of(headers, "CloudFront-Signature");
  const std::string name = value_of(headers, "CloudFront-Hash-Algorithm");
  EXPECT_EQ(value_of(headers, "CloudFront-Key-Pair-Id"), "K1");
  EXPECT_EQ(name, hash == HashAlgorithm::sha256 ? "SHA256" : "");
  Presented presented;
  presented.policy = encoded;
  presented.signature = signature;
  presented.key_pair_id = "K1";
  if (!name.empty()) presented.hash_algorithm = name;
  const TrustedKeys trusted = {{"K1", key.key.public_key()}};
  const Viewer viewer{.now = 1000, .ipv4_address = {}};
  EXPECT_TRUE(verify("https://media.example.com/private/a.jpg?w=1", presented, trusted, viewer));
  EXPECT_FALSE(verify("https://media.example.com/other/a.jpg", presented, trusted, viewer));
}

TEST(SignedCookieHeaders, OpenWhatThePolicySays) {
  expect_that_they_open(KeyType::rsa2048, HashAlgorithm::sha1);
  expect_that_they_open(KeyType::rsa2048, HashAlgorithm::sha256);
  expect_that_they_open(KeyType::ecdsa_p256, HashAlgorithm::sha256);
}

}  // namespace
}  // namespace signgate::signing
