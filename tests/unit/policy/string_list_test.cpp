// SPDX-License-Identifier: Apache-2.0
#include "policy/string_list.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

TEST(StringList, TakesOneOrMore) {
  EXPECT_EQ(parse_string_list(*json_parse("\"a\""), "Action")->size(), 1U);
  const auto two = parse_string_list(*json_parse("[\"a\", \"b\"]"), "Action");
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ((*two)[1].text, "b");
  EXPECT_EQ((*two)[1].position.column, 7U);
}

TEST(StringList, RefusesOtherValuesAtTheirPlace) {
  struct Case {
    std::string_view json;
    std::uint32_t column;
    std::string_view says;
  };
  for (const Case& c : {Case{"7", 1, "Action is a string or a list of strings, not a number"},
                        Case{"[]", 1, "empty list"}, Case{"[\"a\",null]", 6, "not null"},
                        Case{"{}", 1, "not an object"}, Case{"[[\"a\"]]", 2, "not an array"}}) {
    const auto list = parse_string_list(*json_parse(c.json), "Action");
    ASSERT_TRUE(list.has_error()) << c.json;
    EXPECT_EQ(list.error().position.column, c.column) << c.json;
    EXPECT_NE(list.error().message.find(c.says), std::string::npos) << list.error().message;
  }
}

}  // namespace
}  // namespace signgate::policy
