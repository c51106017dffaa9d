// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/line_blocks.hpp"

#include <gmock/gmock.h>

#include <random>
#include <sstream>

#include "gateway/base/limits.hpp"

namespace signgate::cli {
namespace {

using testing::ElementsAre;
using Lines = std::vector<std::string>;

// Hands out pieces; between two of them the input pauses.
class Pieces : public std::streambuf {
 public:
  explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}

 protected:
  int_type underflow() override {
    while (next_ < pieces_.size() && pieces_[next_].empty())
      ++next_;
    if (next_ == pieces_.size()) return traits_type::eof();
    std::string& piece = pieces_[next_++];
    setg(piece.data(), piece.data(), piece.data() + piece.size());
    return traits_type::to_int_type(piece.front());
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t next_ = 0;
};

// The lines of all blocks; "?" for one that is too long.
Lines lines_of(std::streambuf& in, Lines* first_block = nullptr) {
  Lines lines;
  LineBlocks blocks(in);
  while (const auto block = blocks.next()) {
    EXPECT_EQ(block->first, lines.size() + 1);
    EXPECT_LE(block->lines.size(), limits::sign_block);
    EXPECT_LT(block->text.size(), limits::sign_block_bytes + limits::sign_line);
    for (const LineBlock::Line& line : block->lines)
      lines.push_back(line.too_long ? "?" : std::string(block->line(line)));
    if (first_block != nullptr && first_block->empty()) *first_block = lines;
  }
  return lines;
}

Lines lines_of(const std::string& text) {
  std::stringbuf in(text);
  return lines_of(in);
}

TEST(LineBlocks, CutsAtLineEnds) {
  EXPECT_THAT(lines_of(""), ElementsAre());
  EXPECT_THAT(lines_of("\n"), ElementsAre(""));
  EXPECT_THAT(lines_of("a"), ElementsAre("a"));
  EXPECT_THAT(lines_of("a\n"), ElementsAre("a"));
  EXPECT_THAT(lines_of("a\r\n\r\n\nb\r"), ElementsAre("a", "", "", "b"));
  EXPECT_THAT(lines_of("a\rb\r\r\n"), ElementsAre("a\rb\r"));
}

TEST(LineBlocks, BoundsALine) {
  const std::string most(limits::sign_line, 'x');
  EXPECT_THAT(lines_of(most + "\r\n" + most + "y\r\n" + most + most + "\nz"),
              ElementsAre(most, "?", "?", "z"));
}

TEST(LineBlocks, ALineThatHasNotEndedHoldsNothingBack) {
  Pieces in({"a\nb\nc", "d\n"});
  Lines first;
  EXPECT_THAT(lines_of(in, &first), ElementsAre("a", "b", "cd"));
  EXPECT_THAT(first, ElementsAre("a", "b"));
}

TEST(LineBlocks, ReadsTheSameHoweverTheInputIsCut) {
  const std::string text = "one\ntwo\r\n\n" + std::string(300, 'x') + "\r\r\nlast";
  const Lines whole = lines_of(text);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    Pieces in({text.substr(0, at), text.substr(at)});
    ASSERT_EQ(lines_of(in), whole) << at;
  }
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = random() % 40;
      pieces.push_back(text.substr(at, length));
      at += length;
    }
    Pieces in(pieces);
    ASSERT_EQ(lines_of(in), whole);
  }
}

}  // namespace
}  // namespace signgate::cli
