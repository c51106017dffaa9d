// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/error_log.hpp"

#include <gtest/gtest.h>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <sstream>
#include <string>
#include <vector>

namespace signgate::proxy {
namespace {

class ErrorLogTest : public testing::Test {
 protected:
  ~ErrorLogTest() override {
    set_error_log(std::make_shared<spdlog::sinks::stderr_sink_mt>(), ErrorLevel::notice);
  }

  static ErrorTarget target(std::ostringstream& out, ErrorLevel lowest) {
    return {std::make_shared<spdlog::sinks::ostream_sink_mt>(out), lowest};
  }

  /// What was written, each line without its time, process and thread.
  static std::string said(const std::ostringstream& out) {
    std::string text;
    std::istringstream lines(out.str());
    for (std::string line; std::getline(lines, line);) {
      const std::size_t level = line.find('[');
      const std::size_t begin = line.find(": ");
      EXPECT_NE(begin, std::string::npos) << line;
      text += line.substr(level, line.find(']') - level + 1) + line.substr(begin + 1) + '|';
    }
    return text;
  }

  std::ostringstream first_;
  std::ostringstream second_;
};

TEST_F(ErrorLogTest, ALineGoesToAllWhoseLevelLetsIt) {
  const std::vector<ErrorTarget> targets = {target(first_, ErrorLevel::info),
                                            target(second_, ErrorLevel::error)};
  set_error_log(targets);
  log(ErrorLevel::debug, "a");
  log(ErrorLevel::info, "{}", "b");
  log(ErrorLevel::emerg, "c");
  EXPECT_EQ(said(first_), "[info] b|[emerg] c|");
  EXPECT_EQ(said(second_), "[emerg] c|");
  EXPECT_FALSE(logs(ErrorLevel::debug));
  EXPECT_TRUE(logs(ErrorLevel::info));
}

TEST_F(ErrorLogTest, CanBeTakenElsewhereAtAnyTime) {
  spdlog::logger& logger = error_logger(ErrorLevel::error);
  set_error_log(target(first_, ErrorLevel::error).sink, ErrorLevel::error);
  logger.info("before");
  set_error_log(target(second_, ErrorLevel::error).sink, ErrorLevel::error);
  logger.info("after");
  EXPECT_EQ(said(first_), "[error] before|");
  EXPECT_EQ(said(second_), "[error] after|");
}

TEST_F(ErrorLogTest, ALineSaysWhichConnectionItIsAbout) {
  set_error_log(target(first_, ErrorLevel::error).sink, ErrorLevel::error);
  log_at({.connection = 12}, ErrorLevel::error, "closed {}");
  log_at({}, ErrorLevel::error, "down");
  EXPECT_EQ(said(first_), "[error] *12 closed {}|[error] down|");
}

TEST_F(ErrorLogTest, AServersOwnTakesItsLinesWhileItLives) {
  set_error_log(target(first_, ErrorLevel::error).sink, ErrorLevel::error);
  const std::vector<ErrorTarget> targets = {target(second_, ErrorLevel::info)};
  auto own = std::make_unique<OwnErrorLog>(targets);
  const std::uint32_t number = own->number();
  EXPECT_NE(number, 0U);
  EXPECT_TRUE(logs(ErrorLevel::info, number));
  EXPECT_FALSE(logs(ErrorLevel::info));
  log_at({.connection = 1, .log = number}, ErrorLevel::info, "own");
  EXPECT_EQ(said(first_), "");
  EXPECT_EQ(said(second_), "[info] *1 own|");
  own.reset();
  EXPECT_FALSE(logs(ErrorLevel::info, number));
  log_at({.log = number}, ErrorLevel::error, "late");
  EXPECT_EQ(said(first_), "[error] late|");
  EXPECT_NE(OwnErrorLog(targets).number(), number);
}

}  // namespace
}  // namespace signgate::proxy
