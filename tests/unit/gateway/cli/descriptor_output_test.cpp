// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/descriptor_output.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <ostream>
#include <string>
#include <thread>

namespace signgate::cli {
namespace {

class DescriptorOutputTest : public testing::Test {
 protected:
  DescriptorOutputTest() { EXPECT_EQ(::pipe2(ends_.data(), O_NONBLOCK | O_CLOEXEC), 0); }
  ~DescriptorOutputTest() override {
    for (const int end : ends_)
      ::close(end);
  }

  std::array<int, 2> ends_{};
};

TEST_F(DescriptorOutputTest, WaitsForAReaderThatIsSlow) {
  std::string expected;
  for (int i = 0; i < 40000; ++i)
    expected += "line " + std::to_string(i) + "\n";
  std::string got;
  std::thread reader([&] {
    std::array<char, 3000> bytes{};
    while (got.size() < expected.size()) {
      const ssize_t size = ::read(ends_[0], bytes.data(), bytes.size());
      if (size > 0) got.append(bytes.data(), static_cast<std::size_t>(size));
    }
  });
  DescriptorOutput buffer(ends_[1]);
  std::ostream out(&buffer);
  // In small texts, in one that is larger than any buffer, and letter by letter.
  const std::size_t third = expected.size() / 3;
  for (std::size_t at = 0; at < third; at += 7)
    out << expected.substr(at, std::min<std::size_t>(7, third - at));
  out << expected.substr(third, third);
  for (std::size_t at = 2 * third; at < expected.size(); ++at)
    out.put(expected[at]);
  out.flush();
  EXPECT_TRUE(out);
  reader.join();
  EXPECT_EQ(got, expected);
}

TEST_F(DescriptorOutputTest, FailsWhenNobodyReadsAnyMore) {
  std::signal(SIGPIPE, SIG_IGN);
  ::close(ends_[0]);
  DescriptorOutput buffer(ends_[1]);
  std::ostream out(&buffer);
  out << "text" << std::flush;
  EXPECT_FALSE(out);
  ends_[0] = ends_[1];
  ends_[1] = -1;
}

TEST(DescriptorOutput, FailsWhereThereIsNoDescriptor) {
  DescriptorOutput buffer(-1);
  std::ostream out(&buffer);
  out << std::string(100000, 'x');
  EXPECT_FALSE(out);
}

}  // namespace
}  // namespace signgate::cli
