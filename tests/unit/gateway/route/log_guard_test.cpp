// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/log_guard.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace signgate::route {
namespace {

std::string guarded(std::string_view name, std::string value,
                    const std::vector<std::string>& secrets = {}) {
  guard(guard_of(name, secrets), value);
  return value;
}

TEST(Guard, MasksWhatProvesWhoAsks) {
  for (const char* name : {"http_authorization", "http_Authorization", "http_proxy_authorization",
                           "sent_http_authorization", "upstream_http_authorization",
                           "upstream_cookie_cloudfront_signature", "sent_trailer_authorization"}) {
    EXPECT_EQ(guarded(name, "Basic am9lOnNlY3JldA=="), "***") << name;
    EXPECT_EQ(guarded(name, ""), "") << name;
  }
}

TEST(Guard, MasksArgumentsThatOpenALink) {
  for (const char* name : {"arg_Signature", "arg_signature", "arg_Policy", "arg_POLICY"})
    EXPECT_EQ(guarded(name, "abc"), "***") << name;
  EXPECT_EQ(guarded("arg_page", "abc"), "abc");
}

TEST(Guard, MasksSecretsOfTheConfiguration) {
  EXPECT_EQ(guarded("mine", "abc", {"mine"}), "***");
  EXPECT_EQ(guarded("mine", "abc", {"other"}), "abc");
}

TEST(Guard, LooksForSignaturesInWhateverMayHoldAnAddress) {
  for (const char* name :
       {"request", "request_uri", "args", "query_string", "uri", "request_body", "http_referer",
        "http_cookie", "http_x_any", "sent_http_location", "upstream_http_location",
        "sent_http_set_cookie", "arg_next", "mine", "cookie_back", "1", "remote_user", "host"}) {
    EXPECT_EQ(guarded(name, "/a?x=1&Signature=abc&y=2"), "/a?x=1&Signature=***&y=2") << name;
    EXPECT_EQ(guarded(name, "Signature=abc"), "Signature=***") << name;
  }
  EXPECT_EQ(guarded("http_cookie", "CloudFront-Signature=abc; theme=dark"),
            "CloudFront-Signature=***; theme=dark");
  EXPECT_EQ(guarded("http_referer", "https://a/?n=Signature%3Dabc"),
            "https://a/?n=Signature%3Dabc");
  EXPECT_EQ(guarded("http_referer", "https://a/?n=%3FSignature%3Dabc"),
            "https://a/?n=%3FSignature%3D***");
}

TEST(Guard, LeavesNumbersAlone) {
  for (const char* name : {"status", "remote_addr", "time_local", "request_time"})
    EXPECT_EQ(guard_of(name, {}), Guard::none) << name;
}

}  // namespace
}  // namespace signgate::route
