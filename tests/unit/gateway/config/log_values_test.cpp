// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/log_values.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/unit/gateway/config/readings.hpp"

namespace signgate::config {
namespace {

constexpr std::array<std::string_view, 3> formats = {"combined", "json", "main"};

void expect_flaw(std::string_view text, std::size_t offset, std::string_view message) {
  const auto log = parse_access_log(text, formats);
  ASSERT_FALSE(log) << text;
  EXPECT_EQ(log.error().offset, offset) << text;
  EXPECT_NE(log.error().message.find(message), std::string::npos)
      << text << ": " << log.error().message;
}

AccessLog parsed(std::string_view text) {
  const auto log = parse_access_log(text, formats);
  EXPECT_TRUE(log) << text;
  return log ? *log : AccessLog{};
}

TEST(ParseAccessLog, ReadsPathFormatAndParameters) {
  EXPECT_EQ(parsed("a.log"), (AccessLog{.path = "a.log"}));
  EXPECT_EQ(parsed("stderr json"), (AccessLog{.path = "stderr", .format = "json"}));
  EXPECT_EQ(parsed("a.log main buffer=32k flush=5s if=$arg_log"),
            (AccessLog{.path = "a.log",
                       .format = "main",
                       .buffer = 32768,
                       .flush = Milliseconds(5000),
                       .condition = "$arg_log"}));
  EXPECT_EQ(parsed("a.log main if=x${status}y flush=1m buffer=1"),
            (AccessLog{.path = "a.log",
                       .format = "main",
                       .buffer = 1,
                       .flush = Milliseconds(60000),
                       .condition = "x${status}y"}));
  EXPECT_EQ(parsed("'a b.log'  main"), (AccessLog{.path = "a b.log", .format = "main"}));
}

TEST(ParseAccessLog, RefusesOthersWithWhatIsLegal) {
  expect_flaw("", 0, "is not a log");
  expect_flaw("off main", 0, "is not a log");
  expect_flaw("syslog:server=a", 0, "cannot go to syslog");
  expect_flaw("a.log mian", 6,
              "unknown format \"mian\"; did you mean \"main\"?; legal: \"combined\"");
  expect_flaw("a.log buffer=32k", 6, "the format stands in front of the parameters");
  expect_flaw("a.log main gzip=0", 16, "has a gzip= that is no level from 1 to 9");
  expect_flaw("a.log main gzip=10", 16, "no level from 1 to 9");
  expect_flaw("a.log main gzip=", 16, "no level from 1 to 9");
  expect_flaw("stderr main gzip", 12, "cannot compress what goes to stderr");
  expect_flaw("a.log main gzip gzip=1", 16, "has gzip= twice");
  expect_flaw("$hots.log", 0, "unknown variable \"$hots\"; did you mean \"$host\"?");
  expect_flaw("a-$host.log main buffer=32k", 17, "such a log takes no buffer= and no gzip");
  expect_flaw("a-$host.log main gzip", 17, "such a log takes no buffer= and no gzip");
  expect_flaw("a-$host.log main flush=1s", 17, "has flush= without buffer=");
  expect_flaw("a.log main buffer=0", 18, "from 1 to 67108864 bytes");
  expect_flaw("a.log main buffer=65m", 18, "from 1 to 67108864 bytes");
  expect_flaw("a.log main buffer=many", 18, "wrong buffer=");
  expect_flaw("a.log main buffer", 11, "unknown parameter \"buffer\"; legal: buffer=SIZE");
  expect_flaw("a.log main buffer=1k flush=0", 27, "not above 0");
  expect_flaw("a.log main buffer=1k flush=soon", 27, "wrong flush=");
  expect_flaw("a.log main flush=5s", 11, "flush= without buffer=");
  expect_flaw("a.log main if=", 14, "if= without a value");
  expect_flaw("a.log main if=$sttus", 14, "unknown variable \"$sttus\"; did you mean \"$status\"?");
  expect_flaw("a.log main buffer=1k buffer=1k", 21, "buffer= twice");
  expect_flaw("a.log main 'if=$status", 11, "quote that is not closed");
}

TEST(ParseLogEscape, ReadsNginxsWords) {
  EXPECT_EQ(*parse_log_escape("default"), LogEscape::normal);
  EXPECT_EQ(*parse_log_escape("json"), LogEscape::json);
  EXPECT_EQ(*parse_log_escape("none"), LogEscape::none);
  EXPECT_EQ(parse_log_escape("js").error().message,
            R"(cannot be "js"; legal: "default", "json", "none")");
}

TEST(CheckLogFormatName, TakesOneWordThatIsNotBuiltIn) {
  EXPECT_TRUE(check_log_format_name("main"));
  EXPECT_TRUE(check_log_format_name("json"));
  EXPECT_FALSE(check_log_format_name("combined"));
  for (const char* name : {"", "a b", "'a'", "\"", " a"})
    EXPECT_FALSE(check_log_format_name(name)) << name;
}

TEST(ReadLogFormats, ReadsTextsAndTables) {
  const Config config = read(
      "access_log = 'a.log later'\n[log_format]\nmain = '$remote_addr \"$request\"'\n"
      "later = { format = '{\"s\":$status}', escape = 'json' }\nplain.format = '$uri'\n"
      "plain.escape = 'none'\n" +
      std::string{tail});
  EXPECT_EQ(config.log_formats,
            (std::vector<LogFormat>{{"main", "$remote_addr \"$request\"", LogEscape::normal},
                                    {"later", "{\"s\":$status}", LogEscape::json},
                                    {"plain", "$uri", LogEscape::none}}));
  EXPECT_EQ(config.servers[0].settings.access_log.front().format, "later");
}

Findings formats_with(const std::string& lines) {
  return findings("[log_format]\n" + lines + std::string{tail});
}

TEST(ReadLogFormats, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(
      formats_with("main = '$remot_addr'\n"),
      Findings{"2:9: error: log_format.main has the unknown variable \"$remot_addr\"; did you "
               "mean \"$remote_addr\"?"});
  EXPECT_EQ(formats_with("combined = '$uri'\n"),
            Findings{"2:1: error: log_format \"combined\" is built in: choose another name"});
  EXPECT_EQ(formats_with("'a b' = '$uri'\n"),
            Findings{"2:1: error: log_format \"a b\" is no name: it has to be one word"});
  EXPECT_EQ(formats_with("main = ''\n"), Findings{"2:9: error: log_format.main must not be empty"});
  EXPECT_EQ(formats_with("main = { escape = 'json' }\n"),
            Findings{"2:1: error: log_format.main needs a `format`: the text with variables"});
  EXPECT_EQ(formats_with("main = { format = '$uri', escape = 'html' }\n"),
            Findings{"2:37: error: log_format.main.escape cannot be \"html\"; legal: \"default\", "
                     "\"json\", \"none\""});
  EXPECT_EQ(formats_with("main = { format = '$uri', escap = 'json' }\n"),
            Findings{"2:27: error: unknown key \"escap\" in log_format.main; legal: \"escape\", "
                     "\"format\""});
  EXPECT_EQ(formats_with("main = 5\n").size(), 1U);
  EXPECT_EQ(findings("log_format = 'main'\n" + std::string{tail}).size(), 1U);
}

TEST(CheckLogs, FindsTwoBuffersOfOneFile) {
  EXPECT_EQ(findings("access_log = ['a.log json buffer=1k', './a.log combined buffer=2k']\n" +
                     std::string{tail}),
            Findings{"1:39: error: access_log \"./a.log\" has another buffer=, flush= or gzip= at "
                     "line 1: a file has one buffer"});
  EXPECT_EQ(findings("access_log = ['a.log json buffer=1k', 'a.log', 'b.log json buffer=2k', "
                     "'a.log combined buffer=1024']\n" +
                     std::string{tail}),
            Findings{});
}

TEST(ParseAccessLog, TakesVariablesInItsPath) {
  const AccessLog log = parsed("logs/${host}-$1.log main if=$arg_log");
  EXPECT_EQ(log,
            (AccessLog{.path = "logs/${host}-$1.log", .format = "main", .condition = "$arg_log"}));
  EXPECT_TRUE(log.has_variables());
  EXPECT_FALSE(parsed("a.log").has_variables());
}

TEST(ParseAccessLog, CompressesWhatIsGathered) {
  EXPECT_EQ(parsed("a.log main gzip"),
            (AccessLog{.path = "a.log", .format = "main", .buffer = 65536, .gzip = 1}));
  EXPECT_EQ(parsed("a.log main flush=1m gzip=9 buffer=1k"),
            (AccessLog{.path = "a.log",
                       .format = "main",
                       .buffer = 1024,
                       .gzip = 9,
                       .flush = Milliseconds(60000)}));
  EXPECT_EQ(findings("access_log = ['a.log json buffer=1k', 'a.log combined buffer=1k gzip']\n" +
                     std::string{tail})
                .size(),
            1U);
}

TEST(ParseOpenLogFileCache, ReadsNginxsParameters) {
  EXPECT_EQ(*parse_open_log_file_cache("off"), OpenLogFileCache{});
  EXPECT_EQ(*parse_open_log_file_cache("max=100"), (OpenLogFileCache{.max = 100}));
  EXPECT_EQ(*parse_open_log_file_cache("max=1000 inactive=20s valid=1m min_uses=2"),
            (OpenLogFileCache{.max = 1000,
                              .inactive = Milliseconds(20000),
                              .min_uses = 2,
                              .valid = Milliseconds(60000)}));
  EXPECT_TRUE(parse_open_log_file_cache("max=65536"));
}

TEST(ParseOpenLogFileCache, SaysWhatIsWrongAndWhere) {
  for (const auto& [text, offset] : {std::pair("", 0U),
                                     {"inactive=20s", 0U},
                                     {"max=0", 4U},
                                     {"max=65537", 4U},
                                     {"max=many", 4U},
                                     {"max=1 max=2", 6U},
                                     {"max=1 valid=0", 12U},
                                     {"max=1 inactive=soon", 15U},
                                     {"max=1 min_uses=0", 15U},
                                     {"max=1 size=3", 6U},
                                     {"max=1 off", 6U}}) {
    const auto cache = parse_open_log_file_cache(text);
    ASSERT_FALSE(cache) << text;
    EXPECT_EQ(cache.error().offset, offset) << text;
  }
}

}  // namespace
}  // namespace signgate::config
