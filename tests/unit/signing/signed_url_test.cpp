// SPDX-License-Identifier: Apache-2.0
#include "signing/signed_url.hpp"

#include <gmock/gmock.h>

#include "policy/cloudfront_statement.hpp"
#include "signing/url_base64.hpp"
#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

std::string prepared(std::string_view url, Resign resign = Resign::refuse) {
  const auto ready = prepare_url(url, resign);
  return ready ? ready->resource + "|" + ready->fragment : "error: " + ready.error().message;
}

TEST(PrepareUrl, LeavesValidUrlsByteForByte) {
  for (const std::string url : {"https://d1.cloudfront.net/image.jpg",
                                "http://127.0.0.1:8080/v/clip.mp4?dl=1",
                                "https://[2001:db8::1]:8443/a",
                                "https://[::1]/a",
                                "https://[::ffff:192.0.2.1]",
                                "https://d1:0/a",
                                "https://d1:65535",
                                "https://d1:00443/a",
                                "https://d1",
                                "https://d1/",
                                "https://d1//a//b/../c/./d.jpg",
                                "https://d1/a%2Fb/c%3fd.png?q=a%20b%2Bc",
                                "https://d1/%zz?%",
                                "https://d1/a+b?q=a+b",
                                "https://d1/a!b$c'd(e)f,g;h=i@j:k~l-m_n.o",
                                "https://d1/a?u=https://e.org/p?q=1",
                                "https://d1/a?a[]=1&k=v=w&x=a:b/c",
                                "https://d1/a?x=1&&y=2&",
                                "https://d1/a?b",
                                "https://d1/a|b?c|d",
                                "https://d1/a*b?*",
                                "HTTPS://D1.Example/a"}) {
    EXPECT_EQ(prepared(url), url + "|");
  }
}

TEST(PrepareUrl, CutsTheFragment) {
  EXPECT_EQ(prepared("https://d1/a?v=2#page=4?x#y"), "https://d1/a?v=2|#page=4?x#y");
  EXPECT_EQ(prepared("https://d1/a#"), "https://d1/a|#");
  EXPECT_EQ(prepared("https://d1/a#\xC3\xA9 \"x"), "https://d1/a|#\xC3\xA9 \"x");
}

TEST(PrepareUrl, DropsALoneQuestionMark) {
  EXPECT_EQ(prepared("https://d1/a?"), "https://d1/a|");
  EXPECT_EQ(prepared("https://d1/a?#f"), "https://d1/a|#f");
}

TEST(PrepareUrl, EncodesWhatBrowsersDo) {
  EXPECT_EQ(prepared("https://d1/my file.jpg"), "https://d1/my%20file.jpg|");
  EXPECT_EQ(prepared("https://d1/caf\xC3\xA9/\xE2\x9C\x93?q=\xC3\xBC"),
            "https://d1/caf%C3%A9/%E2%9C%93?q=%C3%BC|");
  EXPECT_EQ(prepared("https://d1/a\"<>\\`{}^b"), "https://d1/a%22%3C%3E%5C%60%7B%7D%5Eb|");
  EXPECT_EQ(prepared("https://d1/it's?it's"), "https://d1/it's?it%27s|");
  EXPECT_EQ(prepared("https://d1/\xFF?\x80"), "https://d1/%FF?%80|");
}

TEST(PrepareUrl, IsIdempotent) {
  for (const char* url :
       {"https://d1/my f\xC3\xA9\"<>\\`{}^?it's a?&b#c d", "https://d1/a?", "https://d1/%zz|"}) {
    const SignableUrl once = prepare_url(url).value();
    const SignableUrl twice = prepare_url(once.resource + once.fragment).value();
    EXPECT_EQ(twice.resource, once.resource);
    EXPECT_EQ(twice.fragment, once.fragment);
  }
}

void expect_error(std::string_view url, ErrorCode code, Resign resign = Resign::refuse) {
  const auto ready = prepare_url(url, resign);
  ASSERT_FALSE(ready) << url;
  EXPECT_EQ(ready.error().code, code) << url << ": " << ready.error().message;
}

TEST(PrepareUrl, RefusesWhatIsNoAbsoluteHttpUrl) {
  for (const char* url : {"",
                          "/a",
                          "a",
                          "//d1/a",
                          "ftp://d1/a",
                          "file:///etc/passwd",
                          "https:/d1",
                          "https://",
                          "https:///a",
                          "https://?x",
                          "https://#x",
                          "http*://d1/a",
                          "javascript:alert(1)",
                          "https://u:p@d1/a",
                          "https://caf\xC3\xA9.example/a",
                          "https://d1\\a",
                          "https://d 1/a",
                          "https://<d1>/a",
                          "https://[zz/a",
                          "https://[zz]/a",
                          "https://[]/a",
                          "https://[/a",
                          "https://]/a",
                          "https://[::1/a",
                          "https://::1/a",
                          "https://[::1]8443/a",
                          "https://x[::1]/a",
                          "https://[::1/64]/a",
                          "https://[192.0.2.1]/a",
                          "https://[::1]]/a",
                          "https://d1:65536/a",
                          "https://d1:99999/a",
                          "https://d1:/a",
                          "https://[::1]:/a",
                          "https://d1:x/a",
                          "https://d1:+1/a",
                          "https://d1:1:2/a",
                          "https://:443/a"}) {
    expect_error(url, ErrorCode::bad_url);
  }
  for (const char* url : {"https://d1/a\nb", "https://d1/a\tb", "https://d1/a\x7F",
                          "https://d1/a?\x01", "https://d1/a#\r"}) {
    expect_error(url, ErrorCode::bad_url);
  }
  expect_error(std::string_view("https://d1/a\0b", 14), ErrorCode::bad_url);
}

TEST(PrepareUrl, RefusesReservedNames) {
  for (const char* query :
       {"Expires=1", "Policy", "x=1&Signature=", "Key-Pair-Id=K&x", "Hash-Algorithm=SHA1",
        "Expires=1&Signature=x", "Signature=x&Key-Pair-Id=K"}) {
    const std::string url = "https://d1/a?" + std::string(query);
    expect_error(url, ErrorCode::reserved_parameter, Resign::refuse);
    expect_error(url, ErrorCode::reserved_parameter, Resign::replace);
  }
  EXPECT_EQ(prepared("https://d1/a?expires=1&policy&signature"),
            "https://d1/a?expires=1&policy&signature|");
  EXPECT_EQ(prepared("https://d1/a#?Expires=1"), "https://d1/a|#?Expires=1");
}

TEST(PrepareUrl, ReplacesAnOldSignatureWhenAsked) {
  constexpr const char* canned = "https://d1/a?x=1&Expires=1&Signature=s&Key-Pair-Id=K&y#f";
  expect_error(canned, ErrorCode::reserved_parameter);
  EXPECT_EQ(prepared(canned, Resign::replace), "https://d1/a?x=1&y|#f");
  EXPECT_EQ(prepared("https://d1/a?Policy=p&Signature=s&Key-Pair-Id=K&Hash-Algorithm=SHA256",
                     Resign::replace),
            "https://d1/a|");
}

TEST(PrepareUrl, IsBoundedInLength) {
  const std::string head = "https://d1/";
  EXPECT_TRUE(prepare_url(head + std::string(max_url - head.size(), 'x')));
  expect_error(head + std::string(max_url - head.size() + 1, 'x'), ErrorCode::too_long);
  expect_error(head + std::string(max_url / 2, ' '), ErrorCode::too_long);
}

TEST(AssembleUrl, KeepsTheOrderOfTheParameters) {
  EXPECT_EQ(assemble_url("https://d1/a", "#f",
                         {.expires = 5,
                          .policy = {},
                          .signature = "S",
                          .key_pair_id = "K",
                          .hash = HashAlgorithm::sha1}),
            "https://d1/a?Expires=5&Signature=S&Key-Pair-Id=K#f");
  EXPECT_EQ(assemble_url("https://d1/a?x", "",
                         {.expires = {},
                          .policy = "P",
                          .signature = "S",
                          .key_pair_id = "K",
                          .hash = HashAlgorithm::sha256}),
            "https://d1/a?x&Policy=P&Signature=S&Key-Pair-Id=K&Hash-Algorithm=SHA256");
}

TEST(AssembleUrl, KnowsItsLength) {
  for (const UnixSeconds expires : {UnixSeconds(-1), UnixSeconds(0), UnixSeconds(1893456000)}) {
    for (const HashAlgorithm hash : {HashAlgorithm::sha1, HashAlgorithm::sha256}) {
      const SignedParameters canned{
          .expires = expires, .policy = {}, .signature = "SSS", .key_pair_id = "KK", .hash = hash};
      EXPECT_EQ(assemble_url("https://d1/a", "#f", canned).size(),
                14 + signed_parameters_length(canned));
    }
  }
  const SignedParameters custom{.expires = {},
                                .policy = "PPPP",
                                .signature = "S",
                                .key_pair_id = "K",
                                .hash = HashAlgorithm::sha1};
  EXPECT_EQ(assemble_url("https://d1/a?x", "", custom).size(),
            14 + signed_parameters_length(custom));
}

// cloudfront.md, section 8: what signing adds to a URL with a key id of 14 characters.
TEST(AssembleUrl, AddsWhatTheDocumentationSays) {
  const std::string rsa(344, 's');
  const SignedParameters parameters{.expires = 1893456000,
                                    .policy = {},
                                    .signature = rsa,
                                    .key_pair_id = "K2JCJMDEHXQW5F",
                                    .hash = HashAlgorithm::sha1};
  EXPECT_EQ(signed_parameters_length(parameters), 401U);
}

TEST(SignUrl, RefusedUrlsAreNotSigned) {
  EXPECT_EQ(sign_url_canned(vectors::rsa(), "ftp://d1/a", 5).error().code, ErrorCode::bad_url);
  EXPECT_EQ(sign_url_custom(vectors::rsa(), "https://d1/a?Policy", "{}").error().code,
            ErrorCode::reserved_parameter);
}

TEST(SignUrl, OfASignedUrlIsAsOfTheBareOne) {
  const SigningKey key = vectors::rsa();
  const std::string once = sign_url_canned(key, "https://d1/a?x=1#f", 5).value();
  EXPECT_THAT(once, EndsWith("&Key-Pair-Id=KRSA#f"));
  EXPECT_FALSE(sign_url_canned(key, once, 5));
  EXPECT_EQ(sign_url_canned(key, once, 5, Resign::replace).value(), once);
  const std::string custom = sign_url_custom(key, once, "{}", Resign::replace).value();
  EXPECT_THAT(custom, HasSubstr("https://d1/a?x=1&Policy=e30_&Signature="));
}

// Every URL that can be signed verifies at the other end, whatever is in it.
TEST(SignUrl, VerifiesForEveryCharacter) {
  const SigningKey key = vectors::p256();
  for (int c = 1; c < 256; ++c) {
    for (const std::string& url :
         {"https://d1/a" + std::string(1, static_cast<char>(c)) + "b?q=1",
          "https://d1/a?q=" + std::string(1, static_cast<char>(c)) + "b"}) {
      const auto signed_url = sign_url_canned(key, url, 100);
      if (!signed_url) {
        EXPECT_TRUE(c < 0x20 || c == 0x7F) << c;
        continue;
      }
      const auto verdict = verify_url(*signed_url, vectors::both(), {99, std::nullopt});
      EXPECT_TRUE(verdict) << c << " " << *signed_url;
    }
  }
}

}  // namespace
}  // namespace signgate::signing
