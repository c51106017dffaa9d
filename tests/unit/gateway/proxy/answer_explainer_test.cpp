// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/answer_explainer.hpp"

#include <gtest/gtest.h>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <sstream>

#include "gateway/base/limits.hpp"
#include "gateway/proxy/error_log.hpp"

namespace signgate::proxy {
namespace {

class AnswerExplainerTest : public testing::Test {
 protected:
  AnswerExplainerTest() {
    set_error_log(std::make_shared<spdlog::sinks::ostream_sink_mt>(log_), ErrorLevel::notice);
    auto set = std::make_shared<route::SignSet>(route::SignSet{
        .matcher = *rewrite::LinkMatcher::make(
            {{.name = "m", .links = {"/m/"}, .target = "https://d.test/t/"},
             {.name = "f", .links = {"/f/"}, .target = "https://d.test/f/", .foreign = true}}),
        .signers = {},
        .rule_set = "abc",
        .rule_names = {"m", "f"}});
    set->signers.resize(1);
    set->signers[0].name = "m";
    set->signers[0].expiry = {.ttl = 600, .window = 0};
    set->signers[0].keys.resize(1);
    route_.location = "/p";
    route_.signing = set;
    route_.settings.explain = {*parse_network("192.0.2.0/24"), *parse_network("::1")};
    values_.remote_addr = "192.0.2.7";
    values_.request_id = "0123abcd";
    values_.request_line = "GET /p?Signature=secret HTTP/1.1";
    request_.minor = 1;
    request_.fields.add("TE", "trailers");
  }
  ~AnswerExplainerTest() override {
    set_error_log(std::make_shared<spdlog::sinks::stderr_sink_mt>(), ErrorLevel::notice);
  }

  void note(AnswerExplainer& explainer, std::string_view link) {
    explainer.candidates().add(link, rewrite::LinkContext::attribute,
                               route_.signing->matcher.match(link, page_));
  }

  // The lines of X-Signgate-Explain in some fields.
  static std::vector<std::string> told(const http::Fields& fields) {
    std::vector<std::string> lines;
    for (const http::Field& field : fields) {
      if (field.name == "X-Signgate-Explain") lines.emplace_back(field.value);
    }
    return lines;
  }

  void tell_head(AnswerExplainer& explainer, bool scanned = true) {
    ResponsePlan plan;
    plan.passed = "no reason";
    if (scanned) plan.format = rewrite::Format::html;
    explainer.tell_head(plan, upstream_, 1000, answer_, texts_);
  }

  std::ostringstream log_;
  route::Route route_;
  http::RequestHead request_;
  http::ResponseHead upstream_;
  route::VariableValues values_;
  rewrite::PageUrl page_ = *rewrite::PageUrl::make("https://www.test/");
  Answer answer_;
  AnswerTexts texts_;
};

TEST_F(AnswerExplainerTest, IsThereForListedClientsOfRoutesThatSign) {
  EXPECT_NE(AnswerExplainer::make(route_, request_, values_), nullptr);
  values_.remote_addr = "::1";
  EXPECT_NE(AnswerExplainer::make(route_, request_, values_), nullptr);
  for (const char* other : {"192.0.3.7", "::2", "unix:", ""}) {
    values_.remote_addr = other;
    EXPECT_EQ(AnswerExplainer::make(route_, request_, values_), nullptr) << other;
  }
  values_.remote_addr = "192.0.2.7";
  route_.settings.explain.clear();
  EXPECT_EQ(AnswerExplainer::make(route_, request_, values_), nullptr);
  route_.settings.explain = {*parse_network("all")};
  route_.signing = nullptr;
  EXPECT_EQ(AnswerExplainer::make(route_, request_, values_), nullptr);
}

TEST_F(AnswerExplainerTest, TellsWithTheHeadWhatIsKnown) {
  AnswerExplainer explainer(route_, request_, values_);
  answer_.fields.add("X-Signgate-Explain", "of upstream");
  answer_.fields.add("Cache-Control", "public, max-age=60");
  note(explainer, "/m/a.jpg");
  note(explainer, "/f/b.jpg");
  tell_head(explainer);
  const std::vector<std::string> lines = told(answer_.fields);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(
      lines[0],
      "location=\"/p\"; sign=\"m\"; body=\"scanned as html\"; coding=\"identity to identity\"; "
      "cache=\"public, max-age=60\"");
  EXPECT_TRUE(lines[1].starts_with(
      "link=\"/m/a.jpg\"; context=\"attribute\"; verdict=\"signed\"; rule=\"m\"; reason=\""))
      << lines[1];
  EXPECT_NE(lines[1].find("; resource=\"https://d.test/t/a.jpg\"; expires=\""), std::string::npos);
  EXPECT_NE(lines[2].find("verdict=\"refused\"; rule=\"f\""), std::string::npos);
  EXPECT_EQ(answer_.fields.find("Trailer")->value, "X-Signgate-Explain");
  // What it says is for nobody else.
  EXPECT_NE(answer_.fields.value(http::HeaderId::cache_control)->find("private"),
            std::string_view::npos);
  EXPECT_NE(log_.str().find("explain 0123abcd: location=\"/p\""), std::string::npos);
  EXPECT_NE(log_.str().find("explain 0123abcd: link=\"/m/a.jpg\""), std::string::npos);
  EXPECT_EQ(log_.str().find("secret"), std::string::npos);
}

TEST_F(AnswerExplainerTest, TellsWhyABodyIsNotLookedInto) {
  AnswerExplainer explainer(route_, request_, values_);
  tell_head(explainer, false);
  EXPECT_NE(told(answer_.fields).at(0).find("body=\"passed: no reason\""), std::string::npos);
  EXPECT_EQ(answer_.fields.find("Trailer"), nullptr);
}

TEST_F(AnswerExplainerTest, TellsTheLinksOfTheBodyBehindIt) {
  AnswerExplainer explainer(route_, request_, values_);
  tell_head(explainer);
  note(explainer, "/m/a?x&Signature=secret&Policy=hidden&Key-Pair-Id=K");
  explainer.tell_links();
  note(explainer, "/other\r\n\"x\"");
  explainer.tell_links();
  http::Fields behind;
  explainer.finish(behind);
  const std::vector<std::string> lines = told(behind);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(lines[0].starts_with("link=\"/m/a?x&Signature=***&Policy=***&Key-Pair-Id=K\"; "))
      << lines[0];
  EXPECT_NE(lines[0].find("resource=\"https://d.test/t/a?x\""), std::string::npos);
  EXPECT_TRUE(
      lines[1].starts_with("link=\"/other??\\\"x\\\"\"; context=\"attribute\"; "
                           "verdict=\"skipped\"; reason=\""))
      << lines[1];
  EXPECT_NE(log_.str().find("explain 0123abcd: link=\"/other??"), std::string::npos);
  EXPECT_EQ(log_.str().find("secret"), std::string::npos);
  EXPECT_EQ(log_.str().find("hidden"), std::string::npos);
}

TEST_F(AnswerExplainerTest, TellsNothingBehindItToWhoTakesNoTrailers) {
  const auto expect_none = [this] {
    AnswerExplainer explainer(route_, request_, values_);
    tell_head(explainer);
    note(explainer, "/m/a");
    explainer.tell_links();
    http::Fields behind;
    explainer.finish(behind);
    EXPECT_EQ(behind.size(), 0U);
    EXPECT_EQ(answer_.fields.find("Trailer"), nullptr);
  };
  request_.minor = 0;
  expect_none();
  request_.minor = 1;
  request_.method = http::Method::head;
  expect_none();
  request_.method = http::Method::get;
  request_.fields.clear();
  expect_none();
}

TEST_F(AnswerExplainerTest, IsBounded) {
  AnswerExplainer explainer(route_, request_, values_);
  for (int i = 0; i < 50; ++i)
    note(explainer, "/m/" + std::string(1000, 'h'));
  tell_head(explainer);
  std::size_t size = 0;
  for (const std::string& line : told(answer_.fields))
    size += line.size();
  EXPECT_LT(size, limits::explained_head + 1000);
  for (std::size_t i = 50; i < limits::explained_answer_links + 7; ++i)
    note(explainer, "/m/" + std::string(1000, 'b'));
  explainer.tell_links();
  http::Fields behind;
  explainer.finish(behind);
  const std::vector<std::string> lines = told(behind);
  size = 0;
  for (const std::string& line : lines)
    size += line.size();
  EXPECT_LT(size, limits::explained_trailer + 100);
  EXPECT_EQ(lines.back(),
            "links-left-out=\"" +
                std::to_string(limits::explained_answer_links - 50 + 7 - (lines.size() - 1)) +
                "\"");
  EXPECT_NE(log_.str().find("links-left-out=\"7\""), std::string::npos);
}

}  // namespace
}  // namespace signgate::proxy
