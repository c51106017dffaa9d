// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/encoder.hpp"

#include <gtest/gtest.h>

#include "unit/gateway/codec/samples.hpp"

namespace signgate::codec {
namespace {

using namespace test;
using Flush = Encoder::Flush;

constexpr Coding codings[] = {Coding::identity, Coding::gzip, Coding::deflate, Coding::br,
                              Coding::zstd};

// Encodes one piece to its end and appends what comes out.
void encode_piece(Encoder& encoder, std::string_view in, Flush flush, std::size_t out_size,
                  std::string& body) {
  std::vector<char> out(out_size);
  for (int steps = 0;; ++steps) {
    ASSERT_LT(steps, 1000000) << "no progress";
    const auto step = encoder.encode(in, flush, out);
    ASSERT_TRUE(step.has_value()) << step.error().detail;
    ASSERT_LE(step->produced, out.size());
    body.append(out.data(), step->produced);
    in.remove_prefix(step->consumed);
    if (step->done) break;
  }
  ASSERT_TRUE(in.empty());
}

TEST(Encoder, WritesWhatTheDecoderReads) {
  for (const Coding coding : codings) {
    for (const std::size_t size : {0U, 1U, 1000U, 32768U, 200000U}) {
      for (const int level : {1, 6, 9}) {
        for (const std::size_t out_size :
             {Encoder::min_out, std::size_t{100}, limits::encoder_step}) {
          const std::string text = page(size);
          Encoder encoder(coding, level);
          std::string body;
          encode_piece(encoder, text, Flush::finish, out_size, body);
          const auto outcome = decode_whole(coding, body);
          ASSERT_TRUE(outcome.ok) << outcome.error;
          ASSERT_EQ(outcome.text, text);
        }
      }
    }
  }
}

TEST(Encoder, WritesTheFormThatEachCodingNames) {
  std::string gzip;
  Encoder gzip_encoder(Coding::gzip, 6);
  encode_piece(gzip_encoder, "text", Flush::finish, 100, gzip);
  EXPECT_EQ(gzip, compress("text", gzip_form));
  EXPECT_EQ(gzip.substr(4, 4), std::string(4, '\0')) << "no time stamp";
  std::string deflate;
  Encoder deflate_encoder(Coding::deflate, 6);
  encode_piece(deflate_encoder, "text", Flush::finish, 100, deflate);
  EXPECT_EQ(deflate, compress("text", zlib_form));
}

TEST(Encoder, SplitsAtEveryOffset) {
  const std::string text = page(400);
  const std::string_view view = text;
  for (const Coding coding : codings) {
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Encoder encoder(coding, 6);
      std::string body;
      encode_piece(encoder, view.substr(0, cut), Flush::none, 64, body);
      encode_piece(encoder, view.substr(cut), Flush::finish, 64, body);
      const auto outcome = decode_whole(coding, body);
      ASSERT_TRUE(outcome.ok) << cut << ": " << outcome.error;
      ASSERT_EQ(outcome.text, text) << cut;
    }
  }
}

TEST(Encoder, ASyncFlushMakesAllBytesSoFarDecodable) {
  for (const Coding coding : codings) {
    for (const std::size_t out_size :
         {std::size_t{16}, std::size_t{17}, std::size_t{23}, std::size_t{4096}}) {
      const std::string text = page(6000);
      Encoder encoder(coding, 6);
      Decoder decoder(coding);
      std::string so_far;
      std::size_t sent = 0;
      std::vector<char> out(10000);
      for (std::size_t size = 1; sent < text.size(); size = size * 2 + 1) {
        const std::string_view piece = std::string_view(text).substr(sent, size);
        sent += piece.size();
        std::string body;
        encode_piece(encoder, piece, Flush::sync, out_size, body);
        const auto step = decoder.decode(body, false, out);
        ASSERT_TRUE(step.has_value()) << step.error().detail;
        ASSERT_EQ(step->consumed, body.size());
        so_far.append(out.data(), step->produced);
        ASSERT_EQ(so_far, std::string_view(text).substr(0, sent))
            << "after " << sent << ", out " << out_size;
      }
      std::string body;
      encode_piece(encoder, "", Flush::finish, out_size, body);
      const auto step = decoder.decode(body, true, out);
      ASSERT_TRUE(step.has_value());
      EXPECT_TRUE(step->done);
    }
  }
}

TEST(Encoder, AFlushWithNothingToFlushIsDone) {
  for (const Coding coding : codings) {
    Encoder encoder(coding, 1);
    std::array<char, 256> out;
    ASSERT_TRUE(encoder.encode("abc", Flush::sync, out)->done);
    const auto again = encoder.encode("", Flush::sync, out);
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(again->done);
    EXPECT_EQ(again->produced, 0U);
  }
}

TEST(Encoder, TakesTheWholeRangeOfLevels) {
  const std::string text = page(20000);
  const auto check = [&](Coding coding, int level) {
    Encoder encoder(coding, level);
    std::string body;
    encode_piece(encoder, text, Flush::finish, 4096, body);
    EXPECT_LT(body.size(), text.size());
    EXPECT_EQ(decode_whole(coding, body).text, text) << level;
  };
  for (const int level : {0, 1, 5, 6, 9, 11})
    check(Coding::br, level);
  for (const int level : {1, 3, 9, 19, 22})
    check(Coding::zstd, level);
}

TEST(Encoder, RandomCutsAndFlushes) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const Coding coding = codings[seed % std::size(codings)];
    const std::string text = page(30000, seed);
    Encoder encoder(coding, 1 + static_cast<int>(seed % 9));
    std::string body;
    for (const std::string_view piece : random_cuts(text, seed, 3000)) {
      encode_piece(encoder, piece, random() % 3 == 0 ? Flush::sync : Flush::none,
                   16 + random() % 500, body);
    }
    encode_piece(encoder, "", Flush::finish, 16 + random() % 50, body);
    const auto outcome = decode_whole(coding, body);
    ASSERT_TRUE(outcome.ok) << outcome.error;
    ASSERT_EQ(outcome.text, text);
  }
}

TEST(Encoder, StaysDoneAfterItsEnd) {
  for (const Coding coding : codings) {
    Encoder encoder(coding, 6);
    std::string body;
    encode_piece(encoder, "text", Flush::finish, 64, body);
    std::array<char, 64> out;
    const auto again = encoder.encode("", Flush::finish, out);
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(again->done);
    EXPECT_EQ(again->produced, 0U);
  }
}

TEST(Encoder, CountsWhatItTakesAndMakes) {
  const std::string text = page(3000);
  for (const Coding coding : codings) {
    Encoder encoder(coding, 6);
    std::string body;
    encode_piece(encoder, std::string_view(text).substr(0, 1000), Flush::sync, 64, body);
    EXPECT_EQ(encoder.sizes().plain, 1000U);
    encode_piece(encoder, std::string_view(text).substr(1000), Flush::finish, 64, body);
    const Encoder moved = std::move(encoder);
    EXPECT_EQ(moved.sizes().plain, text.size());
    EXPECT_EQ(moved.sizes().coded, body.size());
  }
}

TEST(Encoder, MayBeMovedInMidStream) {
  const std::string text = page(3000);
  Encoder first(Coding::gzip, 6);
  std::string body;
  encode_piece(first, std::string_view(text).substr(0, 1000), Flush::none, 4096, body);
  Encoder second = std::move(first);
  encode_piece(second, std::string_view(text).substr(1000), Flush::finish, 4096, body);
  EXPECT_EQ(decode_whole(Coding::gzip, body).text, text);
}

TEST(EncodeWhole, CodesAllOfIt) {
  const std::string text(10000, 'x');
  for (const Coding coding : {Coding::gzip, Coding::br}) {
    const auto coded = encode_whole(text, coding, 1);
    ASSERT_TRUE(coded);
    EXPECT_LT(coded->size(), text.size());
    EXPECT_EQ(decode_whole(coding, *coded).text, text);
  }
}

}  // namespace
}  // namespace signgate::codec
