// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/descriptor_input.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <istream>
#include <iterator>
#include <string>
#include <thread>

namespace signgate::cli {
namespace {

class DescriptorInputTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe(ends_), 0); }
  void TearDown() override {
    ::close(ends_[0]);
    close_writer();
  }
  void write(const std::string& text) {
    ASSERT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void close_writer() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

  int ends_[2] = {-1, -1};
};

TEST_F(DescriptorInputTest, ReadsToTheEnd) {
  DescriptorInput input(ends_[0]);
  const std::string text(150000, 'x');
  std::thread writer([&] {
    write(text);
    close_writer();
  });
  std::istream in(&input);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text);
  writer.join();
  EXPECT_EQ(input.error(), 0);
}

TEST_F(DescriptorInputTest, SaysWhetherReadingWouldWait) {
  DescriptorInput input(ends_[0]);
  EXPECT_EQ(input.in_avail(), 0);
  write("ab");
  EXPECT_GT(input.in_avail(), 0);
  EXPECT_EQ(input.sbumpc(), 'a');
  EXPECT_EQ(input.in_avail(), 1);
  EXPECT_EQ(input.sbumpc(), 'b');
  EXPECT_EQ(input.in_avail(), 0);
}

TEST_F(DescriptorInputTest, AStopEndsTheWait) {
  DescriptorInput input(ends_[0]);
  std::thread other([&] { input.stop(); });
  EXPECT_EQ(input.sgetc(), std::char_traits<char>::eof());
  other.join();
  write("late");
  EXPECT_EQ(input.sgetc(), std::char_traits<char>::eof());
  EXPECT_EQ(input.error(), 0);
}

TEST(DescriptorInput, TellsWhatEndedIt) {
  const int folder = ::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DescriptorInput input(folder);
  EXPECT_EQ(input.sgetc(), std::char_traits<char>::eof());
  EXPECT_EQ(input.error(), EISDIR);
  ::close(folder);
}

}  // namespace
}  // namespace signgate::cli
