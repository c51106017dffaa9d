// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/log_set.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include "gateway/base/limits.hpp"
#include "gateway/proxy/error_log.hpp"

namespace signgate::proxy {
namespace {

const SteadyTime start = std::chrono::steady_clock::now();

class LogSetTest : public testing::Test {
 protected:
  LogSetTest() {
    std::string name = testing::TempDir() + "log-set-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    set_error_log(std::make_shared<spdlog::sinks::ostream_sink_mt>(said_), ErrorLevel::notice);
  }
  ~LogSetTest() override {
    set_error_log(std::make_shared<spdlog::sinks::stderr_sink_mt>(), ErrorLevel::notice);
    std::filesystem::remove_all(folder_);
  }

  std::string text(const std::string& name) const {
    std::ifstream in(folder_ + "/" + name);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }

  std::string folder_;
  std::ostringstream said_;
};

TEST_F(LogSetTest, AppendsEachLineToItsFile) {
  std::ofstream(folder_ + "/a.log") << "before\n";
  LogSet set("$host.log", folder_, {});
  set.write("a.log", "one");
  set.write("b.log", "two");
  set.write("a.log", "three");
  EXPECT_EQ(text("b.log"), "");
  EXPECT_FALSE(set.tick(start));
  EXPECT_EQ(text("a.log"), "before\none\nthree\n");
  EXPECT_EQ(text("b.log"), "two\n");
  EXPECT_EQ(set.open_files(), 0U);
}

TEST_F(LogSetTest, WritesWhenThereIsMuchAndAtItsEnd) {
  {
    LogSet set("$host.log", folder_, {});
    const std::string line(1000, 'x');
    for (std::size_t i = 0; i <= limits::log_batch / 1000; ++i)
      set.write(i % 2 == 0 ? "a.log" : "b.log", line);
    EXPECT_GT(text("a.log").size() + text("b.log").size(), limits::log_batch - 1100);
    set.write("a.log", "last");
  }
  EXPECT_TRUE(text("a.log").ends_with("last\n"));
}

TEST_F(LogSetTest, BoundsThePathsThatWait) {
  LogSet set("$host.log", folder_, {});
  // Names count as lines do: many files with short lines are written in time as well.
  const std::string name(200, 'x');
  for (std::size_t i = 0; i <= limits::log_batch / 200; ++i)
    set.write(std::to_string(i) + name, "");
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/0" + name));
}

TEST_F(LogSetTest, KeepsFilesOpenAsTheCacheSays) {
  LogSet set("$host.log", folder_, {.max = 2, .inactive = Milliseconds(1000)});
  for (const char* path : {"a.log", "b.log", "c.log"}) {
    set.write(path, "1");
    EXPECT_TRUE(set.tick(start));
  }
  EXPECT_EQ(set.open_files(), 2U);  // the one that was used first is closed
  // What is open goes on, wherever it has been moved.
  std::filesystem::rename(folder_ + "/c.log", folder_ + "/moved");
  std::filesystem::rename(folder_ + "/a.log", folder_ + "/gone");
  set.write("c.log", "2");
  set.write("a.log", "2");
  EXPECT_TRUE(set.tick(start + Milliseconds(500)));
  EXPECT_EQ(text("moved"), "1\n2\n");
  EXPECT_EQ(text("a.log"), "2\n");
  EXPECT_TRUE(set.tick(start + Milliseconds(1499)));
  EXPECT_FALSE(set.tick(start + Milliseconds(1500)));
  EXPECT_EQ(set.open_files(), 0U);
}

TEST_F(LogSetTest, KeepsOpenOnlyWhatIsUsedOften) {
  LogSet set("$host.log", folder_, {.max = 5, .min_uses = 3});
  set.write("a.log", "1");
  set.write("a.log", "2");
  EXPECT_TRUE(set.tick(start));
  EXPECT_EQ(set.open_files(), 0U);
  set.write("a.log", "3");
  EXPECT_TRUE(set.tick(start));
  EXPECT_EQ(set.open_files(), 1U);
  EXPECT_EQ(text("a.log"), "1\n2\n3\n");
}

TEST_F(LogSetTest, LooksForTheFileAgainWhenItIsOld) {
  LogSet set("$host.log", folder_, {.max = 5, .valid = Milliseconds(1000)});
  set.write("a.log", "1");
  EXPECT_TRUE(set.tick(start));
  std::filesystem::rename(folder_ + "/a.log", folder_ + "/moved");
  set.write("a.log", "2");
  EXPECT_TRUE(set.tick(start + Milliseconds(999)));
  set.write("a.log", "3");
  EXPECT_TRUE(set.tick(start + Milliseconds(1000)));
  EXPECT_EQ(text("moved"), "1\n2\n");
  EXPECT_EQ(text("a.log"), "3\n");
}

TEST_F(LogSetTest, GoesOnInNewFilesWhenItIsReopened) {
  LogSet set("$host.log", folder_, {.max = 5});
  set.write("a.log", "1");
  EXPECT_TRUE(set.tick(start));
  std::filesystem::rename(folder_ + "/a.log", folder_ + "/moved");
  set.write("a.log", "2");
  set.reopen();
  EXPECT_EQ(set.open_files(), 0U);
  set.write("a.log", "3");
  EXPECT_TRUE(set.tick(start));
  EXPECT_EQ(text("moved"), "1\n2\n");
  EXPECT_EQ(text("a.log"), "3\n");
}

TEST_F(LogSetTest, TellsOnceASecondWhatIsLost) {
  {
    LogSet set("$host/a.log", folder_, {});
    set.write("none/a.log", "1");
    set.write("none/a.log", "2");
    EXPECT_FALSE(set.tick(start));
    EXPECT_NE(
        said_.str().find("access_log \"$host/a.log\": \"none/a.log\" cannot be opened: No such "
                         "file or directory; 2 lines were lost"),
        std::string::npos)
        << said_.str();
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/none"));
    said_.str("");
    set.write("no\"ne/a.log", "3");
    EXPECT_TRUE(set.tick(start + Milliseconds(500)));
    set.write("no\"ne/a.log", "4");
    EXPECT_TRUE(set.tick(start + Milliseconds(900)));
    EXPECT_EQ(said_.str(), "");
    EXPECT_FALSE(set.tick(start + Milliseconds(1000)));
    EXPECT_NE(said_.str().find("no\\x22ne"), std::string::npos) << said_.str();
    EXPECT_NE(said_.str().find("2 lines were lost"), std::string::npos) << said_.str();
    said_.str("");
    set.refuse("$host", "has a \"/\" or a control character");
    set.refuse("$host", "has a \"/\" or a control character");
  }
  EXPECT_NE(said_.str().find("$host has a \"/\" or a control character; "), std::string::npos)
      << said_.str();
}

TEST_F(LogSetTest, LosesAndDoublesNoLineWhileManyWriteAndFilesChange) {
  constexpr int each = 2000;
  {
    LogSet set("$host.log", folder_, {.max = 2, .valid = Milliseconds(1)});
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
      threads.emplace_back([&set, number] {
        for (int i = 0; i < each; ++i) {
          set.write(std::to_string(i % 3), std::to_string(number * each + i));
          if (i % 50 == 0) static_cast<void>(set.tick(std::chrono::steady_clock::now()));
          if (i % 500 == 0) set.reopen();
        }
      });
    }
    for (std::thread& thread : threads)
      thread.join();
  }
  std::vector<int> seen(4 * each);
  for (const char* name : {"0", "1", "2"}) {
    std::ifstream in(folder_ + "/" + name);
    std::vector<int> last(4, -1);
    for (int line = 0; in >> line;) {
      ++seen.at(static_cast<std::size_t>(line));
      // Lines of one writer keep their order.
      int& before = last.at(static_cast<std::size_t>(line / each));
      EXPECT_LT(before, line);
      before = line;
    }
  }
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), 4 * each);
}

}  // namespace
}  // namespace signgate::proxy
