// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/http_date.hpp"

#include <gtest/gtest.h>

namespace signgate::http {
namespace {

constexpr UnixSeconds now = 1700000000;  // 2023-11-14

TEST(HttpDate, ReadsTheThreeForms) {
  // The example of RFC 9110 section 5.6.7.
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now), 784111777);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", now), 784111777);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", now), 784111777);
  EXPECT_EQ(parse_http_date("Wed Nov 16 08:49:37 1994", now), 784111777 + 10 * 86400);
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT", now), 0);
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT", now), 1709251200);
  EXPECT_EQ(parse_http_date("Wed, 31 Dec 1969 23:59:59 GMT", now), -1);
}

TEST(HttpDate, TwoDigitYearsAreAtMostFiftyYearsAhead) {
  EXPECT_EQ(parse_http_date("Sunday, 01-Jan-73 00:00:00 GMT", now), 3250454400);  // 2073
  EXPECT_EQ(parse_http_date("Sunday, 01-Jan-74 00:00:00 GMT", now), 126230400);   // 1974
  EXPECT_EQ(parse_http_date("Sunday, 01-Jan-00 00:00:00 GMT", now), 946684800);   // 2000
  const UnixSeconds y2060 = 2840140800;
  EXPECT_EQ(parse_http_date("Sunday, 01-Jan-05 00:00:00 GMT", y2060), 4260211200);  // 2105
  EXPECT_EQ(parse_http_date("Sunday, 01-Jan-99 00:00:00 GMT", y2060), 4070908800);  // 2099
}

TEST(HttpDate, RefusesEverythingElse) {
  for (const char* text : {"",
                           "0",
                           "-1",
                           "now",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 94 08:49:37 GMT",
                           "sun, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT",
                           "Sun, 31 Nov 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 29 Feb 2023 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           " Sun, 06 Nov 1994 08:49:37 GMT",
                           "Sunday, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov 6 08:49:37 1994",
                           "Sun Nov  6 08:49:37 1994 GMT",
                           "Thu, 01-Jan-1970 00:00:00 GMT"}) {
    EXPECT_FALSE(parse_http_date(text, now)) << text;
  }
}

TEST(HttpDate, WritesThePreferredForm) {
  EXPECT_EQ(format_http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_http_date(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(format_http_date(std::numeric_limits<UnixSeconds>::max()),
            "Fri, 31 Dec 9999 23:59:59 GMT");
  EXPECT_EQ(format_http_date(std::numeric_limits<UnixSeconds>::min()),
            "Mon, 01 Jan 0001 00:00:00 GMT");
}

TEST(HttpDate, ReadsWhatItWrites) {
  for (UnixSeconds time = -62135596800; time <= 253402300799; time += 86400 * 977 + 12345) {
    ASSERT_EQ(parse_http_date(format_http_date(time), now), time);
  }
}

}  // namespace
}  // namespace signgate::http
