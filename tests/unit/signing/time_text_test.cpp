// SPDX-License-Identifier: Apache-2.0
#include "signing/time_text.hpp"

#include <gmock/gmock.h>

namespace signgate::signing {
namespace {

using testing::HasSubstr;

struct Row {
  const char* text;
  UnixSeconds seconds;
};

class ParseTime : public testing::TestWithParam<Row> {};

TEST_P(ParseTime, Reads) {
  const auto time = parse_time(GetParam().text);
  ASSERT_TRUE(time) << GetParam().text << ": " << time.error().message;
  EXPECT_EQ(time->seconds, GetParam().seconds) << GetParam().text;
  EXPECT_EQ(time->ignored_zone, "");
}

constexpr UnixSeconds y2030 = 1893456000;

constexpr Row epoch[] = {
    {"1893456000", y2030},
    {"1893456000.9", y2030},
    {" 1893456000 ", y2030},
    {"+1893456000", y2030},
    {"1e9", 1000000000},
    {"1.5E3", 1500},
    {"20300101", 20300101},
    {"2030", 2030},
    {"-1", -1},
    {"-1.9", -1},
    {"0", 0},
    {"0.5", 0},
    {"2147483648", 2147483648},
    {"253402300799", 253402300799},
    {"253402300799.9", 253402300799},
};
INSTANTIATE_TEST_SUITE_P(Epoch, ParseTime, testing::ValuesIn(epoch));

constexpr Row iso[] = {
    {"2030-01-01", y2030},
    {"2030/01/01", y2030},
    {"2030-01-01T00:00:00", y2030},
    {"2030-01-01 12:34:56", y2030 + 45296},
    {"2030-01-01T12:34", y2030 + 45240},
    {"2030-01-01T12:34:56.789", y2030 + 45296},
    {"2030-01-01T12:34:56,789Z", y2030 + 45296},
    {"2030-01-01t12:34:56z", y2030 + 45296},
    {"2030-01-01 00:00:00 UTC", y2030},
    {"2030-01-01 00:00:00 +0000", y2030},
    {"2030-06-15T12:34:56+05:30", 1907737496},
    {"2030-06-15T12:34:56-08:00", 1907786096},
    {"2030-06-15T12:34:56-0800", 1907786096},
    {"2030-06-15T12:34:56-08", 1907786096},
    {"20310704T010203Z", 1940893323},
    {"20310704T0102", 1940893320},
    {"2032-02-29", 1961625600},
    {"0001-01-01", -62135596800},
    {"9999-12-31T23:59:59Z", 253402300799},
    {"1969-12-31T23:59:59Z", -1},
};
INSTANTIATE_TEST_SUITE_P(Iso, ParseTime, testing::ValuesIn(iso));

constexpr Row words[] = {
    {"Tue, 01 Jan 2030 00:00:00 GMT", y2030},
    {"Tue, 1 Jan 2030 00:00:00 +0100", y2030 - 3600},
    {"Tuesday, 01-Jan-2030 00:00:00 GMT", y2030},
    {"Tue Jan  1 00:00:00 2030", y2030},
    {"Tue Jan  1 00:00:00 UTC 2030", y2030},
    {"Jan 1 2030", y2030},
    {"January 1, 2030", y2030},
    {"1 January 2030", y2030},
    {"1st jan. 2030", y2030},
    {"Jan 1 2030 10:30", y2030 + 37800},
    {"Jan 1 2030 10:30 pm", y2030 + 81000},
    {"Jan 1 2030 12:30am", y2030 + 1800},
    {"Jan 1 2030 12:30 PM", y2030 + 45000},
    {"10:30 Jan 1 2030", y2030 + 37800},
    {"1/1/2030", y2030},
    {"1/31/2030", y2030 + 30 * 86400},
    {"31/1/2030", y2030 + 30 * 86400},
    {"2030 Jan 1", y2030},
};
INSTANTIATE_TEST_SUITE_P(Words, ParseTime, testing::ValuesIn(words));

class ParseTimeRefuses : public testing::TestWithParam<const char*> {};

TEST_P(ParseTimeRefuses, AndSaysWhatIsLegal) {
  const auto time = parse_time(GetParam());
  ASSERT_FALSE(time) << GetParam() << " gave " << time->seconds;
  EXPECT_EQ(time.error().code, ErrorCode::bad_time);
  EXPECT_THAT(time.error().message, HasSubstr("2030-01-01T12:34:56Z"));
}

INSTANTIATE_TEST_SUITE_P(
    Each, ParseTimeRefuses,
    testing::Values("", " ", "tomorrow", "2030-13-01", "2030-00-01", "2030-02-30", "2031-02-29",
                    "nan", "inf", "-inf", "1893456000000", "253402300800", "1e400", "-1e400", "1e",
                    "e9", "--1", "2030-01", "10:30", "Jan 2030", "Jan 1", "2030-01-01T24:00:00",
                    "2030-01-01T12:60:00", "2030-01-01T12:00:60", "2030-01-01T12:00:00.",
                    "2030-01-01T12:00:00+24:00", "2030-01-01T12:00:00+5", "2030-01-01T",
                    "2030-01-01Z", "2030-01-01x", "2030-1-1T", "0000-01-01", "Jan Feb 1 2030",
                    "Jan 1 2 2030", "Jan 1 2030 2031", "Jan 1 2030 13:00 pm", "Jan 1 2030 pm",
                    "Jan 1 2030 est 10:00", "Janx 1 2030", "13/13/2030", "0x10", "1893456000s",
                    "1_000", "9999-12-31T23:59:59-01:00"));

TEST(ParseTimeZone, UnknownNamesAreUtcAndTold) {
  const auto time = parse_time("Jan 1 2030 10:00 EST");
  ASSERT_TRUE(time);
  EXPECT_EQ(time->seconds, y2030 + 36000);
  EXPECT_EQ(time->ignored_zone, "EST");
}

TEST(ParseTimeZones, TakesAnUnknownZoneBehindAnIsoTimeForUtcAndSaysSo) {
  for (const char* text :
       {"2030-01-01 00:00:00 EST", "2030-01-01T00:00:00 CEST", "2030-01-01T00:00EST"}) {
    const auto time = parse_time(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(time->seconds, 1893456000) << text;
    EXPECT_THAT(std::string_view("EST CEST"), testing::HasSubstr(time->ignored_zone)) << text;
    EXPECT_FALSE(time->ignored_zone.empty()) << text;
  }
  EXPECT_FALSE(parse_time("2030-01-01 EST"));
}

TEST(ParseTimeOfToday, TakesWhatIsMissingFromTheDayThatItIs) {
  constexpr UnixSeconds now = 1801353599;  // 2027-01-30T23:59:59Z
  for (const auto& [text, expected] : {std::pair("2030-01", y2030 + 29 * 86400),
                                       {"2030/02", y2030 + 58 * 86400},  // it has no 30th
                                       {"Jan 2030", y2030 + 29 * 86400},
                                       {"Jan 1", UnixSeconds{1798761600}},
                                       {"10:30", UnixSeconds{1801305000}},
                                       {"10:30:05 +01:00", UnixSeconds{1801301405}}}) {
    const auto time = parse_time(text, now);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(time->seconds, expected) << text;
    EXPECT_TRUE(time->from_today) << text;
  }
  EXPECT_FALSE(parse_time("2030-01-01", now)->from_today);
  for (const char* text : {"", ",", "Monday", "Monday 10:30", "2030-13", "2030-00", "UTC"})
    EXPECT_FALSE(parse_time(text, now)) << text;
}

TEST(ParseTimeText, SurvivesAnyShortText) {
  // Every two-character continuation of a time behind a valid start: none may crash, none reads as
  // a lie.
  for (int a = 0; a < 256; ++a) {
    for (const char* start : {"2030-01-01", "2030-01-01T12:34", "Jan 1 2030 ", "1", "12:3"}) {
      const auto time = parse_time(start + std::string(1, static_cast<char>(a)));
      if (time) {
        EXPECT_LT(time->seconds, 253402300800);
      }
    }
  }
}

TEST(FormatTime, IsRfc3339) {
  EXPECT_EQ(format_time(y2030), "2030-01-01T00:00:00Z");
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_time(253402300799), "9999-12-31T23:59:59Z");
  EXPECT_EQ(format_time(253402300800), "253402300800");
  EXPECT_EQ(format_time(-62135596801), "-62135596801");
}

TEST(FormatTime, ReadsBack) {
  for (UnixSeconds time = -62135596800; time < 253402300799; time += 86399 * 997) {
    ASSERT_EQ(parse_time(format_time(time))->seconds, time);
  }
}

}  // namespace
}  // namespace signgate::signing
