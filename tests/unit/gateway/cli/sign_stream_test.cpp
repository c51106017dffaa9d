// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sign_stream.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <sstream>
#include <thread>

#include "gateway/base/limits.hpp"
#include "gateway/cli/descriptor_input.hpp"

namespace signgate::cli {
namespace {

using testing::HasSubstr;

using Warnings = std::vector<std::string>;

signing::Result<std::string> mark(std::string_view line, Warnings& warnings) {
  if (line == "bad") return signing::Error{signing::ErrorCode::bad_url, "it is bad"};
  if (line == "odd") warnings.emplace_back("it is odd");
  return "<" + std::string(line) + ">";
}

struct Outcome {
  bool good;
  std::string out;
  std::string err;
};

Outcome run(const std::string& input, unsigned threads = 3, const LineSigner& sign = mark) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const bool good = sign_stream(sign, threads, in, out, err);
  return {good, out.str(), err.str()};
}

TEST(SignStream, AnswersEachLineInItsPlace) {
  const Outcome outcome = run("a\n\nbad\r\nodd\r\nlast");
  EXPECT_FALSE(outcome.good);
  EXPECT_EQ(outcome.out, "<a>\n\n\n<odd>\n<last>\n");
  EXPECT_EQ(outcome.err,
            "signgate sign: line 3: it is bad\nsigngate sign: line 4: warning: it is odd\n");
  EXPECT_EQ(run("").out, "");
  EXPECT_EQ(run("\n").out, "\n");
  EXPECT_TRUE(run("\n").good);
}

TEST(SignStream, KeepsTheOrderWhateverTheThreadsDo) {
  std::string input;
  std::string wanted;
  for (int i = 0; i < 20000; ++i) {
    input += std::to_string(i) + "\n";
    wanted += "<" + std::to_string(i) + ">\n";
  }
  std::atomic<int> calls = 0;
  const LineSigner uneven = [&calls](std::string_view line, Warnings& warnings) {
    if (++calls % 500 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return mark(line, warnings);
  };
  for (const unsigned threads : {1U, 2U, 7U}) {
    const Outcome outcome = run(input, threads, uneven);
    EXPECT_TRUE(outcome.good);
    EXPECT_EQ(outcome.out, wanted) << threads;
  }
}

TEST(SignStream, BoundsALine) {
  const std::string most(limits::sign_line, 'x');
  const Outcome outcome = run(most + "\n" + most + "y\nz\n");
  EXPECT_FALSE(outcome.good);
  EXPECT_EQ(outcome.out, "<" + most + ">\n\n<z>\n");
  EXPECT_THAT(outcome.err, HasSubstr("line 2: it is longer than 65536 bytes"));
}

// Fails after so many bytes, as a pipe does whose reader has gone.
class Breaking : public std::streambuf {
 public:
  explicit Breaking(std::streamsize room) : room_(room) {}

 protected:
  int_type overflow(int_type) override { return traits_type::eof(); }
  std::streamsize xsputn(const char*, std::streamsize count) override {
    const std::streamsize taken = std::min(count, room_);
    room_ -= taken;
    return taken;
  }

 private:
  std::streamsize room_;
};

TEST(SignStream, StopsReadingWhenTheOutputBreaks) {
  std::string input;
  for (int i = 0; i < 100000; ++i)
    input += "line\n";
  std::istringstream in(input);
  Breaking buffer(1000);
  std::ostream out(&buffer);
  std::ostringstream err;
  std::atomic<int> calls = 0;
  int stops = 0;
  static_cast<void>(sign_stream(
      [&calls](std::string_view line, Warnings& warnings) {
        ++calls;
        return mark(line, warnings);
      },
      2, in, out, err, [&stops] { ++stops; }));
  EXPECT_FALSE(out);
  EXPECT_LT(calls, 50000);
  EXPECT_EQ(stops, 1);
}

TEST(SignStream, ABrokenOutputEndsAWaitForInput) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  ASSERT_EQ(::write(pipe[1], "line\n", 5), 5);
  DescriptorInput input(pipe[0]);
  std::istream in(&input);
  Breaking buffer(0);
  std::ostream out(&buffer);
  std::ostringstream err;
  // The pipe stays open: without the stop this would not end.
  static_cast<void>(sign_stream(mark, 2, in, out, err, [&input] { input.stop(); }));
  EXPECT_FALSE(out);
  EXPECT_EQ(input.error(), 0);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

// Says how many blocks are under way at most while the first one is held up.
TEST(SignStream, HoldsBackTheReader) {
  std::string input;
  for (int i = 0; i < 100000; ++i)
    input += "line\n";
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  std::atomic<std::size_t> calls = 0;
  std::atomic<bool> first = true;
  std::size_t while_held = 0;
  EXPECT_TRUE(sign_stream(
      [&](std::string_view line, Warnings& warnings) {
        ++calls;
        if (first.exchange(false)) {
          std::this_thread::sleep_for(std::chrono::milliseconds(50));
          while_held = calls;
        }
        return mark(line, warnings);
      },
      3, in, out, err));
  EXPECT_LE(while_held, 4 * 3 * limits::sign_block);
}

}  // namespace
}  // namespace signgate::cli
