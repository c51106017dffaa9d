// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/compression_rule.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace signgate::route {
namespace {

using codec::Coding;
using Lines = std::vector<std::pair<std::string_view, std::string_view>>;

config::Answers all_on() {
  config::Answers settings;
  settings.gzip.on = settings.brotli.on = settings.zstd.on = true;
  return settings;
}

config::Answers gzip_alone() {
  config::Answers settings;
  settings.gzip.on = true;
  return settings;
}

struct Given {
  config::Answers settings = gzip_alone();
  Lines request = {{"Accept-Encoding", "gzip"}};
  Lines answer = {{"Content-Type", "text/html; charset=utf-8"}};
  int status = 200;
  std::optional<std::uint64_t> length = 1000;
  std::uint8_t minor = 1;
};

CompressionChoice choose(const Given& given) {
  http::RequestHead head;
  head.minor = given.minor;
  for (const auto& [name, value] : given.request)
    head.fields.add(name, value);
  http::Fields fields;
  for (const auto& [name, value] : given.answer)
    fields.add(name, value);
  const CompressionFacts facts{.request = head,
                               .status = given.status,
                               .fields = fields,
                               .date = {},
                               .length = given.length,
                               .now = 1700000000};
  return CompressionRule(given.settings).choose(facts);
}

Coding coding(const Given& given) {
  return choose(given).coding;
}

TEST(CompressionRule, TakesTheCodingThatTheRequestWeighsMost) {
  const auto taken = [](std::string_view accepted) {
    return coding({.settings = all_on(), .request = {{"Accept-Encoding", accepted}}});
  };
  EXPECT_EQ(taken("gzip, deflate, br, zstd"), Coding::zstd);
  EXPECT_EQ(taken("gzip, deflate, br"), Coding::br);
  EXPECT_EQ(taken("gzip"), Coding::gzip);
  EXPECT_EQ(taken("gzip;q=1, br;q=0.5, zstd;q=0"), Coding::gzip);
  EXPECT_EQ(taken("br;q=0.2, *;q=0.1"), Coding::br);
  EXPECT_EQ(taken("identity, gzip;q=0.5"), Coding::identity);
  EXPECT_EQ(taken("deflate"), Coding::identity);
  EXPECT_EQ(coding({.settings = all_on(), .request = {}}), Coding::identity);
}

TEST(CompressionRule, UsesTheLevelOfItsCoding) {
  config::Answers settings = all_on();
  settings.gzip.level = 5;
  EXPECT_EQ(choose({.settings = settings}).level, 5);
  EXPECT_EQ(choose({.settings = settings, .request = {{"Accept-Encoding", "br"}}}).level, 6);
}

TEST(CompressionRule, LeavesOtherStatusesAlone) {
  for (const int status : {200, 403, 404})
    EXPECT_EQ(coding({.status = status}), Coding::gzip) << status;
  for (const int status : {201, 204, 206, 301, 304, 400, 500, 502})
    EXPECT_EQ(coding({.status = status}), Coding::identity) << status;
}

TEST(CompressionRule, LeavesWhatIsCodedOrMustNotBeTransformed) {
  EXPECT_EQ(coding({.answer = {{"Content-Type", "text/html"}, {"Content-Encoding", "br"}}}),
            Coding::identity);
  const auto choice = choose(
      {.answer = {{"Content-Type", "text/html"}, {"Cache-Control", "max-age=1, No-Transform"}}});
  EXPECT_EQ(choice.coding, Coding::identity);
}

TEST(CompressionRule, LooksAtTypesAndLength) {
  EXPECT_EQ(coding({.answer = {{"Content-Type", "TEXT/HTML"}}}), Coding::gzip);
  EXPECT_EQ(coding({.answer = {{"Content-Type", "text/css"}}}), Coding::identity);
  EXPECT_EQ(coding({.answer = {}}), Coding::identity);
  EXPECT_EQ(coding({.length = 19}), Coding::identity);
  EXPECT_EQ(coding({.length = 20}), Coding::gzip);
  EXPECT_EQ(coding({.length = std::nullopt}), Coding::gzip);
  config::Answers any = gzip_alone();
  any.gzip.types = {"text/html", "*"};
  EXPECT_EQ(coding({.settings = any, .answer = {{"Content-Type", "image/png"}}}), Coding::gzip);
}

TEST(CompressionRule, SaysVaryWhetherOrNotThisOneIsCompressed) {
  config::Answers settings = gzip_alone();
  settings.gzip_vary = true;
  EXPECT_TRUE(choose({.settings = settings}).vary);
  EXPECT_TRUE(choose({.settings = settings, .request = {}}).vary);
  EXPECT_FALSE(choose({.settings = settings, .length = 5}).vary);
  EXPECT_FALSE(choose({.settings = gzip_alone()}).vary);
}

TEST(CompressionRule, HoldsHttp10BackUnlessAllowed) {
  EXPECT_EQ(coding({.minor = 0}), Coding::identity);
  config::Answers settings = gzip_alone();
  settings.gzip_http_version = 0;
  EXPECT_EQ(coding({.settings = settings, .minor = 0}), Coding::gzip);
}

TEST(CompressionRule, KnowsTheAgentsThatAreDisabled) {
  config::Answers settings = gzip_alone();
  settings.gzip_disable = {"msie6", "^Bad/"};
  const auto agent = [&](std::string_view name) {
    return coding(
        {.settings = settings, .request = {{"Accept-Encoding", "gzip"}, {"User-Agent", name}}});
  };
  EXPECT_EQ(agent("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"), Coding::identity);
  EXPECT_EQ(agent("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)"), Coding::gzip);
  EXPECT_EQ(agent("Mozilla/4.0 (compatible; MSIE 7.0)"), Coding::gzip);
  EXPECT_EQ(agent("bad/1"), Coding::identity);
  EXPECT_EQ(agent("Good/1 Bad/1"), Coding::gzip);
}

struct ViaCase {
  const char* what;
  std::uint32_t proxied;
  Lines answer;
  Coding expected;
};

TEST(CompressionRule, AnswersProxiesAsGzipProxiedSays) {
  namespace proxied = config::proxied;
  const std::pair<std::string_view, std::string_view> type{"Content-Type", "text/html"};
  const ViaCase cases[] = {
      {"off", proxied::off, {type}, Coding::identity},
      {"any", proxied::any, {type}, Coding::gzip},
      {"auth", proxied::auth, {type}, Coding::gzip},
      {"nothing said", proxied::expired, {type}, Coding::gzip},
      {"expired",
       proxied::expired,
       {type, {"Expires", "Thu, 01 Jan 1970 00:00:01 GMT"}},
       Coding::gzip},
      {"not expired",
       proxied::expired,
       {type, {"Expires", "Thu, 31 Dec 2037 23:55:55 GMT"}},
       Coding::identity},
      {"expires unasked",
       proxied::no_cache,
       {type, {"Expires", "Thu, 01 Jan 1970 00:00:01 GMT"}},
       Coding::identity},
      {"no-cache", proxied::no_cache, {type, {"Cache-Control", "no-cache"}}, Coding::gzip},
      {"no-store", proxied::no_store, {type, {"Cache-Control", "no-store"}}, Coding::gzip},
      {"private", proxied::private_, {type, {"Cache-Control", "private, x"}}, Coding::gzip},
      {"public", proxied::private_, {type, {"Cache-Control", "public"}}, Coding::identity},
      {"modified",
       proxied::no_last_modified,
       {type, {"Last-Modified", "Thu, 01 Jan 1970 00:00:01 GMT"}},
       Coding::identity},
      {"tagged", proxied::no_etag, {type, {"ETag", "\"x\""}}, Coding::identity},
  };
  for (const ViaCase& each : cases) {
    config::Answers settings = gzip_alone();
    settings.gzip_proxied = each.proxied;
    EXPECT_EQ(
        coding(
            {.settings = settings,
             .request = {{"Accept-Encoding", "gzip"}, {"Via", "1.1 proxy"}, {"Authorization", "x"}},
             .answer = each.answer}),
        each.expected)
        << each.what;
  }
}

}  // namespace
}  // namespace signgate::route
