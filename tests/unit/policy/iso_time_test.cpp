// SPDX-License-Identifier: Apache-2.0
#include "policy/iso_time.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

TEST(IsoTime, ReadsTheFormsOfTheW3cProfileAndEpochSeconds) {
  struct Case {
    std::string_view text;
    std::int64_t millis;
  };
  for (const Case& c : {
           Case{"1970", 0},
           Case{"2030", 1893456000000},
           Case{"2030-01", 1893456000000},
           Case{"2030-01-01", 1893456000000},
           Case{"2030-01-01T00:00Z", 1893456000000},
           Case{"2030-01-01T00:00:00Z", 1893456000000},
           Case{"2030-01-01T00:00:00.5Z", 1893456000500},
           Case{"2030-01-01T00:00:00.1239Z", 1893456000123},
           Case{"2030-01-01T02:00:00+02:00", 1893456000000},
           Case{"2029-12-31T16:00:00-08:00", 1893456000000},
           Case{"2028-02-29", 1835395200000},
           Case{"1893456000", 1893456000000},
           Case{"00000", 0},
           Case{"253402300799", 253402300799000},
           Case{"0001-01-01", -62135596800000},
       }) {
    EXPECT_EQ(parse_iso_time(c.text), c.millis) << c.text;
  }
}

TEST(IsoTime, RefusesOtherTexts) {
  for (const std::string_view text : {"",
                                      "20",
                                      "tomorrow",
                                      "2030-1-1",
                                      "2030-13",
                                      "2030-02-30",
                                      "2029-02-29",
                                      "2030-01-01T",
                                      "2030-01-01T00:00",
                                      "2030-01-01T24:00Z",
                                      "2030-01-01T00:60Z",
                                      "2030-01-01T00:00:60Z",
                                      "2030-01-01T00:00:00.Z",
                                      "2030-01-01 00:00:00Z",
                                      "2030-01-01T00:00:00z",
                                      "2030-01-01T00:00:00+0200",
                                      "2030-01-01Z",
                                      " 2030",
                                      "2030 ",
                                      "-2030",
                                      "1e9",
                                      "1.5",
                                      "253402300800",
                                      "99999999999999999999",
                                      "2030-00-01",
                                      "2030-01-00"}) {
    EXPECT_FALSE(parse_iso_time(text)) << text;
  }
}

}  // namespace
}  // namespace signgate::policy
