// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/child.hpp"

#include <gtest/gtest.h>

#include "gateway/cli/demo/folder.hpp"

namespace signgate::cli::demo {
namespace {

bool never() {
  return false;
}
bool at_once() {
  return true;
}

std::vector<std::string> shell(const char* script) {
  return {"/bin/sh", "-c", script};
}

class ChildTest : public testing::Test {
 protected:
  Folder folder = *Folder::make_temporary();
  std::filesystem::path log = folder.path() / "logs/child.log";
  Child child;
};

TEST_F(ChildTest, TellsThePortThatItListensOn) {
  ASSERT_TRUE(child.start(
      shell("echo 'notice: listening on 127.0.0.1:4711 (2 workers)'; exec sleep 60"), log));
  const auto port = child.wait_until_listening(never);
  ASSERT_TRUE(port) << port.error().detail;
  EXPECT_EQ(*port, 4711);
  EXPECT_FALSE(child.has_ended());
  child.stop();
  EXPECT_TRUE(child.has_ended());
}

TEST_F(ChildTest, ThatEndsFirstSaysWhy) {
  ASSERT_TRUE(child.start(shell("echo no such file >&2; exit 3"), log));
  const auto port = child.wait_until_listening(never);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code, ErrorCode::closed);
  EXPECT_NE(port.error().detail.find("no such file"), std::string::npos);
  child.stop();
}

TEST_F(ChildTest, IsAskedAgainUntilTheLineIsWhole) {
  ASSERT_TRUE(child.start(
      shell("printf 'listening on 127.0.0.1:47'; sleep 0.1; echo 12; exec sleep 60"), log));
  const auto port = child.wait_until_listening(never);
  ASSERT_TRUE(port) << port.error().detail;
  EXPECT_EQ(*port, 4712);
}

TEST_F(ChildTest, ThatIsNoProgramEnds) {
  ASSERT_TRUE(child.start({"/nonexistent"}, log));
  const auto port = child.wait_until_listening(never);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code, ErrorCode::closed);
}

TEST_F(ChildTest, IsKilledWhenItWillNotEnd) {
  ASSERT_TRUE(child.start(
      shell("trap '' TERM; echo listening on 127.0.0.1:1; while :; do sleep 1; done"), log));
  ASSERT_TRUE(child.wait_until_listening(never));
  child.stop();
  EXPECT_TRUE(child.has_ended());
}

TEST_F(ChildTest, IsNotWaitedForAfterAnInterrupt) {
  ASSERT_TRUE(child.start(shell("exec sleep 60"), log));
  const auto port = child.wait_until_listening(at_once);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code, ErrorCode::cancelled);
}

TEST_F(ChildTest, NeedsALog) {
  ASSERT_TRUE(folder.write("logs", ""));
  const auto done = child.start(shell("exec sleep 60"), log);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().detail.find("logs/child.log"), std::string::npos);
}

}  // namespace
}  // namespace signgate::cli::demo
