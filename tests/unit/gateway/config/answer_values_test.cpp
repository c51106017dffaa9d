// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/answer_values.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

TEST(ParseAddHeader, ReadsNameValueAndAlways) {
  EXPECT_EQ(*parse_add_header("X-Frame-Options DENY"),
            (AddHeader{"X-Frame-Options", "DENY", false}));
  EXPECT_EQ(*parse_add_header("Cache-Control \"public, max-age=5\" always"),
            (AddHeader{"Cache-Control", "public, max-age=5", true}));
  EXPECT_EQ(*parse_add_header("X-Empty ''"), (AddHeader{"X-Empty", "", false}));
  EXPECT_EQ(parse_add_header("X-Host $host")->value, "$host");
}

TEST(ParseAddHeader, RefusesWhatNginxOrHttpWould) {
  for (const char* text :
       {"", "X", "X a b", "X a ever", "X a always b", "X: a", "\"X Y\" a", "X $no_such_variable",
        "X \"a\nb\"", "Content-Length 5", "transfer-encoding chunked", "Connection close"}) {
    EXPECT_FALSE(parse_add_header(text)) << text;
  }
  EXPECT_EQ(parse_add_header("X  a$b").error().offset, 4U);
}

TEST(ParseExpires, ReadsEachForm) {
  using Kind = Expires::Kind;
  EXPECT_EQ(*parse_expires("off"), Expires{});
  EXPECT_EQ(*parse_expires("epoch"), (Expires{Kind::epoch, 0}));
  EXPECT_EQ(*parse_expires("max"), (Expires{Kind::max, 0}));
  EXPECT_EQ(*parse_expires("30d"), (Expires{Kind::access, 2592000}));
  EXPECT_EQ(*parse_expires("0"), (Expires{Kind::access, 0}));
  EXPECT_EQ(*parse_expires("-1"), (Expires{Kind::access, -1}));
  EXPECT_EQ(*parse_expires("+1h30m"), (Expires{Kind::access, 5400}));
  EXPECT_EQ(*parse_expires("modified 1h"), (Expires{Kind::modified, 3600}));
  EXPECT_EQ(*parse_expires("modified  -1h"), (Expires{Kind::modified, -3600}));
  EXPECT_EQ(*parse_expires("@15h30m"), (Expires{Kind::time_of_day, 55800}));
}

TEST(ParseExpires, RefusesWhatIsNoTime) {
  for (const char* text : {"", "never", "modified", "modified ", "modified max", "@24h", "@-1h",
                           "1x", "--1", "-", "500ms", "@"}) {
    EXPECT_FALSE(parse_expires(text)) << text;
  }
}

TEST(CheckExpires, LeavesVariablesForLater) {
  EXPECT_TRUE(check_expires("$http_x"));
  EXPECT_FALSE(check_expires("$nothing"));
  EXPECT_FALSE(check_expires("nothing"));
}

TEST(ProxiedWord, KnowsNginxsWords) {
  std::uint32_t all = 0;
  for (const char* word : {"off", "expired", "no-cache", "no-store", "private", "no_last_modified",
                           "no_etag", "auth", "any"}) {
    EXPECT_NE(proxied_word(word), 0U) << word;
    all |= proxied_word(word);
  }
  EXPECT_EQ(all, 511U);
  EXPECT_EQ(proxied_word("no-etag"), 0U);
}

}  // namespace
}  // namespace signgate::config
