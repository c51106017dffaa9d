// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/accept_encoding.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signgate::http {
namespace {

constexpr std::array<std::string_view, 2> codings = {"gzip", "deflate"};

TEST(AcceptEncoding, WeighsCodings) {
  struct Case {
    const char* value;
    const char* coding;
    int weight;
  };
  const Case cases[] = {
      {"gzip", "gzip", 1000},
      {"GZip", "gzip", 1000},
      {"x-gzip", "gzip", 1000},
      {"x-gzip;q=0.3, gzip;q=0.9", "gzip", 300},
      {"gzip;q=0", "gzip", 0},
      {"gzip;q=0.000", "gzip", 0},
      {"gzip;q=1.000", "gzip", 1000},
      {"gzip;q=1.", "gzip", 1000},
      {"gzip;q=0.", "gzip", 0},
      {"gzip ; Q=0.25", "gzip", 250},
      {"br, gzip;q=0.125", "gzip", 125},
      {"br", "gzip", 0},
      {"*", "gzip", 1000},
      {"*;q=0.5", "gzip", 500},
      {"*;q=0.5, gzip;q=0.7", "gzip", 700},
      {"*, gzip;q=0", "gzip", 0},
      {"", "gzip", 0},
      {",, gzip ,", "gzip", 1000},
      {"gzipx", "gzip", 0},
      // a malformed weight: the element is not there
      {"gzip;q=1.001", "gzip", 0},
      {"gzip;q=2", "gzip", 0},
      {"gzip;q=0.1234", "gzip", 0},
      {"gzip;q=-1", "gzip", 0},
      {"gzip;q=", "gzip", 0},
      {"gzip;q", "gzip", 0},
      {"gzip;x=1", "gzip", 0},
      {"gzip;q=0,5, *;q=0.2", "gzip", 0},
      {"identity;q=0.5", "identity", 500},
      {"*;q=0", "identity", 0},
  };
  for (const Case& c : cases) {
    const auto weight = coding_weight(c.value, c.coding);
    ASSERT_TRUE(weight) << c.value;
    EXPECT_EQ(*weight, c.weight) << c.value;
  }
  EXPECT_FALSE(coding_weight("gzip", "identity"));
  EXPECT_FALSE(coding_weight("", "identity"));
}

TEST(AcceptEncoding, ChoosesTheCodingOfTheAnswer) {
  struct Case {
    const char* value;
    const char* chosen;
  };
  const Case cases[] = {
      {"", "identity"},
      {"gzip", "gzip"},
      {"x-gzip", "gzip"},
      {"deflate", "deflate"},
      {"deflate, gzip", "gzip"},
      {"deflate, gzip;q=0.9", "deflate"},
      {"br, zstd", "identity"},
      {"*", "gzip"},
      {"gzip;q=0, *", "deflate"},
      {"gzip;q=0", "identity"},
      {"gzip;q=0.5, identity", "identity"},
      {"gzip;q=0.5, identity;q=0.5", "gzip"},
      {"gzip;q=0.001", "gzip"},
      {"identity;q=0, gzip", "gzip"},
      {"identity;q=0, br", "identity"},
      {"*;q=0", "identity"},
      {"gzip, deflate, br, zstd", "gzip"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(choose_coding(c.value, codings), c.chosen) << c.value;
  EXPECT_EQ(choose_coding("gzip", {}), "identity");
}

TEST(AcceptEncoding, AsksUpstreamOnlyForWhatCanBeDecoded) {
  struct Case {
    const char* value;
    const char* sent;
  };
  const Case cases[] = {
      {"", "identity"},
      {"gzip", "gzip"},
      {"x-gzip", "gzip"},
      {"gzip, deflate, br, zstd", "gzip, deflate"},
      {"br", "identity"},
      {"br;q=1.0, gzip;q=0.8, *;q=0.1", "gzip;q=0.8, deflate;q=0.1, identity;q=0.1"},
      {"*", "gzip, deflate, identity"},
      {"gzip, *;q=0", "gzip, identity;q=0"},
      {"*;q=0", "identity"},
      {"gzip;q=0", "identity"},
      {"gzip;q=0, deflate;q=0.25", "deflate;q=0.25"},
      {"gzip;q=0.001", "gzip;q=0.001"},
      {"identity;q=0, gzip", "gzip, identity;q=0"},
      {"identity;q=0, br", "identity"},
      {"identity;q=0.5, gzip", "gzip, identity;q=0.5"},
      {"gzip;q=bad", "identity"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(narrow_accept_encoding(c.value, codings), c.sent) << c.value;
}

TEST(AcceptEncoding, NarrowingTwiceChangesNothing) {
  for (const char* value :
       {"gzip, br", "*;q=0.4", "deflate;q=0.125, identity;q=0", "", "br;q=0.1"}) {
    const std::string once = narrow_accept_encoding(value, codings);
    EXPECT_EQ(narrow_accept_encoding(once, codings), once) << value;
  }
}

}  // namespace
}  // namespace signgate::http
