// SPDX-License-Identifier: Apache-2.0
#include "policy/utf8.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

TEST(Utf8, EveryScalarValueSurvivesTheRoundTrip) {
  for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    std::string bytes;
    utf8_append(bytes, point);
    ASSERT_EQ(utf8_sequence(bytes), bytes.size()) << point;
    ASSERT_EQ(utf8_sequence(bytes.substr(0, bytes.size() - 1)), 0U) << point;
  }
}

TEST(Utf8, RefusesWhatRfc3629RulesOut) {
  for (const std::string_view bytes :
       {"", "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3\x28", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82\x28",
        "\xff", "\xfe"}) {
    EXPECT_EQ(utf8_sequence(bytes), 0U);
  }
  EXPECT_EQ(utf8_sequence("a\xff"), 1U);
}

}  // namespace
}  // namespace signgate::policy
