// SPDX-License-Identifier: Apache-2.0
#include "signing/sigv4.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace signgate::signing {
namespace {

// Source: Amazon S3 API Reference, "Examples: Signature Calculations": credentials, time, requests
// and signatures.
constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr std::string_view timestamp = "20130524T000000Z";
constexpr std::string_view host = "examplebucket.s3.amazonaws.com";

struct Example {
  const char* name;
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view payload_hash;
  std::vector<SigV4Field> fields;  // beside Host and the two of x-amz-
  std::string_view signed_headers;
  std::string_view signature;
};

const std::vector<Example>& examples() {
  static const std::vector<Example> all{
      {"GetObject",
       "GET",
       "/test.txt",
       "",
       sigv4_empty_payload,
       {{"Range", "bytes=0-9"}},
       "host;range;x-amz-content-sha256;x-amz-date",
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      {"PutObject",
       "PUT",
       "/test$file.text",
       "",
       "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
       {{"Date", "Fri, 24 May 2013 00:00:00 GMT"}, {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
       "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      {"GetBucketLifecycle",
       "GET",
       "/",
       "lifecycle",
       sigv4_empty_payload,
       {},
       "host;x-amz-content-sha256;x-amz-date",
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      {"ListObjects",
       "GET",
       "/",
       "max-keys=2&prefix=J",
       sigv4_empty_payload,
       {},
       "host;x-amz-content-sha256;x-amz-date",
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
  };
  return all;
}

TEST(SigV4, SignsTheExamplesOfTheReference) {
  const auto key = SigV4Key::derive(secret, {"20130524", "us-east-1"});
  ASSERT_TRUE(key);
  for (const Example& example : examples()) {
    std::vector<SigV4Field> fields = example.fields;
    fields.push_back({"Host", host});
    fields.push_back({"x-amz-content-sha256", example.payload_hash});
    fields.push_back({"x-amz-date", timestamp});
    const SigV4Request request{example.method, example.path, example.query, fields,
                               example.payload_hash};
    const auto value = sigv4_authorization(*key, "AKIAIOSFODNN7EXAMPLE", request, timestamp);
    ASSERT_TRUE(value) << example.name;
    EXPECT_EQ(*value,
              "AWS4-HMAC-SHA256 "
              "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=" +
                  std::string(example.signed_headers) +
                  ",Signature=" + std::string(example.signature))
        << example.name;
  }
}

// The string to sign of the same page's first example.
TEST(SigV4, DigestsTheCanonicalRequest) {
  const std::vector<SigV4Field> fields{{"Host", host},
                                       {"Range", "bytes=0-9"},
                                       {"x-amz-content-sha256", sigv4_empty_payload},
                                       {"x-amz-date", timestamp}};
  const auto text = sigv4_string_to_sign(
      timestamp, {"20130524", "us-east-1"},
      sigv4_canonical_request({"GET", "/test.txt", "", fields, sigv4_empty_payload}));
  ASSERT_TRUE(text);
  EXPECT_EQ(*text,
            "AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"
            "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972");
}

TEST(SigV4, AKeyIsForOneScope) {
  const std::vector<SigV4Field> fields{{"host", "h"}};
  const SigV4Request request{"GET", "/", "", fields, sigv4_empty_payload};
  std::vector<std::string> seen;
  for (const SigV4Scope& scope :
       {SigV4Scope{"20130524", "us-east-1"}, SigV4Scope{"20130525", "us-east-1"},
        SigV4Scope{"20130524", "eu-west-1"}, SigV4Scope{"20130524", "us-east-1", "iam"}}) {
    const auto key = SigV4Key::derive(secret, scope);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->scope(), scope);
    const auto signature = key->sign(request, timestamp);
    ASSERT_TRUE(signature);
    for (const std::string& other : seen)
      EXPECT_NE(*signature, other);
    seen.push_back(*signature);
  }
}

}  // namespace
}  // namespace signgate::signing
