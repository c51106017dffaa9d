// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/event_loop.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <boost/asio/post.hpp>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "gateway/proxy/error_log.hpp"

namespace signgate::server {
namespace {

TEST(RunLoop, GoesOnAfterWhatAHandlerThrows) {
  std::ostringstream lines;
  const auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(lines);
  proxy::set_error_log(sink, proxy::ErrorLevel::notice);
  boost::asio::io_context context;
  int done = 0;
  for (int i = 0; i < 3; ++i) {
    boost::asio::post(context, [&] { ++done; });
    boost::asio::post(context, [] { throw std::runtime_error("no more of it"); });
  }
  boost::asio::post(context, [&] { ++done; });
  run_loop(context, "a test");
  proxy::set_error_log(std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                       proxy::ErrorLevel::notice);
  EXPECT_EQ(done, 4);
  const std::string text = lines.str();
  std::size_t told = 0;
  for (std::size_t at = text.find("a test goes on after "); at != std::string::npos;
       at = text.find("a test goes on after ", at + 1))
    ++told;
  EXPECT_EQ(told, 3U) << text;
  EXPECT_NE(text.find("[alert]"), std::string::npos) << text;
  EXPECT_NE(text.find("no more of it"), std::string::npos) << text;
}

}  // namespace
}  // namespace signgate::server
