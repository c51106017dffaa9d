// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/selection.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace signgate::edge {
namespace {

constexpr UnixSeconds now = 1893456000;
// Mon, 31 Dec 2029 00:00:00 GMT
constexpr Validators object{"\"abc\"", 1893369600, 100};

using Lines = std::vector<std::pair<std::string_view, std::string_view>>;

Selection selected(const Lines& lines, const Validators& validators = object) {
  http::Fields fields;
  for (const auto& [name, value] : lines)
    fields.add(name, value);
  return select(validators, fields, now);
}

TEST(Selection, EachConditionAloneAndTheirPrecedence) {
  constexpr std::string_view then = "Mon, 31 Dec 2029 00:00:00 GMT";
  constexpr std::string_view before = "Sun, 30 Dec 2029 00:00:00 GMT";
  struct Case {
    Lines lines;
    int status;
    std::uint64_t length = 0;
  };
  for (const Case& c : std::vector<Case>{
           {{}, 200, 100},
           {{{"If-None-Match", "\"abc\""}}, 304},
           {{{"If-None-Match", "W/\"abc\""}}, 304},
           {{{"If-None-Match", "\"x\", \"abc\""}}, 304},
           {{{"If-None-Match", "*"}}, 304},
           {{{"If-None-Match", "\"x\""}}, 200, 100},
           {{{"If-None-Match", "abc"}}, 200, 100},
           {{{"If-Modified-Since", then}}, 304},
           {{{"If-Modified-Since", before}}, 200, 100},
           {{{"If-Modified-Since", "yesterday"}}, 200, 100},
           {{{"If-None-Match", "\"x\""}, {"If-Modified-Since", then}}, 200, 100},
           {{{"If-Match", "\"abc\""}}, 200, 100},
           {{{"If-Match", "*"}}, 200, 100},
           {{{"If-Match", "\"x\""}}, 412},
           {{{"If-Match", "W/\"abc\""}}, 412},
           {{{"If-Match", "\"abc\""}, {"If-Unmodified-Since", before}}, 200, 100},
           {{{"If-Unmodified-Since", before}}, 412},
           {{{"If-Unmodified-Since", then}}, 200, 100},
           {{{"If-Match", "\"x\""}, {"If-None-Match", "\"abc\""}}, 412},
           {{{"Range", "bytes=0-9"}}, 206, 10},
           {{{"Range", "bytes=100-"}}, 416},
           {{{"Range", "bytes=0-9"}, {"If-None-Match", "\"abc\""}}, 304},
           {{{"Range", "bytes=0-9"}, {"If-Range", "\"abc\""}}, 206, 10},
           {{{"Range", "bytes=0-9"}, {"If-Range", "W/\"abc\""}}, 200, 100},
           {{{"Range", "bytes=0-9"}, {"If-Range", "\"x\""}}, 200, 100},
           {{{"Range", "bytes=0-9"}, {"If-Range", then}}, 206, 10},
           {{{"Range", "bytes=0-9"}, {"If-Range", before}}, 200, 100},
           {{{"Range", "bytes=0-9"}, {"If-Range", "nonsense"}}, 200, 100},
       }) {
    const Selection selection = selected(c.lines);
    std::string shown;
    for (const auto& [name, value] : c.lines) {
      shown += std::string(name) + ": " + std::string(value) + "; ";
    }
    EXPECT_EQ(selection.status, c.status) << shown;
    EXPECT_EQ(selection.length, c.length) << shown;
  }
  EXPECT_EQ(selected({{"If-Match", "\"x\""}}).failed, "If-Match");
  EXPECT_EQ(selected({{"Range", "bytes=-4"}}).offset, 96U);
}

// Source: RFC 9110 sections 13.1.3 to 13.1.5.
TEST(Selection, WithoutADateOfItsOwnNoConditionOnItCounts) {
  constexpr Validators undated{"\"abc\"", std::nullopt, 100};
  constexpr std::string_view then = "Mon, 31 Dec 2029 00:00:00 GMT";
  constexpr std::string_view epoch = "Thu, 01 Jan 1970 00:00:00 GMT";
  for (const std::string_view date : {then, epoch}) {
    EXPECT_EQ(selected({{"If-Modified-Since", date}}, undated).status, 200);
    EXPECT_EQ(selected({{"If-Unmodified-Since", date}}, undated).status, 200);
    EXPECT_EQ(selected({{"Range", "bytes=0-9"}, {"If-Range", date}}, undated).status, 200);
  }
  EXPECT_EQ(selected({{"Range", "bytes=0-9"}, {"If-Range", "nonsense"}}, undated).status, 200);
  EXPECT_EQ(selected({{"Range", "bytes=0-9"}, {"If-Range", "\"abc\""}}, undated).status, 206);
}

}  // namespace
}  // namespace signgate::edge
