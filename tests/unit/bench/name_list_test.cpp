// SPDX-License-Identifier: Apache-2.0
#include "bench/name_list.hpp"

#include <gmock/gmock.h>

namespace signgate::bench {
namespace {

using testing::ElementsAre;

std::optional<int> parse_digit(std::string_view name) {
  if (name.size() != 1 || name[0] < '0' || name[0] > '9') return std::nullopt;
  return name[0] - '0';
}

TEST(ParseNames, TakesEachOnceInTheOrderGiven) {
  const auto got = parse_names<int>("3,1,3,2,1", parse_digit, "0 to 9");
  ASSERT_TRUE(std::holds_alternative<std::vector<int>>(got));
  EXPECT_THAT(std::get<std::vector<int>>(got), ElementsAre(3, 1, 2));
}

TEST(ParseNames, SaysWhatIsNone) {
  for (const char* text : {"", "x", "1,x", "1,,2", "1,"}) {
    const auto got = parse_names<int>(text, parse_digit, "0 to 9");
    ASSERT_TRUE(std::holds_alternative<std::string>(got)) << text;
    EXPECT_THAT(std::get<std::string>(got), testing::EndsWith("' is none of 0 to 9"));
  }
}

}  // namespace
}  // namespace signgate::bench
