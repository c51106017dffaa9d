// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/set_rule.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

class SetRuleTest : public testing::Test {
 protected:
  SetRuleTest() {
    values_.defined = &defined_;
    values_.uri = "/page";
  }

  std::string value(std::string_view text, Escape escape = Escape::none) const {
    std::string out;
    Template(text).append(values_, escape, out);
    return out;
  }

  DefinedValues defined_;
  VariableValues values_;
};

TEST_F(SetRuleTest, GivesValuesOneAfterTheOther) {
  set_variables(make_set_rules({{"a", "$uri"}, {"b", "<$a>"}, {"a", "$a.$b"}, {"c", "$later"}}),
                values_);
  EXPECT_EQ(value("$a|$b|$c"), "/page.</page>|</page>|");
  EXPECT_EQ(defined_.size(), 3U);
}

TEST_F(SetRuleTest, TakesWhatOthersHaveDefined) {
  define(defined_, "who", "joe");
  set_variables(make_set_rules({{"greeting", "hello $who"}}), values_);
  define(defined_, "who", "ann");
  EXPECT_EQ(value("$greeting, $who"), "hello joe, ann");
}

TEST_F(SetRuleTest, TellsAnEmptyValueFromNone) {
  EXPECT_EQ(value("[$a]", Escape::log), "[-]");
  set_variables(make_set_rules({{"a", "$arg_none"}}), values_);
  EXPECT_EQ(value("[$a]", Escape::log), "[]");
}

}  // namespace
}  // namespace signgate::route
