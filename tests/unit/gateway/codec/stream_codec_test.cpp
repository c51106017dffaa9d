// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/stream_codec.hpp"

#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include "unit/gateway/codec/samples.hpp"

namespace signgate::codec {
namespace {

using namespace test;

// Bodies made by the libraries themselves, in one step.
std::string brotli(std::string_view text, int window_bits = 22) {
  std::string body(text.size() + 1000, '\0');
  std::size_t size = body.size();
  EXPECT_EQ(BrotliEncoderCompress(5, window_bits, BROTLI_MODE_GENERIC, text.size(),
                                  reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                                  reinterpret_cast<std::uint8_t*>(body.data())),
            BROTLI_TRUE);
  body.resize(size);
  return body;
}

std::string zstd(std::string_view text) {
  std::string body(ZSTD_compressBound(text.size()), '\0');
  body.resize(ZSTD_compress(body.data(), body.size(), text.data(), text.size(), 5));
  return body;
}

std::string coded(Coding coding, std::string_view text) {
  return coding == Coding::br ? brotli(text) : zstd(text);
}

constexpr Coding codings[] = {Coding::br, Coding::zstd};

TEST(StreamDecoder, ReadsWhatTheLibrariesWrite) {
  for (const Coding coding : codings) {
    for (const std::size_t size : {0U, 1U, 1000U, 300000U}) {
      const std::string text = page(size);
      const auto outcome = decode_whole(coding, coded(coding, text), 777);
      ASSERT_TRUE(outcome.ok) << coding_name(coding) << size << outcome.error;
      ASSERT_EQ(outcome.text, text);
    }
  }
}

TEST(StreamDecoder, ReadsABodyCutAnywhere) {
  const std::string text = page(700);
  for (const Coding coding : codings) {
    const std::string body = coded(coding, text);
    const std::string_view view = body;
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
      for (const bool apart : {false, true}) {
        Decoder decoder(coding);
        const auto outcome =
            decode_pieces(decoder, {view.substr(0, cut), view.substr(cut)}, 64, apart);
        ASSERT_TRUE(outcome.ok) << coding_name(coding) << " at " << cut << ": " << outcome.error;
        ASSERT_EQ(outcome.text, text);
      }
    }
  }
}

TEST(StreamDecoder, ReadsABodyInRandomPieces) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Coding coding = codings[seed % 2];
    const std::string text = page(20000, seed);
    const std::string body = coded(coding, text);
    Decoder decoder(coding);
    const auto outcome = decode_pieces(decoder, random_cuts(body, seed, 200), 1 + seed * 7);
    ASSERT_TRUE(outcome.ok) << outcome.error;
    ASSERT_EQ(outcome.text, text);
  }
}

TEST(StreamDecoder, RefusesABodyThatEndsEarly) {
  for (const Coding coding : codings) {
    const std::string body = coded(coding, page(500));
    for (std::size_t size = 1; size < body.size(); ++size) {
      const auto outcome = decode_whole(coding, std::string_view(body).substr(0, size));
      ASSERT_FALSE(outcome.ok) << coding_name(coding) << " of " << size;
      ASSERT_EQ(outcome.code, ErrorCode::coding_failed);
    }
  }
}

TEST(StreamDecoder, RefusesOtherBytes) {
  for (const Coding coding : codings) {
    const auto outcome = decode_whole(coding, "<html><body>plain text</body></html>");
    EXPECT_FALSE(outcome.ok) << coding_name(coding);
  }
}

TEST(StreamDecoder, TakesAnEmptyBodyForTheEmptyText) {
  for (const Coding coding : codings)
    EXPECT_TRUE(decode_whole(coding, "").ok);
}

TEST(StreamDecoder, ReadsOneZstdFrameAfterAnother) {
  const auto outcome = decode_whole(Coding::zstd, zstd("one ") + zstd("two"));
  ASSERT_TRUE(outcome.ok) << outcome.error;
  EXPECT_EQ(outcome.text, "one two");
  EXPECT_FALSE(decode_whole(Coding::zstd, zstd("one") + "junk").ok);
  EXPECT_FALSE(decode_whole(Coding::zstd, zstd("one") + zstd("two").substr(0, 5)).ok);
}

TEST(StreamDecoder, IgnoresWhatFollowsABrotliStream) {
  const auto outcome = decode_whole(Coding::br, brotli("one") + "junk");
  ASSERT_TRUE(outcome.ok) << outcome.error;
  EXPECT_EQ(outcome.text, "one");
}

TEST(StreamDecoder, RefusesAZstdWindowPastEightMebibytes) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 24);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  std::string body;
  const std::string text = page(100000);
  std::vector<char> room(200000);
  ZSTD_outBuffer to{room.data(), room.size(), 0};
  ZSTD_inBuffer from{text.data(), text.size(), 0};
  ZSTD_compressStream2(context, &to, &from, ZSTD_e_flush);
  ZSTD_compressStream2(context, &to, &from, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  body.assign(room.data(), to.pos);
  EXPECT_FALSE(decode_whole(Coding::zstd, body).ok);
}

TEST(StreamDecoder, BoundsARunByItsInput) {
  const std::string run(40 << 20, 'a');
  for (const Coding coding : codings) {
    const std::string body = coded(coding, run);
    const auto outcome = decode_whole(coding, body, 65536);
    EXPECT_FALSE(outcome.ok) << coding_name(coding) << " " << body.size();
    EXPECT_LT(outcome.text.size(),
              limits::decoder_run + body.size() * limits::decoder_ratio + 65536);
    const auto half = decode_whole(coding, coded(coding, run.substr(0, 8 << 20)), 65536);
    EXPECT_TRUE(half.ok) << coding_name(coding);
  }
}

TEST(StreamEncoder, StaysWithinItsWindow) {
  // A decoder that allows no larger window reads it.
  BlockCache memory(0);
  const std::string text = page(3 << 20);
  const auto encoder = make_stream_encoder(Coding::zstd, 19, memory);
  std::string body(4 << 20, '\0');
  std::string_view in = text;
  std::span<char> out(body);
  ASSERT_EQ(encoder->encode(in, StreamEncoder::Flush::finish, out), true);
  body.resize(body.size() - out.size());
  ZSTD_DCtx* context = ZSTD_createDCtx();
  ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, limits::coding_window_bits);
  std::vector<char> room(4 << 20);
  ZSTD_outBuffer to{room.data(), room.size(), 0};
  ZSTD_inBuffer from{body.data(), body.size(), 0};
  EXPECT_EQ(ZSTD_decompressStream(context, &to, &from), 0U);
  ZSTD_freeDCtx(context);
  EXPECT_EQ(std::string_view(room.data(), to.pos), text);
}

}  // namespace
}  // namespace signgate::codec
