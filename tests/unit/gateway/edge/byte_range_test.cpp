// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/byte_range.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

TEST(ByteRange, ReadsOneRangeAgainstTheSize) {
  using enum ByteRange::Kind;
  struct Case {
    std::string_view value;
    std::uint64_t size;
    ByteRange::Kind kind;
    std::uint64_t first;
    std::uint64_t length;
  };
  for (const Case& c : {
           Case{"bytes=0-0", 10, part, 0, 1},
           Case{"bytes=0-9", 10, part, 0, 10},
           Case{"bytes=5-", 10, part, 5, 5},
           Case{"bytes=9-", 10, part, 9, 1},
           Case{"bytes=2-99", 10, part, 2, 8},
           Case{"bytes=-3", 10, part, 7, 3},
           Case{"bytes=-99", 10, part, 0, 10},
           Case{"BYTES= 1-2", 10, part, 1, 2},
           Case{"bytes=0-18446744073709551615", 10, part, 0, 10},
           Case{"bytes=0-99999999999999999999999", 10, part, 0, 10},
           Case{"bytes=10-", 10, unsatisfiable, 0, 0},
           Case{"bytes=10-20", 10, unsatisfiable, 0, 0},
           Case{"bytes=99999999999999999999999-", 10, unsatisfiable, 0, 0},
           Case{"bytes=-0", 10, unsatisfiable, 0, 0},
           Case{"bytes=0-", 0, unsatisfiable, 0, 0},
           Case{"bytes=-5", 0, unsatisfiable, 0, 0},
           Case{"bytes=0-1,3-4", 10, whole, 0, 10},
           Case{"bytes=3-2", 10, whole, 0, 10},
           Case{"bytes=-", 10, whole, 0, 10},
           Case{"bytes=", 10, whole, 0, 10},
           Case{"bytes=a-b", 10, whole, 0, 10},
           Case{"bytes=1-b", 10, whole, 0, 10},
           Case{"bytes=+1-2", 10, whole, 0, 10},
           Case{"items=0-1", 10, whole, 0, 10},
           Case{"", 10, whole, 0, 10},
       }) {
    const ByteRange range = parse_byte_range(c.value, c.size);
    EXPECT_EQ(range.kind, c.kind) << c.value;
    EXPECT_EQ(range.first, c.first) << c.value;
    EXPECT_EQ(range.length, c.length) << c.value;
  }
  EXPECT_EQ(parse_byte_range(std::nullopt, 10).length, 10U);
}

}  // namespace
}  // namespace signgate::edge
