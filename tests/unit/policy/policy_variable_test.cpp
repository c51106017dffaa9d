// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_variable.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

TEST(PolicyVariable, IsReadOffTheFrontOfAText) {
  struct Case {
    std::string_view text;
    std::size_t length;
    std::string_view key;
    std::optional<std::string> fallback;
  };
  for (const Case& c : {
           Case{"${aws:username}", 15, "aws:username", std::nullopt},
           Case{"${aws:username}/x}", 15, "aws:username", std::nullopt},
           Case{"${aws:PrincipalTag/team, 'none'}*", 32, "aws:PrincipalTag/team", "none"},
           Case{"${a:b,'none'}", 13, "a:b", "none"},
           Case{"${a:b, ''}", 10, "a:b", ""},
           Case{"${a:b, '}'}", 11, "a:b", "}"},
           Case{"${a:b, 'a, ${c:d}'}", 19, "a:b", "a, ${c:d}"},
       }) {
    const auto read = read_variable(c.text);
    ASSERT_TRUE(read.has_value()) << c.text << read.error().message;
    EXPECT_EQ(read->length, c.length) << c.text;
    EXPECT_EQ(variable_length(c.text), c.length) << c.text;
    const auto& variable = std::get<PolicyVariable>(read->meaning);
    EXPECT_EQ(variable.key, c.key);
    EXPECT_EQ(variable.fallback, c.fallback);
  }
}

TEST(PolicyVariable, ThreeStandForCharacters) {
  for (const char c : {'*', '?', '$'}) {
    const auto read = read_variable(std::string("${") + c + "}");
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(std::get<char>(read->meaning), c);
    EXPECT_EQ(read->length, 4U);
  }
}

TEST(PolicyVariable, RefusesWhatHasNoMeaning) {
  struct Case {
    std::string_view text;
    std::string_view says;
  };
  for (const Case& c : {
           Case{"${", "not closed"},
           Case{"${aws:username", "not closed"},
           Case{"${a:b, 'x}", "not closed"},
           Case{"${}", "is not a policy variable"},
           Case{"${**}", "is not a policy variable"},
           Case{"${username}", "is not a policy variable"},
           Case{"${aws:}", "is not a policy variable"},
           Case{"${aws: username}", "is not a policy variable"},
           Case{"${, 'x'}", "is not a policy variable"},
           Case{"${a:b,}", "not in single quotes"},
           Case{"${a:b, x}", "not in single quotes"},
           Case{"${a:b, \"x\"}", "not in single quotes"},
           Case{"${a:b, 'x' }", "not in single quotes"},
           Case{"${a:b, 'x''y'}", "not in single quotes"},
       }) {
    const auto read = read_variable(c.text);
    ASSERT_TRUE(read.has_error()) << c.text;
    EXPECT_NE(read.error().message.find(c.says), std::string::npos) << read.error().message;
  }
}

TEST(PolicyVariable, ResolvesToTheOnlyValueOrTheDefault) {
  RequestContext context;
  context.set("aws:UserName", "ada");
  context.set("a:empty", "");
  context.set_all("a:several", {"x", "y"});
  const auto resolve = [&](std::string_view text) -> std::optional<std::string> {
    const auto read = read_variable(text);
    const auto value = std::get<PolicyVariable>(read->meaning).resolve(context);
    if (!value) return std::nullopt;
    return std::string(*value);
  };
  EXPECT_EQ(resolve("${aws:username}"), "ada");
  EXPECT_EQ(resolve("${aws:username, 'nobody'}"), "ada");
  EXPECT_EQ(resolve("${a:empty, 'nobody'}"), "");
  EXPECT_EQ(resolve("${a:missing}"), std::nullopt);
  EXPECT_EQ(resolve("${a:missing, 'nobody'}"), "nobody");
  EXPECT_EQ(resolve("${a:several}"), std::nullopt);
  EXPECT_EQ(resolve("${a:several, 'nobody'}"), std::nullopt);
}

TEST(PolicyVariable, AKeyHasAServiceAndAName) {
  for (const std::string_view key : {"aws:Referer", "s3:RequestObjectTag/a key's/part"})
    EXPECT_EQ(is_condition_key(key), key.find(' ') == key.npos) << key;
  for (const std::string_view key : {"", ":", "aws:", ":Referer", "Referer", "aws:\tReferer"})
    EXPECT_FALSE(is_condition_key(key)) << key;
}

}  // namespace
}  // namespace signgate::policy
