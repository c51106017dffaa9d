// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/check.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gateway/cli/commands.hpp"
#include "policy/json.hpp"
#include "signing/private_key.hpp"

namespace signgate::cli {
namespace {

class Check : public testing::Test {
 protected:
  Check() {
    std::string pattern = testing::TempDir() + "check_XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~Check() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + '/' + name; }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }

  void write_key(const std::string& name) const {
    write(name, signing::PrivateKey::generate(signing::KeyType::ecdsa_p256).value().pem());
    std::filesystem::permissions(path(name), std::filesystem::perms(0600));
  }

  int check(const CheckOptions& options = {}) {
    out_.str({});
    err_.str({});
    return check_configuration(path("a.toml"), options, out_, err_);
  }

  static constexpr const char* legal =
      "[[server]]\n"
      "[[server.route]]\n"
      "location = '/'\n"
      "return = '200'\n"
      "sign = 'photos'\n"
      "[media.photos]\n"
      "target = 'https://d1.example.net/p/'\n"
      "key = 'K1'\n"
      "[key.K1]\n"
      "private_key = 'k.pem'\n";

  std::string folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Check, SaysThatAConfigurationIsOk) {
  write("a.toml", legal);
  write_key("k.pem");
  EXPECT_EQ(check(), 0);
  EXPECT_EQ(out_.str(), "configuration " + path("a.toml") + " is ok\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Check, RefusesTheIdsThatTheSignerRefuses) {
  std::string text = legal;
  text.replace(text.find("'K1'"), 4, "'K-1'");
  text.replace(text.find("[key.K1]"), 8, "[key.K-1]");
  write("a.toml", text);
  write_key("k.pem");
  EXPECT_EQ(check(), 1);
  EXPECT_NE(err_.str().find("\"K-1\" is not a Key-Pair-Id: 1 to 128 letters and digits"),
            std::string::npos)
      << err_.str();
}

TEST_F(Check, RefusesAScopeThatOpensAnotherRulesLinks) {
  std::string text = legal;
  text.append(
      "[media.outer]\nlinks = ['/o/']\ntarget = 'https://d1.example.net/o/'\nkey = 'K1'\npolicy = "
      "'prefix'\n[media.inner]\ntarget = 'https://d1.example.net/o/raw/'\nkey = 'K1'\n");
  write("a.toml", text);
  write_key("k.pem");
  EXPECT_EQ(check(), 1);
  EXPECT_NE(err_.str().find("would open links of media \"inner\" too"), std::string::npos)
      << err_.str();
}

TEST_F(Check, RefusesCookiesThatNoBrowserTakes) {
  std::string text = legal;
  text.replace(text.find("return = '200'"), 14, "proxy_pass = 'http://127.0.0.1:1'");
  text.replace(text.find("[[server]]\n"), 11,
               "[[server]]\nlisten = '127.0.0.1:80'\nserver_name = 'www.example.org'\n");
  text.replace(text.find("[key.K1]"), 0, "cookies = 'on'\n");
  write("a.toml", text);
  write_key("k.pem");
  EXPECT_EQ(check(), 1);
  EXPECT_EQ(err_.str(),
            path("a.toml") +
                ":11:11: error: cookies = \"on\": the site \"www.example.org\" shares no parent "
                "domain with the target's host \"d1.example.net\" that a cookie could be set "
                "for\ncookies = 'on'\n          ^\n");
  text.replace(text.find("example.org"), 11, "example.net");
  write("a.toml", text);
  EXPECT_EQ(check(), 0);
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Check, WarnsOfCookiesThatDependOnTheHost) {
  std::string text = legal;
  text.replace(text.find("return = '200'"), 14, "proxy_pass = 'http://127.0.0.1:1'");
  text.replace(text.find("[key.K1]"), 0, "cookies = 'on'\n");
  write("a.toml", text);
  write_key("k.pem");
  EXPECT_EQ(check(), 0);
  EXPECT_NE(err_.str().find(":9:11: warning: cookies = \"on\": no server_name says"),
            std::string::npos)
      << err_.str();
}

TEST_F(Check, ReportsErrorsOnStderr) {
  write("a.toml",
        "[[server]]\nlisten = 'x'\n[[server.route]]\nlocation = '/'\nretrun = '200'\nreturn = "
        "'200'\n");
  EXPECT_EQ(check(), 1);
  EXPECT_EQ(out_.str(), "");
  const std::string err = err_.str();
  EXPECT_TRUE(err.starts_with(
      path("a.toml") +
      ":2:11: error: listen \"x\" is not an address to listen on: write \"address:port\", "
      "\"[::]:port\", \"port\", \"*:port\" or \"unix:PATH\"\nlisten = 'x'\n          ^\n" +
      path("a.toml") +
      ":5:1: error: unknown key \"retrun\" in [[server.route]]; did you mean "
      "\"return\"?; legal: "))
      << err;
  EXPECT_TRUE(err.ends_with("\nretrun = '200'\n^\n")) << err;
}

TEST_F(Check, ReportsKeysAtTheirPlace) {
  write("a.toml", legal);
  EXPECT_EQ(check(), 1);
  EXPECT_EQ(err_.str(),
            path("a.toml") + ":10:15: error: private_key \"" + path("k.pem") +
                "\": No such file or directory\nprivate_key = 'k.pem'\n              ^\n");
  write("k.pem", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
  EXPECT_EQ(check(), 1);
  EXPECT_TRUE(err_.str().starts_with(path("a.toml") + ":10:15: error: private_key ")) << err_.str();
  EXPECT_EQ(err_.str().find("c2Vj"), std::string::npos);
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Check, WarnsOfARuleThatNoKeySigns) {
  std::string text = legal;
  write("a.toml", text + "not_after = 2000-01-01T00:00:00Z\n");
  write_key("k.pem");
  EXPECT_EQ(check(), 0);
  EXPECT_NE(err_.str().find(path("a.toml") + ":6:"), std::string::npos) << err_.str();
  EXPECT_NE(err_.str().find("warning: media \"photos\": no key of it may sign now"),
            std::string::npos)
      << err_.str();
  EXPECT_NE(err_.str().find("K1 until 2000-01-01T00:00:00Z"), std::string::npos) << err_.str();
}

TEST_F(Check, WarningsAreNoFailure) {
  write("a.toml", "[[server]]\n");
  EXPECT_EQ(check(), 0);
  EXPECT_EQ(out_.str(), "configuration " + path("a.toml") + " is ok\n");
  EXPECT_TRUE(err_.str().starts_with(path("a.toml") +
                                     ":1:1: warning: this server has no [[server.route]]"));
}

TEST_F(Check, WarnsOfADigestThatTheAwsCliRefuses) {
  write("a.toml", legal + std::string{"hash = 'sha1'\n"});
  write_key("k.pem");
  EXPECT_EQ(check(), 0);
  EXPECT_TRUE(err_.str().starts_with(
      path("a.toml") +
      ":10:15: warning: this is a P-256 key: hash = \"sha1\" is what the AWS CLI refuses for it\n"))
      << err_.str();
}

TEST_F(Check, ReportsAFileThatIsNotThere) {
  EXPECT_EQ(check(), 1);
  EXPECT_EQ(err_.str(), path("a.toml") + ": error: No such file or directory\n");
}

TEST_F(Check, WritesJson) {
  write("a.toml", "\"odd \\\" key\" = 1\n" + std::string{legal});
  write_key("k.pem");
  EXPECT_EQ(check({.json = true}), 1);
  EXPECT_EQ(err_.str(), "");
  const auto parsed = policy::json_parse(out_.str());
  ASSERT_TRUE(parsed) << out_.str();
  EXPECT_NE(out_.str().find(
                "\"line\": 1,\n    \"column\": 1,\n    \"severity\": \"error\",\n    \"message\": "
                "\"unknown key \\\"odd \\\" key\\\" in the top level; legal: "),
            std::string::npos)
      << out_.str();
  write("a.toml", legal);
  EXPECT_EQ(check({.json = true}), 0);
  EXPECT_EQ(out_.str(), "[]\n");
}

TEST_F(Check, IsASubcommand) {
  write("a.toml", "[[server]]\nlisten = 1\n");
  CLI::App app;
  int exit_status = 7;
  add_check(app, exit_status);
  testing::internal::CaptureStderr();
  app.parse("check -c " + path("a.toml"));
  const std::string err = testing::internal::GetCapturedStderr();
  EXPECT_EQ(exit_status, 1);
  EXPECT_NE(
      err.find(":2:10: error: listen must be a string or a list of strings, not an integer\n"),
      std::string::npos)
      << err;
  EXPECT_EQ(err.find('\x1b'), std::string::npos);
  EXPECT_THROW(app.parse("check"), CLI::RequiredError);
}

}  // namespace
}  // namespace signgate::cli
