// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/text_rule.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

using Kind = config::TextRule::Kind;
using Form = TextRule::Form;

class TextRuleTest : public testing::Test {
 protected:
  TextRuleTest() {
    values_.host = "www.example.com";
    values_.uri = "/a\r\nb";
  }

  std::string applied(Kind kind, const char* from, const char* to, const char* value,
                      Form form = Form::prefix) const {
    const TextRule rule({.kind = kind, .from = from, .to = to}, form);
    return rule.apply(value, values_).value_or("-");
  }

  VariableValues values_;
};

TEST_F(TextRuleTest, ReplacesWhatAValueBeginsWith) {
  EXPECT_EQ(applied(Kind::literal, "http://a/", "/b/", "http://a/x"), "/b/x");
  EXPECT_EQ(applied(Kind::literal, "http://a/", "/b/", "http://a/"), "/b/");
  EXPECT_EQ(applied(Kind::literal, "http://a/", "/b/", "http://A/x"), "-");
  EXPECT_EQ(applied(Kind::literal, "http://$host/", "/$host/", "http://www.example.com/x"),
            "/www.example.com/x");
}

TEST_F(TextRuleTest, ReplacesAllOfWhatAnExpressionFits) {
  EXPECT_EQ(applied(Kind::regex, "^http://([^/]+)(/.*)$", "$2?h=$1$9", "http://a/x"), "/x?h=a");
  EXPECT_EQ(applied(Kind::regex, "/(b+)/", "$1", "http://a/bb/c"), "bb");
  EXPECT_EQ(applied(Kind::regex, "HTTP", "x", "http://a"), "-");
  EXPECT_EQ(applied(Kind::regex_caseless, "HTTP", "x", "http://a"), "x");
}

TEST_F(TextRuleTest, ComparesDomainsWhole) {
  EXPECT_EQ(applied(Kind::literal, ".a.test", "b.test", "A.test", Form::domain), "b.test");
  EXPECT_EQ(applied(Kind::literal, "a.test", ".b.test", ".a.test", Form::domain), ".b.test");
  EXPECT_EQ(applied(Kind::literal, "a.test", "b.test", "x.a.test", Form::domain), "-");
  EXPECT_EQ(applied(Kind::regex, "^(.*)\\.a\\.test$", "$1.b.test", "X.A.test", Form::domain),
            "X.b.test");
}

TEST_F(TextRuleTest, KeepsWhatItWritesOnOneLine) {
  EXPECT_EQ(applied(Kind::literal, "x", "$uri", "x"), "/a%0D%0Ab");
}

TEST_F(TextRuleTest, TheFirstThatFitsHolds) {
  std::vector<TextRule> rules;
  rules.emplace_back(config::TextRule{.kind = Kind::literal, .from = "/a", .to = "/1"},
                     Form::prefix);
  rules.emplace_back(config::TextRule{.kind = Kind::literal, .from = "/", .to = "/2/"},
                     Form::prefix);
  EXPECT_EQ(apply_first(rules, "/ab", values_), "/1b");
  EXPECT_EQ(apply_first(rules, "/b", values_), "/2/b");
  EXPECT_EQ(apply_first(rules, "b", values_), std::nullopt);
}

TEST_F(TextRuleTest, ReplacesByNamesOfItsOwnGroups) {
  Captured location;
  location.set("path", "the location's");
  location.set("user", "anna");
  values_.captured = &location;
  EXPECT_EQ(applied(Kind::regex, "^http://(?<site>[^/]+)(?<path>/.*)$",
                    "${path}?h=$site&u=$user&2=${2}", "http://a/x"),
            "/x?h=a&u=anna&2=/x");
  EXPECT_EQ(applied(Kind::literal, "/a", "$path", "/a"), "the location's");
  EXPECT_EQ(applied(Kind::regex, "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(?<k>k)", "$k$1", "abcdefghijk"),
            "ka");
}

}  // namespace
}  // namespace signgate::route
