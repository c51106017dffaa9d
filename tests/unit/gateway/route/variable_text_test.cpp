// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/variable_text.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

TEST(AppendSeconds, WritesThreeDecimals) {
  std::string out;
  append_seconds(Milliseconds(1), out);
  out += ' ';
  append_seconds(Milliseconds(61250), out);
  append_seconds(Milliseconds(-1), out);
  EXPECT_EQ(out, "0.001 61.250");
}

TEST(AppendNumber, WritesDecimals) {
  std::string out;
  append_number(0, out);
  append_number(std::uint64_t{18446744073709551615U}, out);
  EXPECT_EQ(out, "018446744073709551615");
}

TEST(AppendField, JoinsAllLinesOfTheField) {
  http::Fields fields;
  fields.add("X-Two-Words", "a");
  fields.add("X-Other", "b");
  fields.add("x-two-words", "c");
  std::string out;
  append_field(fields, "x_two_words", out);
  append_field(fields, "absent", out);
  EXPECT_EQ(out, "a, c");
}

}  // namespace
}  // namespace signgate::route
