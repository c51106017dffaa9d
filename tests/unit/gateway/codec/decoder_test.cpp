// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/decoder.hpp"

#include <gtest/gtest.h>

#include <random>
#include <utility>

#include "gateway/codec/encoder.hpp"
#include "unit/gateway/codec/samples.hpp"

namespace signgate::codec {
namespace {

using namespace test;

struct Form {
  const char* name;
  Coding coding;
  int window;
};
constexpr Form forms[] = {{"gzip", Coding::gzip, gzip_form},
                          {"deflate in zlib's wrapping", Coding::deflate, zlib_form},
                          {"bare deflate", Coding::deflate, raw_form}};

TEST(Decoder, ReadsWhatGzipWrites) {
  // printf 'hello\n' | gzip -n
  const std::string body(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\x48\xcd\xc9\xc9\xe7\x02\x00\x20\x30\x3a\x36\x06"
      "\x00\x00\x00",
      26);
  const auto outcome = decode_whole(Coding::gzip, body);
  EXPECT_TRUE(outcome.ok) << outcome.error;
  EXPECT_EQ(outcome.text, "hello\n");
}

TEST(Decoder, ReadsEveryOptionalHeaderField) {
  // FTEXT, FHCRC, FEXTRA, FNAME and FCOMMENT of RFC 1952 section 2.3.1, in front of a plain
  // member's body.
  std::string head("\x1f\x8b\x08\x1f\x01\x02\x03\x04\x02\x03\x03\x00xyzname\0comment\0", 28);
  const auto crc =
      crc32(0, reinterpret_cast<const Bytef*>(head.data()), static_cast<uInt>(head.size()));
  head.push_back(static_cast<char>(crc & 0xff));
  head.push_back(static_cast<char>(crc >> 8 & 0xff));
  const std::string body = head + compress("text", gzip_form).substr(10);
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    Decoder decoder(Coding::gzip);
    const std::string_view view = body;
    const auto outcome = decode_pieces(decoder, {view.substr(0, cut), view.substr(cut)}, 64);
    ASSERT_TRUE(outcome.ok) << cut << ": " << outcome.error;
    ASSERT_EQ(outcome.text, "text");
  }
  std::string broken = body;
  broken[20] = 'X';  // FHCRC now differs
  EXPECT_FALSE(decode_whole(Coding::gzip, broken).ok);
}

TEST(Decoder, ReadsWholeBodiesOfAnySize) {
  for (const Form& form : forms) {
    for (const std::size_t size : {0U, 1U, 2U, 100U, 4095U, 4096U, 4097U, 100000U}) {
      for (const int level : {0, 1, 9}) {
        const std::string text = page(size);
        const auto outcome = decode_whole(form.coding, compress(text, form.window, level));
        ASSERT_TRUE(outcome.ok) << form.name << ", " << size << ": " << outcome.error;
        ASSERT_EQ(outcome.text, text) << form.name << ", " << size;
      }
    }
  }
}

TEST(Decoder, SplitsAtEveryOffset) {
  for (const Form& form : forms) {
    const std::string text = page(700);
    const std::string body = compress(text, form.window);
    const std::string_view view = body;
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
      for (const bool last_apart : {false, true}) {
        for (const std::size_t out_size : {1U, 7U, 4096U}) {
          Decoder decoder(form.coding);
          const auto outcome =
              decode_pieces(decoder, {view.substr(0, cut), view.substr(cut)}, out_size, last_apart);
          ASSERT_TRUE(outcome.ok) << form.name << " cut at " << cut << ": " << outcome.error;
          ASSERT_EQ(outcome.text, text) << form.name << " cut at " << cut;
        }
      }
    }
  }
}

TEST(Decoder, SplitsAtRandomCuts) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Form& form = forms[seed % std::size(forms)];
    const std::string text = page(20000, seed);
    std::string body = compress(text, form.window);
    std::string expected = text;
    if (form.coding == Coding::gzip && seed % 2 == 0) {
      body += compress("", gzip_form) + compress(text, gzip_form, 1) + std::string(seed, '\0');
      expected += text;
    }
    Decoder decoder(form.coding);
    const auto outcome =
        decode_pieces(decoder, random_cuts(body, seed, 1 + seed * 7), 1 + seed * 13, seed % 3 == 0);
    ASSERT_TRUE(outcome.ok) << outcome.error;
    ASSERT_EQ(outcome.text, expected);
  }
}

TEST(Decoder, EveryTruncationIsAnError) {
  for (const Form& form : forms) {
    for (const std::size_t size : {0U, 5U, 900U}) {
      const std::string text = page(size);
      const std::string body = compress(text, form.window);
      for (std::size_t length = 1; length < body.size(); ++length) {
        for (const bool last_apart : {false, true}) {
          Decoder decoder(form.coding);
          const auto outcome =
              decode_pieces(decoder, {std::string_view(body).substr(0, length)}, 64, last_apart);
          ASSERT_FALSE(outcome.ok)
              << form.name << " cut down to " << length << " of " << body.size();
          ASSERT_EQ(outcome.code, ErrorCode::coding_failed) << outcome.error;
          ASSERT_TRUE(text.starts_with(outcome.text)) << form.name << " cut down to " << length;
        }
      }
    }
  }
}

TEST(Decoder, TruncationWithinALaterMemberIsAnError) {
  const std::string first = compress("first", gzip_form);
  const std::string both = first + compress("second", gzip_form);
  for (std::size_t length = first.size() + 1; length < both.size(); ++length) {
    ASSERT_FALSE(decode_whole(Coding::gzip, both.substr(0, length)).ok) << length;
  }
  EXPECT_EQ(decode_whole(Coding::gzip, both).text, "firstsecond");
}

TEST(Decoder, AnEmptyBodyIsTheEmptyText) {
  for (const Coding coding : {Coding::identity, Coding::gzip, Coding::deflate}) {
    const auto outcome = decode_whole(coding, "");
    EXPECT_TRUE(outcome.ok) << outcome.error;
    EXPECT_EQ(outcome.text, "");
  }
}

TEST(Decoder, WhatFollowsTheTextIsIgnored) {
  const std::string body = compress("text", gzip_form);
  for (const std::string& tail :
       {std::string(1, '\0'), std::string(1000, '\0'), std::string("garbage"),
        std::string("\x1f\x8a"), std::string("\x1fx"), std::string("\0\x1f\x8b", 3),
        std::string("\x8b\x1f")}) {
    for (std::size_t cut = body.size(); cut <= body.size() + tail.size(); ++cut) {
      const std::string whole = body + tail;
      Decoder decoder(Coding::gzip);
      const std::string_view view = whole;
      const auto outcome = decode_pieces(decoder, {view.substr(0, cut), view.substr(cut)}, 64);
      ASSERT_TRUE(outcome.ok) << outcome.error;
      ASSERT_EQ(outcome.text, "text");
    }
  }
  for (const int window : {zlib_form, raw_form}) {
    const auto outcome = decode_whole(Coding::deflate, compress("text", window) + "garbage");
    EXPECT_TRUE(outcome.ok) << outcome.error;
    EXPECT_EQ(outcome.text, "text");
  }
}

TEST(Decoder, ALaterMemberThatBeginsRightMustGoOnRight) {
  const std::string body = compress("text", gzip_form);
  EXPECT_FALSE(decode_whole(Coding::gzip, body + "\x1f\x8b\x07garbage, to be sure").ok);
  std::string second = compress("more", gzip_form);
  second[second.size() - 5] = static_cast<char>(second[second.size() - 5] ^ 1);  // in its CRC
  EXPECT_FALSE(decode_whole(Coding::gzip, body + second).ok);
}

TEST(Decoder, CorruptBodiesAreErrors) {
  for (const Form& form : forms) {
    const std::string text = page(300);
    const std::string body = compress(text, form.window);
    for (std::size_t i = 0; i < body.size(); ++i) {
      std::string broken = body;
      broken[i] = static_cast<char>(broken[i] ^ 0x10);
      const auto outcome = decode_whole(form.coding, broken);
      // A bare stream has no check value; zlib's and gzip's catch any change of the text.
      if (form.window != raw_form && outcome.ok) {
        ASSERT_EQ(outcome.text, text) << form.name << " at " << i;
      }
    }
  }
  for (const char* garbage : {"<html>not coded at all</html>", "\x1f", "\x1f\x8b", "GIF89a"}) {
    EXPECT_FALSE(decode_whole(Coding::gzip, garbage).ok) << garbage;
  }
  EXPECT_FALSE(decode_whole(Coding::deflate, "\x78\xbb\x01\x02\x03\x04").ok)
      << "a preset dictionary";
  EXPECT_FALSE(decode_whole(Coding::deflate, "x").ok);
}

TEST(Decoder, FailsAgainAfterAFailure) {
  Decoder decoder(Coding::gzip);
  std::array<char, 64> out;
  ASSERT_TRUE(decoder.decode("garbage", false, out).has_error());
  const auto again = decoder.decode(compress("text", gzip_form), true, out);
  ASSERT_TRUE(again.has_error());
  EXPECT_EQ(again.error().code, ErrorCode::coding_failed);
  EXPECT_EQ(again.error().side, Side::upstream);
}

TEST(Decoder, ABombComesInStepsOfTheCallersSize) {
  constexpr std::size_t size = 64 * limits::mib;
  std::string body;
  {
    const std::string zeros(size, '\0');
    body = compress(zeros, gzip_form, 9);
  }
  ASSERT_LT(body.size(), size / 1000);
  Decoder decoder(Coding::gzip);
  std::vector<char> out(limits::decoder_step);
  std::string_view in = body;
  std::size_t total = 0;
  bool done = false;
  while (!done) {
    const auto step = decoder.decode(in, true, out);
    ASSERT_TRUE(step.has_value()) << step.error().detail;
    ASSERT_LE(step->produced, out.size());
    in.remove_prefix(step->consumed);
    total += step->produced;
    done = step->done;
  }
  EXPECT_EQ(total, size);  // deflate itself stays below decoder_ratio
}

TEST(Decoder, TheRatioIsBounded) {
  const std::string body = compress(std::string(limits::mib, '\0'), gzip_form, 9);
  Decoder bounded(Coding::gzip, 100);
  const auto outcome = decode_pieces(bounded, {body}, 4096);
  EXPECT_FALSE(outcome.ok);
  EXPECT_EQ(outcome.code, ErrorCode::coding_failed);
  EXPECT_LE(outcome.text.size(), 100 * body.size() + limits::decoder_step);
  Decoder wide(Coding::gzip, 2000);
  EXPECT_TRUE(decode_pieces(wide, {body}, 4096).ok);
}

// How much comes out of the body, and whether that is all.
std::pair<std::size_t, bool> drain(Decoder& decoder, std::string_view in) {
  std::vector<char> out(limits::decoder_step);
  std::size_t total = 0;
  while (true) {
    const auto step = decoder.decode(in, true, out);
    if (step.has_error()) {
      EXPECT_EQ(step.error().code, ErrorCode::coding_failed);
      return {total, false};
    }
    in.remove_prefix(step->consumed);
    total += step->produced;
    if (step->done) return {total, true};
  }
}

TEST(Decoder, ALongTextHasToBeWorthItsBody) {
  std::string zeros(limits::decoder_bulk, '\0');
  std::mt19937 random(7);
  std::string front;
  while (front.size() < limits::mib)
    front.push_back(static_cast<char>(random() % 256));
  for (const Coding coding : {Coding::gzip, Coding::deflate, Coding::br, Coding::zstd}) {
    const std::string_view name = coding_name(coding);
    zeros.resize(limits::decoder_bulk);
    const auto longest = encode_whole(zeros, coding, 4);
    zeros.resize(limits::decoder_bulk + 4 * limits::decoder_step);
    const auto bomb = encode_whole(zeros, coding, 4);
    ASSERT_TRUE(longest.has_value() && bomb.has_value());
    ASSERT_LT(bomb->size(), zeros.size() / limits::decoder_bulk_ratio) << name;
    // The runs of br and zstd are held to another bound before.
    constexpr std::uint64_t any_ratio = limits::decoder_bulk;
    Decoder first(coding, any_ratio);
    EXPECT_EQ(drain(first, *longest), std::pair(limits::decoder_bulk, true)) << name;
    Decoder second(coding, any_ratio);
    const auto [total, whole] = drain(second, *bomb);
    EXPECT_FALSE(whole) << name;
    EXPECT_LE(total, limits::decoder_bulk) << name;
    // As many zeros, behind what does not shrink.
    const auto text = encode_whole(front + zeros, coding, 4);
    ASSERT_TRUE(text.has_value());
    Decoder third(coding);
    EXPECT_EQ(drain(third, *text), std::pair(front.size() + zeros.size(), true)) << name;
  }
}

TEST(Decoder, HandsOutAtOnceWhatCanBeDecoded) {
  // A member that was flushed, not ended: all of its text is there already.
  z_stream stream{};
  ASSERT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, gzip_form, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string text = "the first part";
  std::array<char, 256> body;
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(body.data());
  stream.avail_out = static_cast<uInt>(body.size());
  ASSERT_EQ(deflate(&stream, Z_SYNC_FLUSH), Z_OK);
  const std::size_t size = stream.total_out;
  deflateEnd(&stream);
  Decoder decoder(Coding::gzip);
  std::array<char, 256> out;
  const auto step = decoder.decode({body.data(), size}, false, out);
  ASSERT_TRUE(step.has_value());
  EXPECT_EQ(std::string_view(out.data(), step->produced), text);
  EXPECT_FALSE(step->done);
}

TEST(Decoder, MayBeMovedInMidStream) {
  const std::string text = page(5000);
  const std::string body = compress(text, gzip_form);
  std::vector<char> out(10000);
  Decoder first(Coding::gzip);
  const auto begun = first.decode(std::string_view(body).substr(0, body.size() / 2), false, out);
  ASSERT_TRUE(begun.has_value());
  Decoder second = std::move(first);
  const auto ended = second.decode(std::string_view(body).substr(begun->consumed), true,
                                   std::span(out).subspan(begun->produced));
  ASSERT_TRUE(ended.has_value()) << ended.error().detail;
  EXPECT_TRUE(ended->done);
  EXPECT_EQ(std::string_view(out.data(), begun->produced + ended->produced), text);
}

}  // namespace
}  // namespace signgate::codec
