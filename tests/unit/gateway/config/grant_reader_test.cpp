// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/grant_reader.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

TEST(GrantReader, TakesAHeader) {
  const std::string rule = "target = 'https://d/'\nkey = 'K1'\n";
  EXPECT_EQ(in_media(rule + "grant = 'header'\ngrant_header = 'X-Allow'\n"), Findings{});
  EXPECT_EQ(in_media(rule + "grant_header = 'X-Allow'\n"),
            (Findings{"4:16: warning: grant_header does nothing without grant = \"header\""}));
  EXPECT_EQ(in_media(rule + "grant = 'header'\ngrant_header = 'X Allow'\n"),
            (Findings{"5:17: error: grant_header \"X Allow\" is not a header's name"}));
  EXPECT_EQ(
      in_media(rule + "grant = 'header'\ngrant_header = 'Content-Length'\n"),
      (Findings{"5:17: error: grant_header cannot be \"Content-Length\": it says how a message "
                "is framed"}));
  EXPECT_EQ(
      in_media(rule + "grant = 'header'\ncookies = 'on'\n"),
      (Findings{"4:9: error: grant = \"header\" signs what each answer lists, but cookies = "
                "\"on\" opens all of the target: set cookies = \"off\" or grant = \"route\""}));
}

TEST(GrantReader, TakesTheAnswerOfALocation) {
  const std::string rule = "target = 'https://d/'\nkey = 'K1'\n";
  const std::string asks = rule + "grant = 'auth_request'\n";
  EXPECT_EQ(in_media(asks + "grant_request = '/may?a=b'\ngrant_scope = 2\ngrant_valid = 0\n"),
            Findings{});
  EXPECT_EQ(in_media(asks),
            (Findings{"1:1: error: [media.photos] needs grant_request: the URI of this server that "
                      "says what may be signed"}));
  EXPECT_EQ(
      in_media(asks + "grant_request = 'may'\n"),
      (Findings{"5:18: error: grant_request has \"may\": legal is a URI of this server such as "
                "\"/may-see\", without variables"}));
  EXPECT_EQ(in_media(asks + "grant_request = '/may'\ngrant_scope = 65\n"),
            (Findings{"6:15: error: grant_scope must be an integer from 0 to 64, not 65"}));
  EXPECT_EQ(in_media(rule + "grant_request = '/may'\ngrant_scope = 0\ngrant_valid = '1s'\n"),
            (Findings{
                "4:17: warning: grant_request does nothing without grant = \"auth_request\"",
                "5:15: warning: grant_scope does nothing without grant = \"auth_request\"",
                "6:15: warning: grant_valid does nothing without grant = \"auth_request\"",
            }));
  EXPECT_EQ(
      in_media(asks + "grant_request = '/may'\ncookies = 'on'\n"),
      (Findings{"4:9: error: grant = \"auth_request\" signs what is asked for, but cookies = "
                "\"on\" opens all of the target: set cookies = \"off\" or grant = \"route\""}));
}

TEST(GrantReader, ReadsEveryKey) {
  const Config config = read(std::string{tail} +
                             "grant = 'auth_request'\ngrant_request = '/may?a=b'\ngrant_scope = 2\n"
                             "grant_valid = '1m'\nreflect = 'refuse'\n");
  const Media& media = config.media.at(0);
  EXPECT_EQ(media.grant, Grant::auth_request);
  EXPECT_EQ(media.grant_request, "/may?a=b");
  EXPECT_EQ(media.grant_scope, 2U);
  EXPECT_EQ(media.grant_valid, std::chrono::minutes(1));
  EXPECT_EQ(media.reflect, Reflect::refuse);
  const Config plain = read(std::string{tail});
  EXPECT_EQ(plain.media.at(0).grant_scope, std::nullopt);
  EXPECT_EQ(plain.media.at(0).reflect, std::nullopt);
}

TEST(GrantReader, ReadsWhatBecomesOfReflectedLinks) {
  const std::string rule = "target = 'https://d/'\nkey = 'K1'\n";
  EXPECT_EQ(in_media(rule + "reflect = 'refuse'\n"), Findings{});
  EXPECT_EQ(in_media(rule + "reflect = 'sign'\n"), Findings{});
  EXPECT_EQ(in_media(rule + "reflect = 'off'\n"),
            (Findings{"4:11: error: reflect cannot be \"off\"; legal: \"refuse\", \"sign\""}));
}

}  // namespace
}  // namespace signgate::config
