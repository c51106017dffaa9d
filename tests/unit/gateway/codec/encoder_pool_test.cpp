// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/encoder_pool.hpp"

#include <gtest/gtest.h>

#include "gateway/codec/encoder.hpp"
#include "unit/gateway/codec/samples.hpp"

namespace signgate::codec {
namespace {

using namespace test;

std::string encode(EncoderPool* pool, Coding coding, int level, std::string_view text) {
  Encoder encoder(coding, level, pool);
  std::vector<char> out(100000);
  const auto step = encoder.encode(text, Encoder::Flush::finish, out);
  EXPECT_TRUE(step.has_value() && step->done);
  return std::string(out.data(), step->produced);
}

TEST(EncoderPool, AUsedStateEncodesAsAFreshOne) {
  EncoderPool pool;
  for (const Coding coding : {Coding::gzip, Coding::deflate, Coding::gzip, Coding::gzip}) {
    for (const int level : {1, 6, 1}) {
      const std::string text = page(5000, static_cast<std::uint32_t>(level) + 1);
      ASSERT_EQ(encode(&pool, coding, level, text), encode(nullptr, coding, level, text));
    }
  }
  EXPECT_EQ(pool.idle(), 4U) << "two codings, two levels";
}

TEST(EncoderPool, AnEncoderThatStoppedHalfwayLeavesNothingBehind) {
  EncoderPool pool;
  std::array<char, 100> out;
  {
    Encoder halfway(Coding::gzip, 6, &pool);
    ASSERT_TRUE(halfway.encode(page(50000), Encoder::Flush::finish, out).has_value());
    EXPECT_EQ(pool.idle(), 0U);
  }
  EXPECT_EQ(pool.idle(), 1U);
  EXPECT_EQ(encode(&pool, Coding::gzip, 6, "text"), compress("text", gzip_form));
  EXPECT_EQ(pool.idle(), 1U);
}

TEST(EncoderPool, KeepsNoMoreThanItMay) {
  EncoderPool pool(2);
  for (const int level : {1, 2, 3, 4})
    (void)encode(&pool, Coding::gzip, level, "text");
  EXPECT_EQ(pool.idle(), 2U);
  EncoderPool none(0);
  (void)encode(&none, Coding::gzip, 1, "text");
  EXPECT_EQ(none.idle(), 0U);
}

TEST(EncoderPool, EachStateHasOneUser) {
  EncoderPool pool;
  std::array<char, 1000> out;
  {
    Encoder first(Coding::gzip, 1, &pool);
    Encoder second(Coding::gzip, 1, &pool);
    ASSERT_TRUE(first.encode("a", Encoder::Flush::sync, out).has_value());
    ASSERT_TRUE(second.encode("b", Encoder::Flush::sync, out).has_value());
    second = std::move(first);  // its own state goes back
    EXPECT_EQ(pool.idle(), 1U);
    const auto step = second.encode("", Encoder::Flush::finish, out);
    ASSERT_TRUE(step.has_value());
    EXPECT_TRUE(step->done);
  }
  EXPECT_EQ(pool.idle(), 2U);
}

TEST(EncoderPool, KeepsTheMemoryOfOtherCodingsToo) {
  EncoderPool pool;
  for (const int level : {1, 5, 1}) {
    const std::string text = page(20000, static_cast<std::uint32_t>(level));
    for (const Coding coding : {Coding::zstd, Coding::br, Coding::zstd})
      ASSERT_EQ(encode(&pool, coding, level, text), encode(nullptr, coding, level, text));
  }
  EXPECT_EQ(pool.idle(), 1U) << "zstd's one state serves all levels";
}

TEST(EncoderPool, AStreamThatStoppedHalfwayLeavesNothingBehind) {
  for (const Coding coding : {Coding::zstd, Coding::br}) {
    EncoderPool pool;
    std::array<char, 100> out;
    {
      Encoder halfway(coding, 5, &pool);
      ASSERT_TRUE(halfway.encode(page(50000), Encoder::Flush::finish, out).has_value());
    }
    EXPECT_EQ(decode_whole(coding, encode(&pool, coding, 5, "text")).text, "text");
  }
}

TEST(EncoderPool, IdentityNeedsNoState) {
  EncoderPool pool;
  EXPECT_EQ(encode(&pool, Coding::identity, 0, "text"), "text");
  EXPECT_EQ(pool.idle(), 0U);
}

}  // namespace
}  // namespace signgate::codec
