// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/access_log.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace signgate::proxy {
namespace {

class AccessLogTest : public testing::Test {
 protected:
  AccessLogTest() {
    std::string name = testing::TempDir() + "access-log-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    EXPECT_TRUE(http::parse_request_head(text_, {}, head_));
    values_.request = &head_;
    values_.request_line = head_.line;
    values_.status = 200;
    values_.remote_addr = "192.0.2.1";
  }
  ~AccessLogTest() override { std::filesystem::remove_all(folder_); }

  std::string logged(const route::LogRule& rule) {
    LogFiles files;
    auto log = AccessLog::open(rule, folder_, files);
    EXPECT_TRUE(log);
    if (!log) return {};
    (*log)->write(values_);
    (*log)->flush();
    std::ifstream in(folder_ + "/" + rule.settings.path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  std::string folder_;
  std::string text_ =
      "GET /a?n=0&Signature=abc HTTP/1.1\r\nHost: h\r\nReferer: https://r/?Policy=p%3D1\r\n\r\n";
  http::RequestHead head_;
  route::VariableValues values_;
};

TEST_F(AccessLogTest, WritesALineByItsFormat) {
  EXPECT_EQ(
      logged(route::make_log_rule({.path = "logs/a.log", .format = "mine"},
                                  {{"mine", "$remote_addr \"$request\" $http_none", {}}}, {})),
      "192.0.2.1 \"GET /a?n=0&Signature=*** HTTP/1.1\" -\n");
}

TEST_F(AccessLogTest, WritesItsOwnJsonWithoutSignatures) {
  const std::string line = logged(route::make_log_rule({.path = "a", .format = "json"}, {}, {}));
  EXPECT_NE(line.find("\"uri\":\"/a?n=0&Signature=***\""), std::string::npos) << line;
  EXPECT_NE(line.find("\"referer\":\"https://r/?Policy=***\""), std::string::npos) << line;
  EXPECT_NE(line.find("\"upstream_status\":null"), std::string::npos) << line;
}

TEST_F(AccessLogTest, LeavesOutWhatItsConditionSays) {
  EXPECT_EQ(logged(route::make_log_rule({.path = "a", .condition = "$arg_n"}, {}, {})), "");
  EXPECT_NE(logged(route::make_log_rule({.path = "b", .condition = "$status"}, {}, {})), "");
}

TEST_F(AccessLogTest, NamesAFileThatCannotBe) {
  std::ofstream(folder_ + "/file") << "x";
  LogFiles files;
  const auto log =
      AccessLog::open(route::make_log_rule({.path = "file/a.log"}, {}, {}), folder_, files);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().detail, "access_log \"file/a.log\" cannot be opened: Not a directory");
}

TEST_F(AccessLogTest, WritesToTheFileThatVariablesName) {
  LogFiles files;
  const auto log =
      AccessLog::open(route::make_log_rule({.path = "$remote_addr.log", .format = "mine"},
                                           {{"mine", "$status", {}}}, {}),
                      folder_, files);
  ASSERT_TRUE(log);
  (*log)->write(values_);
  values_.remote_addr = "../192.0.2.2";
  (*log)->write(values_);
  files.reopen();
  values_.remote_addr = "192.0.2.3";
  (*log)->write(values_);
  (*log)->flush();
  for (const char* name : {"192.0.2.1.log", "192.0.2.3.log"}) {
    std::ifstream in(folder_ + "/" + name);
    std::string line;
    EXPECT_TRUE(std::getline(in, line));
    EXPECT_EQ(line, "200");
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/../192.0.2.2.log"));
}

}  // namespace
}  // namespace signgate::proxy
