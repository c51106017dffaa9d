// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/log_file.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "gateway/base/limits.hpp"
#include "gateway/codec/decoder.hpp"

namespace signgate::proxy {
namespace {

const SteadyTime start = std::chrono::steady_clock::now();

class LogFileTest : public testing::Test {
 protected:
  LogFileTest() {
    std::string name = testing::TempDir() + "log-file-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~LogFileTest() override { std::filesystem::remove_all(folder_); }

  LogFile::Settings settings(LogFile::Mode mode = LogFile::Mode::gathered, std::uint64_t buffer = 0,
                             Milliseconds flush = {}) const {
    return {.directive = "access_log",
            .path = "a.log",
            .folder = folder_,
            .mode = mode,
            .buffer = buffer,
            .flush = flush};
  }

  std::shared_ptr<LogFile> open(const LogFile::Settings& settings) {
    auto file = LogFile::open(settings);
    EXPECT_TRUE(file);
    return file ? *file : nullptr;
  }

  std::string text(const std::string& name = "a.log") const {
    std::ifstream in(folder_ + "/" + name);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }

  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(folder_ + "/" + from, folder_ + "/" + to);
  }

  std::string folder_;
};

TEST_F(LogFileTest, GathersLinesUntilATick) {
  const auto file = open(settings());
  file->write("one");
  file->write("two");
  EXPECT_EQ(text(), "");
  EXPECT_FALSE(file->tick(start));
  EXPECT_EQ(text(), "one\ntwo\n");
  EXPECT_FALSE(file->tick(start));
}

TEST_F(LogFileTest, WritesWhatIsGatheredWhenThereIsMuch) {
  const auto file = open(settings());
  const std::string line(1000, 'x');
  for (int i = 0; i < 100; ++i)
    file->write(line);
  EXPECT_GE(text().size(), limits::log_batch);
}

TEST_F(LogFileTest, AppendsToWhatIsThere) {
  std::ofstream(folder_ + "/a.log") << "before\n";
  open(settings())->write("after");
  EXPECT_EQ(text(), "before\nafter\n");
}

TEST_F(LogFileTest, KeepsABufferUntilItIsFull) {
  const auto file = open(settings(LogFile::Mode::buffered, 10));
  file->write("1234");
  EXPECT_FALSE(file->tick(start + std::chrono::hours(1)));
  EXPECT_EQ(text(), "");
  file->write("5678");
  EXPECT_EQ(text(), "1234\n5678\n");
  file->write("9");
  file->flush();
  EXPECT_EQ(text(), "1234\n5678\n9\n");
}

TEST_F(LogFileTest, KeepsABufferNoLongerThanFlushSays) {
  const auto file = open(settings(LogFile::Mode::buffered, 4096, Milliseconds(5000)));
  const SteadyTime before = std::chrono::steady_clock::now();
  file->write("one");
  const SteadyTime after = std::chrono::steady_clock::now();
  EXPECT_TRUE(file->tick(before + Milliseconds(4999)));
  EXPECT_EQ(text(), "");
  EXPECT_FALSE(file->tick(after + Milliseconds(5000)));
  EXPECT_EQ(text(), "one\n");
}

TEST_F(LogFileTest, WritesAtOnceWhereThatIsAsked) {
  const auto file = open(settings(LogFile::Mode::at_once));
  file->write("one");
  EXPECT_EQ(text(), "one\n");
}

TEST_F(LogFileTest, WritesTheRestWhenItEnds) {
  open(settings(LogFile::Mode::buffered, 4096))->write("one");
  EXPECT_EQ(text(), "one\n");
}

TEST_F(LogFileTest, GoesOnInTheFileThatHasThePathNow) {
  const auto file = open(settings());
  file->write("old");
  rename("a.log", "a.log.1");
  file->write("still old");
  ASSERT_TRUE(file->reopen());
  file->write("new");
  file->flush();
  EXPECT_EQ(text("a.log.1"), "old\nstill old\n");
  EXPECT_EQ(text(), "new\n");
}

TEST_F(LogFileTest, KeepsTheOldFileWhenThereIsNoNewOne) {
  const auto file = open(settings());
  rename("a.log", "a.log.1");
  std::filesystem::create_directory(folder_ + "/a.log");
  const auto reopened = file->reopen();
  ASSERT_FALSE(reopened);
  EXPECT_EQ(reopened.error().detail, "access_log \"a.log\" cannot be opened: Is a directory");
  file->write("one");
  file->flush();
  EXPECT_EQ(text("a.log.1"), "one\n");
}

TEST_F(LogFileTest, KeepsWhatCannotBeWrittenAndWritesItLater) {
  std::filesystem::create_symlink("/dev/full", folder_ + "/a.log");
  const auto file = open(settings());
  file->write("one");
  EXPECT_TRUE(file->tick(start));
  file->write("two");
  EXPECT_TRUE(file->tick(std::chrono::steady_clock::now() + std::chrono::hours(1)));
  std::filesystem::remove(folder_ + "/a.log");
  ASSERT_TRUE(file->reopen());
  file->write("three");
  while (file->tick(std::chrono::steady_clock::now()))
    ;
  EXPECT_EQ(text(), "one\ntwo\nthree\n");
  EXPECT_EQ(file->take_lost(), 0U);
}

TEST_F(LogFileTest, CountsWhatIsMoreThanItKeeps) {
  std::filesystem::create_symlink("/dev/full", folder_ + "/a.log");
  LogFile::Settings quiet = settings();
  quiet.reports = false;
  const auto file = open(quiet);
  std::uint64_t lines = 0;
  const std::string line(1023, 'x');
  for (; lines < 4096; ++lines)
    file->write(line);
  EXPECT_EQ(file->take_lost(), 0U);  // not before writing works again
  std::filesystem::remove(folder_ + "/a.log");
  ASSERT_TRUE(file->reopen());
  file->flush();
  const std::uint64_t lost = file->take_lost();
  EXPECT_EQ(text().size() / 1024 + lost, lines);
  EXPECT_GE(text().size(), limits::log_backlog);
  EXPECT_LE(text().size(), 2 * limits::log_backlog + limits::log_batch);
  EXPECT_EQ(file->take_lost(), 0U);
}

TEST_F(LogFileTest, LosesAndDoublesNoLineWhileManyWriteAndFilesChange) {
  const auto file = open(settings(LogFile::Mode::buffered, 512, Milliseconds(1)));
  constexpr int each = 5000;
  std::atomic<bool> done = false;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&file, writer] {
      for (int i = 0; i < each; ++i)
        file->write(std::to_string(writer) + " " + std::to_string(i));
    });
  }
  std::thread ticker([&] {
    while (!done)
      static_cast<void>(file->tick(std::chrono::steady_clock::now()));
  });
  int turns = 0;
  for (; turns < 20; ++turns) {
    rename("a.log", "a.log." + std::to_string(turns));
    ASSERT_TRUE(file->reopen());
    std::this_thread::yield();
  }
  for (std::thread& writer : writers)
    writer.join();
  done = true;
  ticker.join();
  file->flush();
  std::multiset<std::string> lines;
  std::vector<int> last(3, -1);
  for (int turn = 0; turn <= turns; ++turn) {
    std::istringstream in(text(turn == turns ? "a.log" : "a.log." + std::to_string(turn)));
    for (std::string line; std::getline(in, line);) {
      lines.insert(line);
      const int number = std::stoi(line.substr(2));
      int& before = last[static_cast<std::size_t>(line[0] - '0')];
      EXPECT_EQ(number, before + 1) << line;
      before = number;
    }
  }
  EXPECT_EQ(lines.size(), std::size_t{3} * each);
}

TEST_F(LogFileTest, IsSharedByThoseWhoNameItAlike) {
  LogFiles files;
  const auto first = files.open(settings());
  const auto second = files.open(settings());
  const auto third = files.open(settings(LogFile::Mode::buffered, 100));
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(*first, *second);
  EXPECT_NE(*first, *third);
  (*first)->write("one");
  rename("a.log", "a.log.1");
  files.reopen();
  EXPECT_EQ(text("a.log.1"), "one\n");
  (*third)->write("two");
  (*third)->flush();
  EXPECT_EQ(text(), "two\n");
}

std::string unpacked(const std::string& text) {
  codec::Decoder decoder(codec::Coding::gzip);
  std::string_view in = text;
  std::string out;
  std::array<char, 100> room{};
  while (true) {
    const auto step = decoder.decode(in, true, room);
    if (!step) return out + "?";
    in.remove_prefix(step->consumed);
    out.append(room.data(), step->produced);
    if (step->done) return out;
  }
}

TEST_F(LogFileTest, CompressesEachBuffer) {
  LogFile::Settings packed = settings(LogFile::Mode::buffered, 100);
  packed.gzip = 1;
  std::string expected;
  {
    const auto file = open(packed);
    file->write("short");
    EXPECT_EQ(text(), "");
    expected = "short\n";
    for (int i = 0; i < 20; ++i) {
      file->write("a line of some length, number " + std::to_string(i));
      expected += "a line of some length, number " + std::to_string(i) + "\n";
    }
    EXPECT_TRUE(text().starts_with("\x1f\x8b"));
  }
  EXPECT_EQ(unpacked(text()), expected);  // one member after the other, as gzip -d reads them
}

TEST_F(LogFileTest, BeginsANewMemberInANewFile) {
  LogFile::Settings packed = settings(LogFile::Mode::buffered, 1000);
  packed.gzip = 9;
  const auto file = open(packed);
  file->write("one");
  rename("a.log", "a.log.1");
  EXPECT_TRUE(file->reopen());
  file->write("two");
  file->flush();
  EXPECT_EQ(unpacked(text("a.log.1")), "one\n");
  EXPECT_EQ(unpacked(text()), "two\n");
}

}  // namespace
}  // namespace signgate::proxy
