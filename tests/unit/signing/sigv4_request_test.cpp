// SPDX-License-Identifier: Apache-2.0
#include "signing/sigv4_request.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signgate::signing {
namespace {

TEST(SigV4Request, StampsTheTimeWithoutSeparators) {
  EXPECT_EQ(sigv4_timestamp(1369353600), "20130524T000000Z");
  EXPECT_EQ(sigv4_timestamp(0), "19700101T000000Z");
  EXPECT_EQ(sigv4_timestamp(253402300799), "99991231T235959Z");
  EXPECT_EQ(sigv4_timestamp(253402300800), "");
}

TEST(SigV4Request, EncodesAPathOnceAndLeavesItsSegments) {
  EXPECT_EQ(sigv4_path("/"), "/");
  EXPECT_EQ(sigv4_path("/test$file.text"), "/test%24file.text");
  EXPECT_EQ(sigv4_path("/a b/\xC3\xA9~-._"), "/a%20b/%C3%A9~-._");
  EXPECT_EQ(sigv4_path("/a%20b/%c3%a9%7e"), "/a%20b/%C3%A9~");
  EXPECT_EQ(sigv4_path("/a/../b/./c//d"), "/a/../b/./c//d");
  EXPECT_EQ(sigv4_path("/a%2Fb"), "/a/b");
  EXPECT_EQ(sigv4_path("/a%2520b"), "/a%2520b");
  EXPECT_EQ(sigv4_path("/a+b!'()*"), "/a%2Bb%21%27%28%29%2A");
  EXPECT_EQ(sigv4_path("/100%/%zz"), "/100%25/%25zz");
}

TEST(SigV4Request, SortsAndCompletesAQuery) {
  EXPECT_EQ(sigv4_query(""), "");
  EXPECT_EQ(sigv4_query("lifecycle"), "lifecycle=");
  EXPECT_EQ(sigv4_query("prefix=J&max-keys=2"), "max-keys=2&prefix=J");
  EXPECT_EQ(sigv4_query("b=2&a=2&a=1"), "a=1&a=2&b=2");
  EXPECT_EQ(sigv4_query("a&&b=&"), "a=&b=");
  EXPECT_EQ(sigv4_query("k=v=w/x"), "k=v%3Dw%2Fx");
  EXPECT_EQ(sigv4_query("q=a+b%2bc"), "q=a%2Bb%2Bc");
  // Sorted as encoded, by name first: "a" before "a-", though "=" comes behind "-".
  EXPECT_EQ(sigv4_query("a-=1&a=2"), "a=2&a-=1");
}

TEST(SigV4Request, JoinsAndTrimsFields) {
  const std::array<SigV4Field, 5> fields{{{"X-Amz-Meta", "  b \t c  "},
                                          {"host", "h.test"},
                                          {"x-amz-meta", "a"},
                                          {"Range", "bytes=0-9"},
                                          {"x-amz-empty", ""}}};
  EXPECT_EQ(sigv4_signed_headers(fields), "host;range;x-amz-empty;x-amz-meta");
  EXPECT_EQ(sigv4_canonical_request({"GET", "/a", "", fields, sigv4_unsigned_payload}),
            "GET\n/a\n\nhost:h.test\nrange:bytes=0-9\nx-amz-empty:\nx-amz-meta:b c,a\n\n"
            "host;range;x-amz-empty;x-amz-meta\nUNSIGNED-PAYLOAD");
}

// The whole text of AWS's first example.
TEST(SigV4Request, WritesTheExampleOfTheReference) {
  const std::array<SigV4Field, 4> fields{{{"Host", "examplebucket.s3.amazonaws.com"},
                                          {"Range", "bytes=0-9"},
                                          {"x-amz-content-sha256", sigv4_empty_payload},
                                          {"x-amz-date", "20130524T000000Z"}}};
  EXPECT_EQ(sigv4_canonical_request({"GET", "/test.txt", "", fields, sigv4_empty_payload}),
            "GET\n"
            "/test.txt\n"
            "\n"
            "host:examplebucket.s3.amazonaws.com\n"
            "range:bytes=0-9\n"
            "x-amz-content-sha256:"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
            "x-amz-date:20130524T000000Z\n"
            "\n"
            "host;range;x-amz-content-sha256;x-amz-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace signgate::signing
