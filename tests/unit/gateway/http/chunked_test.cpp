// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/chunked.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "gateway/base/limits.hpp"

namespace signgate::http {
namespace {

using namespace std::literals;

// What a decoder made of a body: its data, then how it stands.
struct Outcome {
  std::string data;
  std::string state;         // "done", "more", "error"
  std::size_t consumed = 0;  // where the body ended; 0 unless done
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << outcome.state << " after " << outcome.consumed << " with \"" << outcome.data << '"';
}

// `cuts` are the ends of the pieces, rising; the last piece ends with the bytes.
Outcome decode(std::string_view bytes, const std::vector<std::size_t>& cuts = {}) {
  ChunkedDecoder decoder(Side::client);
  Outcome outcome;
  std::size_t at = 0;
  std::vector<std::size_t> ends = cuts;
  ends.push_back(bytes.size());
  for (const std::size_t end : ends) {
    while (at < end) {
      const std::string_view in = bytes.substr(at, end - at);
      const auto step = decoder.next(in);
      if (!step) {
        EXPECT_EQ(step.error().side, Side::client);
        EXPECT_EQ(error_status(step.error()), 400);
        return {outcome.data, "error"};
      }
      EXPECT_GT(step->consumed, 0U);
      EXPECT_LE(step->consumed, in.size());
      if (!step->data.empty()) {
        // A view into the input, ending where the step ended: nothing was copied.
        EXPECT_EQ(step->data.data() + step->data.size(), in.data() + step->consumed);
      }
      outcome.data += step->data;
      at += step->consumed;
      if (step->done) return {outcome.data, "done", at};
    }
  }
  outcome.state = "more";
  return outcome;
}

struct Case {
  std::string_view bytes;
  std::string_view data;
  std::string_view state;
};

const std::vector<Case> cases = {
    {"0\r\n\r\n", "", "done"},
    {"5\r\nhello\r\n0\r\n\r\n", "hello", "done"},
    {"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", "hello", "done"},
    {"A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789", "done"},
    {"5\r\nhello\r\n000\r\n\r\n", "hello", "done"},
    {"0000000000000005\r\nhello\r\n0\r\n\r\n", "hello", "done"},
    {"4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n", "done"},
    {"3\r\n\0\xff\n\r\n0\r\n\r\n"sv, "\0\xff\n"sv, "done"},
    // Extensions are dropped, trailers too.
    {"5;a=b\r\nhello\r\n0;c\r\n\r\n", "hello", "done"},
    {"5;a=\"b;\\\"c\"\r\nhello\r\n0\r\n\r\n", "hello", "done"},
    {"5 ; a = b\r\nhello\r\n0\r\n\r\n", "hello", "done"},
    {"5;\r\nhello\r\n0\r\n\r\n", "hello", "done"},
    {"5 \r\nhello\r\n0\t \r\n\r\n", "hello", "done"},
    {"5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n", "hello", "done"},
    {"5\r\nhello\r\n0\r\nX-T: 1\r\nContent-Length: 99\r\n\r\n", "hello", "done"},
    // Not yet whole.
    {"", "", "more"},
    {"5", "", "more"},
    {"5\r", "", "more"},
    {"5\r\n", "", "more"},
    {"5\r\nhel", "hel", "more"},
    {"5\r\nhello", "hello", "more"},
    {"5\r\nhello\r", "hello", "more"},
    {"5\r\nhello\r\n", "hello", "more"},
    {"5\r\nhello\r\n0", "hello", "more"},
    {"5\r\nhello\r\n0\r\n", "hello", "more"},
    {"5\r\nhello\r\n0\r\n\r", "hello", "more"},
    {"5\r\nhello\r\n0\r\nX-T: 1\r\n", "hello", "more"},
    {"5\r\nhello\r\n0\r\nXX", "hello", "more"},
    {"5;a", "", "more"},
    {"7fffffffffffffff\r\nhello\r\n0\r\n\r\n", "hello\r\n0\r\n\r\n", "more"},
    // Sizes.
    {"g\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"-5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"+5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"+0\r\n\r\n", "", "error"},
    {"0x5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"0x0\r\n\r\n", "", "error"},
    {"0_5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"5.0\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"5,\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"5these\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"\r\nhello\r\n0\r\n\r\n", "", "error"},
    {";a\r\nhello\r\n0\r\n\r\n", "", "error"},
    {" 5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"\t5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"0 5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"5 5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"5\tx\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"0 \t x\r\n\r\n", "", "error"},
    {"8000000000000000\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"ffffffffffffffff\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"10000000000000005\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"00000000000000005\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"ffffffffffffffffffffffffffffffff5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"\xd9\xa5\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"5\0\r\nhello\r\n0\r\n\r\n"sv, "", "error"},
    {"5\v\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"\"5\"\r\nhello\r\n0\r\n\r\n", "", "error"},
    // Line ends.
    {"5\nhello\n0\n\n", "", "error"},
    {"5\nhello\r\n0\r\n\r\n", "", "error"},
    {"5\rhello\r0\r\r", "", "error"},
    {"5\r\nhello\n0\r\n\r\n", "hello", "error"},
    {"5\r\nhello\r0\r\n\r\n", "hello", "error"},
    {"5\r\nhello0\r\n\r\n", "hello", "error"},
    {"5\r\nhelloXX\r\n0\r\n\r\n", "hello", "error"},
    {"5\r\nhelloXX0\r\n\r\n", "hello", "error"},
    {"6\r\nhello\r\n0\r\n\r\n", "hello\r", "error"},
    {"5\r\nhello\r\n\r\n0\r\n\r\n", "hello", "error"},
    {"5\r\nhello\r\n0\n\r\n", "hello", "error"},
    {"5\r\nhello\r\n0\r\n\n", "hello", "error"},
    {"5\r\nhello\r\n0\r\nX-T: 1\n\r\n", "hello", "error"},
    {"5\r\nhello\r\n0\r\nX-T: 1\rX\r\n\r\n", "hello", "error"},
    {"5\r\nhello\r\n0\r\n\rX", "hello", "error"},
    {"5\r\nhello\r\n0\r\nX: \0\r\n\r\n"sv, "hello", "error"},
    {"5;\nhello\r\n0\r\n\r\n", "", "error"},
    {"5;a\nhello\r\n0\r\n\r\n", "", "error"},
    {"5;a\rb\r\nhello\r\n0\r\n\r\n", "", "error"},
    {"5;\0\r\nhello\r\n0\r\n\r\n"sv, "", "error"},
    {"5 \nhello\r\n0\r\n\r\n", "", "error"},
};

TEST(ChunkedDecoder, WholeBodies) {
  for (const auto& [bytes, data, state] : cases) {
    const Outcome outcome = decode(bytes);
    EXPECT_EQ(outcome.data, data) << bytes;
    EXPECT_EQ(outcome.state, state) << bytes;
    if (state == "done") {
      EXPECT_EQ(outcome.consumed, bytes.size()) << bytes;
    }
  }
}

TEST(ChunkedDecoder, SplitAtEveryOffset) {
  for (const Case& entry : cases) {
    const Outcome whole = decode(entry.bytes);
    for (std::size_t cut = 0; cut <= entry.bytes.size(); ++cut) {
      ASSERT_EQ(decode(entry.bytes, {cut}), whole) << entry.bytes << " cut at " << cut;
    }
  }
}

TEST(ChunkedDecoder, ByteByByteAndAtRandomCuts) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (const Case& entry : cases) {
    const Outcome whole = decode(entry.bytes);
    std::vector<std::size_t> every;
    for (std::size_t at = 1; at < entry.bytes.size(); ++at)
      every.push_back(at);
    ASSERT_EQ(decode(entry.bytes, every), whole) << entry.bytes;
    for (int round = 0; round < 20; ++round) {
      std::vector<std::size_t> cuts(random() % 6);
      for (std::size_t& cut : cuts)
        cut = random() % (entry.bytes.size() + 1);
      std::sort(cuts.begin(), cuts.end());
      ASSERT_EQ(decode(entry.bytes, cuts), whole) << entry.bytes;
    }
  }
}

TEST(ChunkedDecoder, ALongBodyComesOutUnchanged) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  std::string data;
  std::string coded;
  for (int chunk = 0; chunk < 300; ++chunk) {
    std::string piece(1 + random() % 2000, '\0');
    for (char& c : piece)
      c = static_cast<char>(random());
    char size[20];
    std::snprintf(size, sizeof size, chunk % 2 == 0 ? "%zx" : "%04zX", piece.size());
    data += piece;
    coded += std::string(size) + (chunk % 3 == 0 ? ";x=1" : "") + "\r\n" + piece + "\r\n";
  }
  coded += "0\r\nX-T: 1\r\n\r\n";
  std::vector<std::size_t> cuts(500);
  for (std::size_t& cut : cuts)
    cut = random() % coded.size();
  std::sort(cuts.begin(), cuts.end());
  const Outcome outcome = decode(coded, cuts);
  EXPECT_EQ(outcome.state, "done");
  EXPECT_EQ(outcome.consumed, coded.size());
  EXPECT_TRUE(outcome.data == data);
}

TEST(ChunkedDecoder, WhatFollowsTheBodyIsNotConsumed) {
  const std::string_view body = "5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n";
  for (const std::string_view next : {"GET / HTTP/1.1\r\n\r\n"sv, "\0"sv, "0\r\n\r\n"sv}) {
    const std::string bytes = std::string(body) + std::string(next);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      const Outcome outcome = decode(bytes, {cut});
      ASSERT_EQ(outcome.state, "done");
      ASSERT_EQ(outcome.consumed, body.size());
    }
  }
}

TEST(ChunkedDecoder, AfterTheEndNothingIsConsumed) {
  ChunkedDecoder decoder(Side::client);
  ASSERT_TRUE(decoder.next("0\r\n\r\n")->done);
  for (const std::string_view more : {"", "GET / HTTP/1.1\r\n\r\n", "1\r\nx\r\n"}) {
    const auto step = decoder.next(more);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->consumed, 0U);
    EXPECT_EQ(step->data, "");
    EXPECT_TRUE(step->done);
  }
}

TEST(ChunkedDecoder, DataLeavesAsItComes) {
  ChunkedDecoder decoder(Side::upstream);
  const auto step = decoder.next("a\r\nhel");
  ASSERT_TRUE(step);
  EXPECT_EQ(step->consumed, 6U);
  EXPECT_EQ(step->data, "hel");
  EXPECT_FALSE(step->done);
  const auto nothing = decoder.next("");
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->consumed, 0U);
  EXPECT_EQ(nothing->data, "");
  EXPECT_FALSE(nothing->done);
}

TEST(ChunkedDecoder, ExtensionsAreBoundedByTheLine) {
  const auto with = [](std::size_t size) {
    return "5;" + std::string(size, 'x') + "\r\nhello\r\n0\r\n\r\n";
  };
  EXPECT_EQ(decode(with(limits::chunk_line - 100)).state, "done");
  EXPECT_EQ(decode(with(limits::chunk_line + 1)).state, "error");
  EXPECT_EQ(decode("5" + std::string(limits::chunk_line + 1, ' ')).state, "error");
  // Each line anew.
  std::string many;
  for (int chunk = 0; chunk < 8; ++chunk) {
    many += "1;" + std::string(limits::chunk_line / 2, 'x') + "\r\nz\r\n";
  }
  EXPECT_EQ(decode(many + "0\r\n\r\n").data, "zzzzzzzz");
}

TEST(ChunkedDecoder, TrailersAreBoundedAltogether) {
  const auto with = [](std::size_t lines) {
    std::string bytes = "0\r\n";
    for (std::size_t i = 0; i < lines; ++i)
      bytes += "X-T: tttttttttttttttttttttttttt\r\n";
    return bytes + "\r\n";
  };
  EXPECT_EQ(decode(with(100)).state, "done");
  EXPECT_EQ(decode(with(limits::trailer_section / 32)).state, "error");
  EXPECT_EQ(decode("0\r\n" + std::string(limits::trailer_section + 1, 'x')).state, "error");
}

TEST(ChunkedDecoder, ErrorsBelongToTheSideThatSent) {
  ChunkedDecoder decoder(Side::upstream);
  const auto step = decoder.next("nonsense");
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().side, Side::upstream);
  EXPECT_EQ(step.error().code, ErrorCode::bad_response);
  EXPECT_EQ(error_status(step.error()), 502);
}

}  // namespace
}  // namespace signgate::http
