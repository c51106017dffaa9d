// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/log_rule.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

class LogRuleTest : public testing::Test {
 protected:
  LogRuleTest() {
    EXPECT_TRUE(http::parse_request_head(text_, {}, head_));
    values_.request = &head_;
    values_.request_line = head_.line;
    values_.status = 200;
    values_.scheme = "http";
  }

  std::string line(const std::string& format, config::LogEscape escape,
                   const std::vector<std::string>& secrets = {}) const {
    const LogRule rule =
        make_log_rule({.path = "a.log", .format = "mine"}, {{"mine", format, escape}}, secrets);
    std::string out;
    rule.format.append(values_, rule.escape, out);
    return out;
  }

  bool wanted(const std::string& condition) const {
    return make_log_rule({.condition = condition}, {}, {}).is_wanted(values_);
  }

  std::string text_ =
      "GET /a?zero=0&empty=&one=1&Signature=abc HTTP/1.1\r\nHost: h\r\nX-Empty:\r\n"
      "User-Agent: a\"b\\\t\xc3\xa9\r\nAuthorization: Basic am9lOnNlY3JldA==\r\n"
      "Cookie: CloudFront-Signature=sig; CloudFront-Key-Pair-Id=K; theme=dark\r\n\r\n";
  http::RequestHead head_;
  VariableValues values_;
};

TEST_F(LogRuleTest, EscapesByTheFormat) {
  EXPECT_EQ(line("\"$http_user_agent\" $http_none", config::LogEscape::normal),
            "\"a\\x22b\\x5C\\x09\\xC3\\xA9\" -");
  EXPECT_EQ(line("{\"ua\":\"$http_user_agent\",\"no\":\"$http_none\"}", config::LogEscape::json),
            "{\"ua\":\"a\\\"b\\\\\\t\xc3\xa9\",\"no\":\"\"}");
  EXPECT_EQ(line("$http_user_agent|$http_none|", config::LogEscape::none), "a\"b\\\t\xc3\xa9||");
}

// nginx 1.22 was asked.
TEST_F(LogRuleTest, WritesADashForWhatIsMissingAndNothingForWhatIsEmpty) {
  EXPECT_EQ(line("[$http_x_empty][$http_x_none]", config::LogEscape::normal), "[][-]");
  EXPECT_EQ(line("[$arg_empty][$arg_none][$cookie_none]", config::LogEscape::normal), "[][-][-]");
  EXPECT_EQ(line("[$https][$is_args]", config::LogEscape::normal), "[][?]");
}

TEST_F(LogRuleTest, NeverShowsWhatOpensMediaOrProvesWhoAsks) {
  for (const auto escape :
       {config::LogEscape::normal, config::LogEscape::json, config::LogEscape::none}) {
    EXPECT_EQ(line("args=$args", escape), "args=zero=0&empty=&one=1&Signature=***");
    EXPECT_EQ(line("$request", escape), "GET /a?zero=0&empty=&one=1&Signature=*** HTTP/1.1");
    EXPECT_EQ(line("$arg_signature", escape), "***");
    EXPECT_EQ(line("$http_cookie", escape),
              "CloudFront-Signature=***; CloudFront-Key-Pair-Id=K; theme=dark");
    EXPECT_EQ(line("$http_authorization $remote_user", escape), "*** joe");
  }
}

TEST_F(LogRuleTest, KnowsTheBuiltInFormats) {
  EXPECT_FALSE(make_log_rule({.format = "combined"}, {}, {}).format.empty());
  EXPECT_TRUE(make_log_rule({.format = "json"}, {}, {}).format.empty());
  // The configuration may have a format of that name, as nginx's do.
  EXPECT_FALSE(make_log_rule({.format = "json"}, {{"json", "$status", {}}}, {}).format.empty());
}

TEST_F(LogRuleTest, LeavesOutWhatIfSays) {
  EXPECT_TRUE(wanted(""));
  EXPECT_TRUE(wanted("$arg_one"));
  EXPECT_TRUE(wanted("$status"));
  EXPECT_FALSE(wanted("$arg_zero"));
  EXPECT_FALSE(wanted("$arg_empty"));
  EXPECT_FALSE(wanted("$arg_none"));
  EXPECT_TRUE(wanted("$arg_zero$arg_zero"));
  EXPECT_TRUE(wanted("$arg_none$arg_one"));
}

TEST(SecretVariables, AreThoseThatAreSetFromSecrets) {
  config::Config config;
  config.settings.access.auth_request_set = {{"user", "$upstream_http_x_user"},
                                             {"late", "x$early"}};
  config.servers.emplace_back().settings.access.auth_request_set = {
      {"early", "$http_authorization"}};
  config.servers.front().routes.emplace_back().settings.access.auth_request_set = {
      {"sign", "$arg_Signature"}};
  EXPECT_EQ(secret_variables(config), (std::vector<std::string>{"early", "sign", "late"}));
}

TEST_F(LogRuleTest, MasksSecretsUnderAnotherName) {
  DefinedValues defined = {{"mine", "Basic am9lOnNlY3JldA=="}, {"user", "joe"}};
  values_.defined = &defined;
  EXPECT_EQ(line("$mine $user", config::LogEscape::normal, {"mine"}), "*** joe");
}

TEST(ShareBuffers, GivesAFileOneBuffer) {
  std::vector<LogRule> rules(4);
  rules[0].settings = {.path = "a.log"};
  rules[1].settings = {.path = "./a.log", .buffer = 4096, .flush = Milliseconds(5000)};
  rules[2].settings = {.path = "b.log"};
  rules[3].settings = {.path = "a.log", .format = "json"};
  share_buffers(rules);
  for (const std::size_t i : {0U, 1U, 3U}) {
    EXPECT_EQ(rules[i].settings.buffer, 4096U) << i;
    EXPECT_EQ(rules[i].settings.flush, Milliseconds(5000)) << i;
  }
  EXPECT_EQ(rules[2].settings.buffer, 0U);
}

}  // namespace
}  // namespace signgate::route
