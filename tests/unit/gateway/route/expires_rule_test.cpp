// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/expires_rule.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "gateway/config/answer_values.hpp"

namespace signgate::route {
namespace {

constexpr UnixSeconds now = 1700000000;  // Tue, 14 Nov 2023 22:13:20 GMT

std::string shown(std::string_view expires,
                  std::optional<UnixSeconds> last_modified = std::nullopt) {
  const auto fields = expires_fields(*config::parse_expires(expires), now, last_modified);
  return fields ? fields->expires + " | " + fields->cache_control : "-";
}

/// InZone sets the local time of the process for one test.
class InZone {
 public:
  explicit InZone(const char* zone) {
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  ~InZone() {
    ::unsetenv("TZ");
    ::tzset();
  }
  InZone(const InZone&) = delete;
  InZone& operator=(const InZone&) = delete;
};

TEST(ExpiresFields, HaveNginxsWords) {
  EXPECT_EQ(shown("off"), "-");
  EXPECT_EQ(shown("epoch"), "Thu, 01 Jan 1970 00:00:01 GMT | no-cache");
  EXPECT_EQ(shown("max"), "Thu, 31 Dec 2037 23:55:55 GMT | max-age=315360000");
}

TEST(ExpiresFields, CountFromNow) {
  EXPECT_EQ(shown("0"), "Tue, 14 Nov 2023 22:13:20 GMT | max-age=0");
  EXPECT_EQ(shown("1h"), "Tue, 14 Nov 2023 23:13:20 GMT | max-age=3600");
  EXPECT_EQ(shown("-1"), "Tue, 14 Nov 2023 22:13:19 GMT | no-cache");
}

TEST(ExpiresFields, CountFromLastModified) {
  EXPECT_EQ(shown("modified 1h", now - 600), "Tue, 14 Nov 2023 23:03:20 GMT | max-age=3000");
  EXPECT_EQ(shown("modified 1h", now - 7200), "Tue, 14 Nov 2023 21:13:20 GMT | no-cache");
  EXPECT_EQ(shown("modified 1h"), "Tue, 14 Nov 2023 23:13:20 GMT | max-age=3600");
  EXPECT_EQ(shown("modified -1h", now + 7200), "Tue, 14 Nov 2023 23:13:20 GMT | no-cache");
}

TEST(ExpiresFields, TakeTheNextTimeOfTheLocalDay) {
  const InZone zone("UTC");
  EXPECT_EQ(shown("@22h30m"), "Tue, 14 Nov 2023 22:30:00 GMT | max-age=1000");
  EXPECT_EQ(shown("@22h"), "Wed, 15 Nov 2023 22:00:00 GMT | max-age=85600");
  EXPECT_EQ(shown("@0"), "Wed, 15 Nov 2023 00:00:00 GMT | max-age=6400");
}

TEST(ExpiresFields, KnowLocalTime) {
  const InZone zone("XYZ-2");
  EXPECT_EQ(shown("@1h"), "Tue, 14 Nov 2023 23:00:00 GMT | max-age=2800");
}

}  // namespace
}  // namespace signgate::route
