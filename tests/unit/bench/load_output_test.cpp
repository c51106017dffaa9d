// SPDX-License-Identifier: Apache-2.0
#include "bench/load_output.hpp"

#include <gmock/gmock.h>

#include "bench/report/results.hpp"
#include "signing/private_key.hpp"
#include "signing/signed_url.hpp"
#include "signing/signer.hpp"

namespace signgate::bench {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

LoadSession session() {
  LoadSession made{.version = "1.2.3",
                   .date = "2030-01-01T00:00:00Z",
                   .url = "http://127.0.0.1:8080/a?b=\"c\"",
                   .plan = {},
                   .result = {}};
  made.plan.threads = 2;
  made.plan.connections = 8;
  for (std::uint64_t i = 1; i <= 100; ++i)
    made.result.latency.record(i * 1'000'000);
  made.result.statuses = {{200, 98}, {404, 2}};
  made.result.elapsed = 2s;
  made.result.bytes = 4'000'000;
  return made;
}

LoadSession open_session() {
  LoadSession made = session();
  made.plan.rate = 60;
  made.result.due = 120;
  made.result.sent = 100;
  made.result.sending = 2s;
  return made;
}

report::LoadFigures read_back(const LoadSession& session) {
  const auto results = report::read_results(load_json(session), "load.json");
  EXPECT_TRUE(results) << results.error().message;
  return results ? results->loads.at(0) : report::LoadFigures{};
}

TEST(LoadText, SaysWhichLoopItWas) {
  EXPECT_THAT(load_text(session()), HasSubstr("8 connections on 2 threads, 2.00 s, closed loop\n"));
  EXPECT_THAT(load_text(session()), Not(HasSubstr("unsent")));
  const std::string open = load_text(open_session());
  EXPECT_THAT(open, HasSubstr("open loop, 60 a second asked\n"));
  EXPECT_THAT(open, HasSubstr("sent        100 of 120, 50.0 a second; unsent: 20\n"));
  EXPECT_THAT(open, HasSubstr("from when each was due\n"));
}

TEST(LoadText, CountsAnswersAndErrors) {
  LoadSession made = session();
  made.result.errors[static_cast<std::size_t>(LoadError::timed_out)] = 3;
  const std::string text = load_text(made);
  EXPECT_THAT(text, HasSubstr("answers     100, 50.0 a second, 2.000 MB a second\n"));
  EXPECT_THAT(text, HasSubstr("status      200: 98 404: 2\n"));
  EXPECT_THAT(text, HasSubstr("errors      3, timed_out: 3\n"));
}

TEST(LoadJson, IsWhatReportsRead) {
  const report::LoadFigures closed = read_back(session());
  EXPECT_EQ(closed.url, session().url);
  EXPECT_EQ(closed.connections, 8U);
  EXPECT_EQ(closed.threads, 2U);
  EXPECT_DOUBLE_EQ(closed.answers_per_second, 50);
  EXPECT_FALSE(closed.rate);
  EXPECT_EQ(closed.latency.back().nanoseconds, 100e6);

  const report::LoadFigures open = read_back(open_session());
  EXPECT_DOUBLE_EQ(open.rate.value(), 60);
  EXPECT_DOUBLE_EQ(open.rate_reached, 50);
  EXPECT_DOUBLE_EQ(open.unsent, 20);
}

TEST(LoadComplaint, NamesEachReasonToFail) {
  EXPECT_EQ(load_complaint(session()), "");
  LoadSession silent = session();
  silent.result.latency = Histogram();
  EXPECT_EQ(load_complaint(silent), "0 exchanges failed, 0 were answered");
  EXPECT_EQ(load_complaint(open_session()),
            "20 of 120 requests could not be sent in time: no connection was free");
  LoadSession both = open_session();
  both.result.errors[0] = 1;
  EXPECT_EQ(load_complaint(both),
            "1 exchanges failed, 100 were answered; 20 of 120 requests could not be sent in time: "
            "no connection was free");
}

LoadSession with_links(const std::string& body) {
  const auto key = signing::PrivateKey::generate(signing::KeyType::ecdsa_p256).value();
  LoadSession made = session();
  made.result.links.emplace(key.public_key());
  const auto signer = signing::make_signing_key("K1", key).value();
  const auto url = signing::sign_url_canned(signer, "https://m.example.com/a", 1893456000).value();
  made.result.links->search(body.empty() ? url : body, "text/plain", {1893455000, std::nullopt});
  return made;
}

TEST(LoadLinks, AreCountedAndFailTheSession) {
  const LoadSession good = with_links("");
  EXPECT_THAT(load_text(good),
              HasSubstr("links       1 verified, 0 failed, in 1 bodies searched\n"));
  EXPECT_THAT(load_json(good), HasSubstr("\"verified\": 1,"));
  EXPECT_EQ(load_complaint(good), "");
  EXPECT_TRUE(report::read_results(load_json(good), "x"));

  const LoadSession bad = with_links("https://m.example.com/b?Expires=9&Signature=a&Key-Pair-Id=K");
  EXPECT_THAT(load_text(bad), HasSubstr("links       0 verified, 1 failed"));
  EXPECT_THAT(load_complaint(bad),
              HasSubstr("1 signed links fail, such as\n  https://m.example.com/b: "));
  EXPECT_THAT(load_json(bad), HasSubstr("\"https://m.example.com/b: "));

  EXPECT_EQ(load_complaint(with_links("nothing")), "no answer has a signed link");
  LoadSession unreadable = with_links("");
  unreadable.result.links->count_unreadable();
  EXPECT_EQ(load_complaint(unreadable), "1 bodies could not be read");
}

}  // namespace
}  // namespace signgate::bench
