// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/units.hpp"

#include <gtest/gtest.h>

namespace signgate::config {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, TakesNginxsTimes) {
  EXPECT_EQ(*parse_duration("30s"), 30s);
  EXPECT_EQ(*parse_duration("30"), 30s);
  EXPECT_EQ(*parse_duration("0"), 0s);
  EXPECT_EQ(*parse_duration("500ms"), 500ms);
  EXPECT_EQ(*parse_duration("5m"), 5min);
  EXPECT_EQ(*parse_duration("1h"), 1h);
  EXPECT_EQ(*parse_duration("7d"), 168h);
  EXPECT_EQ(*parse_duration("2w"), 336h);
  EXPECT_EQ(*parse_duration("1M"), 720h);
  EXPECT_EQ(*parse_duration("1y"), 8760h);
  EXPECT_EQ(*parse_duration("1h30m"), 90min);
  EXPECT_EQ(*parse_duration("1h 30m 5"), 90min + 5s);
  EXPECT_EQ(*parse_duration("1m 500ms"), 60500ms);
  EXPECT_EQ(*parse_duration("100y"), 876'000h);
}

TEST(ParseDuration, RefusesWhatNginxRefuses) {
  for (const char* text : {"", " ", "s", "-1", "1.5s", "1x", "30m 1h", "1s 1s", "5 1s", "1s ",
                           "1 s", "ms", "5 ", "99999999999999999999", "1H", "0x10"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(ParseDuration, PointsAtTheFlaw) {
  const auto flaw = parse_duration("1h 30q").error();
  EXPECT_EQ(flaw.offset, 5U);
  EXPECT_EQ(flaw.message,
            "\"1h 30q\" is not a time: write numbers with the units y, M, w, d, h, m, s, ms, the "
            "larger first, such "
            "as \"30s\" or \"1h 30m\"");
}

TEST(ParseDuration, EndsAtAHundredYears) {
  EXPECT_EQ(parse_duration("101y").error().message, "\"101y\" is too long: at most 100y");
  EXPECT_FALSE(parse_duration("100y 1ms"));
  EXPECT_FALSE(parse_duration("9223372036854775807d"));
}

TEST(ParseSize, TakesNginxsSizes) {
  EXPECT_EQ(*parse_size("0"), 0U);
  EXPECT_EQ(*parse_size("1024"), 1024U);
  EXPECT_EQ(*parse_size("16k"), 16384U);
  EXPECT_EQ(*parse_size("16K"), 16384U);
  EXPECT_EQ(*parse_size("8m"), 8388608U);
  EXPECT_EQ(*parse_size("2G"), 2147483648U);
}

TEST(ParseSize, RefusesTheRest) {
  for (const char* text :
       {"", "k", "-1", "1.5m", "1kb", "1 k", "1t", "8589934592g", "9223372036854775808"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
  EXPECT_TRUE(parse_size("8589934591g"));
}

TEST(ParseCount, KeepsToItsRange) {
  EXPECT_EQ(*parse_count("3", 0, 10), 3U);
  for (const char* text : {"", "11", "0", "-3", "+3", "3x", "99999999999"}) {
    EXPECT_FALSE(parse_count(text, 1, 10)) << text;
  }
}

TEST(ParseTime, TakesRfc3339DatesAndSeconds) {
  EXPECT_EQ(*parse_time("2026-01-31T08:00:00Z"), 1769846400);
  EXPECT_EQ(*parse_time("2026-01-31t10:00:00.25+02:00"), 1769846400);
  EXPECT_EQ(*parse_time("2026-01-31 06:30:00-01:30"), 1769846400);
  EXPECT_EQ(*parse_time("2026-01-31"), 1769817600);
  EXPECT_EQ(*parse_time("1769846400"), 1769846400);
  EXPECT_EQ(*parse_time("1970-01-01"), 0);
}

TEST(ParseTime, RefusesTheRest) {
  for (const char* text :
       {"", "x", "2026-02-30", "2026-13-01", "2026-01-31T08:00:00", "2026-01-31T24:00:00Z",
        "2026-01-31T08:60:00Z", "2026-01-31T08:00:00.Z", "2026-01-31T08:00:00Zx",
        "2026-01-31T08:00:00+2:00", "-5", "2026-1-3", "2026-01-31T"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

}  // namespace
}  // namespace signgate::config
