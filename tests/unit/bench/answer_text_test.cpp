// SPDX-License-Identifier: Apache-2.0
#include "bench/answer_text.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "gateway/codec/encoder.hpp"

namespace signgate::bench {
namespace {

std::string coded(codec::Coding coding, std::string_view text) {
  codec::Encoder encoder(coding, 5);
  std::string out;
  std::vector<char> room(65536);
  while (true) {
    const auto step = encoder.encode(text, codec::Encoder::Flush::finish, room);
    text.remove_prefix(step->consumed);
    out.append(room.data(), step->produced);
    if (step->done) return out;
  }
}

TEST(AnswerText, GathersEveryCodingInAnyPieces) {
  std::string text;
  for (int i = 0; i < 9000; ++i)
    text += std::to_string(i) + ' ';
  AnswerText answer(1 << 20);
  for (const auto coding : {codec::Coding::identity, codec::Coding::gzip, codec::Coding::deflate,
                            codec::Coding::br, codec::Coding::zstd}) {
    const std::string body = coded(coding, text);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{777}, body.size()}) {
      answer.begin(codec::coding_name(coding), "text/plain");
      for (std::size_t at = 0; at < body.size(); at += piece)
        answer.add(std::string_view(body).substr(at, piece));
      EXPECT_TRUE(answer.finish() == text) << codec::coding_name(coding) << ", " << piece;
    }
  }
  EXPECT_EQ(answer.media_type(), "text/plain");
}

TEST(AnswerText, KeepsOneByteMoreThanTheLimit) {
  AnswerText answer(100);
  const std::string text(1000, 'x');
  for (const auto coding : {codec::Coding::identity, codec::Coding::gzip}) {
    answer.begin(codec::coding_name(coding), "");
    answer.add(coded(coding, text));
    EXPECT_EQ(answer.finish(), std::string(101, 'x'));
  }
  answer.begin("", "");
  answer.add(text.substr(0, 100));
  EXPECT_EQ(answer.finish(), std::string(100, 'x'));
}

TEST(AnswerText, HasNothingWhereTheCodingIsNotKnownOrBroken) {
  AnswerText answer(100);
  answer.begin("compress", "");
  answer.add("abc");
  EXPECT_EQ(answer.finish(), std::nullopt);
  answer.begin("gzip", "");
  answer.add("no gzip at all");
  EXPECT_EQ(answer.finish(), std::nullopt);
  answer.begin("gzip", "");
  answer.add(coded(codec::Coding::gzip, "abc").substr(0, 12));
  EXPECT_EQ(answer.finish(), std::nullopt) << "it ends early";
  answer.begin("", "");
  EXPECT_EQ(answer.finish(), "") << "and the next one is read again";
}

}  // namespace
}  // namespace signgate::bench
