// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/server_name.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

void expect(std::string_view written, ServerNameKind kind, std::string_view text) {
  const auto name = parse_server_name(written);
  ASSERT_TRUE(name) << written << ": " << name.error().message;
  EXPECT_EQ(name->kind, kind) << written;
  EXPECT_EQ(name->text, text) << written;
}

TEST(ParseServerName, TakesEveryForm) {
  expect("", ServerNameKind::exact, "");
  expect("_", ServerNameKind::exact, "_");
  expect("WWW.example.com", ServerNameKind::exact, "www.example.com");
  expect("*.Example.com", ServerNameKind::leading_wildcard, ".example.com");
  expect(".Example.com", ServerNameKind::domain, ".example.com");
  expect("www.example.*", ServerNameKind::trailing_wildcard, "www.example.");
  expect("~^(www\\.)?Example", ServerNameKind::regex, "^(www\\.)?Example");
}

TEST(ParseServerName, RefusesTheRest) {
  for (const char* text : {"*", "*.", ".*", ".", ".a.*", "a.*.b", "w*.a", "*.a.*", "a:80",
                           "http://a", "a b", "~", "~("}) {
    EXPECT_FALSE(parse_server_name(text)) << text;
  }
  EXPECT_EQ(parse_server_name("~a(").error().offset, 3U);
}

TEST(ParseServerName, RefusesACaptureOfATakenName) {
  EXPECT_TRUE(parse_server_name("~^(?<sub>.+)\\.example\\.com$"));
  EXPECT_EQ(parse_server_name("~^(?<host>.+)").error().offset, 5U);
}

}  // namespace
}  // namespace signgate::config
