// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/answers.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

std::string text(const std::string& top, const std::string& route = {}) {
  return top + "[[server]]\n[[server.route]]\nlocation = '/'\nreturn = '200'\n" + route;
}

const Answers& of_route(const Config& config) {
  return config.servers.at(0).routes.at(0).settings.answers;
}

TEST(Answers, ReadsEveryKey) {
  const Config config = read(
      text("add_header = ['X-A \"b c\" always', 'X-D $host']\nadd_trailer = 'X-T $status'\nexpires "
           "= 'modified 1h'\n"
           "gzip = 'on'\ngzip_comp_level = 9\ngzip_min_length = '1k'\ngzip_types = ['Text/CSS']\n"
           "brotli = 'on'\nbrotli_comp_level = 11\nbrotli_min_length = 5\nbrotli_types = ['*']\n"
           "zstd = 'on'\nzstd_comp_level = 22\nzstd_min_length = 0\nzstd_types = ['text/html']\n"
           "gzip_vary = 'on'\ngzip_proxied = ['expired', 'auth']\ngzip_http_version = '1.0'\n"
           "gzip_disable = ['msie6', '^Bad']\n"));
  Answers expected;
  expected.add_header = {{"X-A", "b c", true}, {"X-D", "$host", false}};
  expected.add_trailer = {{"X-T", "$status", false}};
  expected.expires = "modified 1h";
  expected.gzip = {true, 9, 1024, {"text/html", "text/css"}};
  expected.brotli = {true, 11, 5, {"text/html", "*"}};
  expected.zstd = {true, 22, 0, {"text/html"}};
  expected.gzip_vary = true;
  expected.gzip_proxied = proxied::expired | proxied::auth;
  expected.gzip_http_version = 0;
  expected.gzip_disable = {"msie6", "^Bad"};
  EXPECT_EQ(of_route(config), expected);
}

TEST(Answers, ReplacesAListAndNeverMergesIt) {
  const Config config = read(text("add_header = ['X-A a', 'X-B b']\ngzip_types = ['text/css']\n",
                                  "add_header = ['X-C c']\n"));
  ASSERT_EQ(of_route(config).add_header.size(), 1U);
  EXPECT_EQ(of_route(config).add_header[0].name, "X-C");
  EXPECT_EQ(of_route(config).gzip.types.size(), 2U);
}

TEST(Answers, TellsWhatIsWrongAndWhere) {
  EXPECT_EQ(
      findings(text("add_trailer = ['X-A a', 'Content-Length 5']\n")).at(0),
      "1:26: error: add_trailer cannot set Content-Length: how a message is framed is not for "
      "it to say");
  EXPECT_EQ(findings(text("add_header = ['X-A a', 'X-B $nope x']\n")).size(), 1U);
  EXPECT_EQ(findings(text("expires = 'soon'\n")).at(0).substr(0, 12), "1:12: error:");
  for (const char* line :
       {"gzip_comp_level = 10\n", "brotli_comp_level = 12\n", "zstd_comp_level = 0\n",
        "gzip_types = ['css']\n", "gzip_types = ['text/css; a=b']\n", "gzip_proxied = 'some'\n",
        "gzip_http_version = '2'\n", "gzip_disable = '('\n", "gzip = 'maybe'\n"}) {
    EXPECT_EQ(findings(text(line)).size(), 1U) << line;
  }
}

}  // namespace
}  // namespace signgate::config
