// SPDX-License-Identifier: Apache-2.0
#include "signing/sigv4_verifier.hpp"

#include <gtest/gtest.h>

namespace signgate::signing {
namespace {

constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr std::string_view timestamp = "20130524T000000Z";
constexpr UnixSeconds now = 1369353600;
constexpr std::string_view good =
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
    "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
    "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";

std::vector<SigV4Field> fields() {
  return {{"Host", "examplebucket.s3.amazonaws.com"},
          {"User-Agent", "not signed"},
          {"Range", "bytes=0-9"},
          {"X-Amz-Content-Sha256", sigv4_empty_payload},
          {"X-Amz-Date", timestamp}};
}

SigV4Verdict verdict(const std::vector<SigV4Field>& sent, std::string_view authorization = good,
                     std::string_view with = secret, UnixSeconds at = now,
                     std::string_view path = "/test.txt") {
  const auto parsed = parse_sigv4_authorization(authorization);
  EXPECT_TRUE(parsed) << authorization;
  if (!parsed) return SigV4Verdict::mismatch;
  return verify_sigv4({"GET", path, "", sent, sigv4_empty_payload}, *parsed, with, at).value();
}

std::string changed(std::string_view from, std::string_view to) {
  std::string text(good);
  return text.replace(text.find(from), from.size(), to);
}

TEST(SigV4Verifier, ReadsAnAuthorization) {
  const auto read = parse_sigv4_authorization(good);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->access_key_id, "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(read->scope, (SigV4Scope{"20130524", "us-east-1", "s3"}));
  EXPECT_EQ(read->signed_headers,
            (std::vector<std::string>{"host", "range", "x-amz-content-sha256", "x-amz-date"}));
  EXPECT_EQ(read->signature, "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  // With spaces behind the commas, as most SDKs write it, and a key id with a slash.
  const auto spaced = parse_sigv4_authorization(
      "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=" + std::string(64, 'a') +
      ", Credential=tenant/user/20130524/us-east-1/s3/aws4_request");
  ASSERT_TRUE(spaced);
  EXPECT_EQ(spaced->access_key_id, "tenant/user");
}

TEST(SigV4Verifier, RefusesToReadOtherForms) {
  for (const std::string& text :
       {std::string(), std::string("Bearer x"), std::string("AWS4-HMAC-SHA256"),
        std::string("AWS AKIA:signature"), changed("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256"),
        changed("/20130524/", "/2013052x/"), changed("aws4_request", "aws5_request"),
        changed("AKIAIOSFODNN7EXAMPLE", ""), changed("/us-east-1/", "//"), changed("41", "4"),
        changed("41", "4G"), changed("f0e8", "F0E8"), changed("SignedHeaders=", "Signed="),
        changed("Signature=", "Signature"),
        std::string(good) + ",Signature=" + std::string(64, 'a'), std::string(good) + ",",
        changed(",Signature=", ",More=1,Signature=")}) {
    EXPECT_FALSE(parse_sigv4_authorization(text)) << text;
  }
}

TEST(SigV4Verifier, AcceptsTheExampleOfTheReference) {
  EXPECT_EQ(verdict(fields()), SigV4Verdict::accepted);
}

TEST(SigV4Verifier, RefusesWhatWasChanged) {
  EXPECT_EQ(verdict(fields(), good, "another"), SigV4Verdict::mismatch);
  EXPECT_EQ(verdict(fields(), good, secret, now, "/other.txt"), SigV4Verdict::mismatch);
  EXPECT_EQ(verdict(fields(), changed("bdb41", "bdb42")), SigV4Verdict::mismatch);
  EXPECT_EQ(verdict(fields(), changed("us-east-1", "us-east-2")), SigV4Verdict::mismatch);
  auto sent = fields();
  sent[2].value = "bytes=0-10";
  EXPECT_EQ(verdict(sent), SigV4Verdict::mismatch);
  sent = fields();
  sent[1].value = "this one may change";
  EXPECT_EQ(verdict(sent), SigV4Verdict::accepted);
}

TEST(SigV4Verifier, WantsHostAndAmazonsFieldsSigned) {
  EXPECT_EQ(verdict(fields(), changed("host;", "")), SigV4Verdict::unsigned_header);
  EXPECT_EQ(verdict(fields(), changed(";x-amz-date", "")), SigV4Verdict::unsigned_header);
  auto sent = fields();
  sent.push_back({"x-amz-security-token", "t"});
  EXPECT_EQ(verdict(sent), SigV4Verdict::unsigned_header);
}

TEST(SigV4Verifier, WantsATimeOfTheScopesDayNearItsOwn) {
  EXPECT_EQ(verdict(fields(), good, secret, now + sigv4_skew), SigV4Verdict::accepted);
  EXPECT_EQ(verdict(fields(), good, secret, now + sigv4_skew + 1), SigV4Verdict::skewed);
  EXPECT_EQ(verdict(fields(), good, secret, now - sigv4_skew), SigV4Verdict::accepted);
  EXPECT_EQ(verdict(fields(), good, secret, now - sigv4_skew - 1), SigV4Verdict::skewed);
  EXPECT_EQ(verdict(fields(), changed("20130524", "20130525")), SigV4Verdict::bad_timestamp);
  for (const char* time : {"", "20130524", "20130524T000000", "20130524T0000000Z",
                           "20130524T000000z", "20130524T990000Z", "2013-5-24T0000Z0"}) {
    auto sent = fields();
    sent[4].value = time;
    EXPECT_EQ(verdict(sent), SigV4Verdict::bad_timestamp) << time;
  }
  auto sent = fields();
  sent.pop_back();
  EXPECT_EQ(verdict(sent), SigV4Verdict::bad_timestamp);
}

}  // namespace
}  // namespace signgate::signing
