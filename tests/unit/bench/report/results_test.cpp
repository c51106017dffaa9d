// SPDX-License-Identifier: Apache-2.0
#include "bench/report/results.hpp"

#include <gtest/gtest.h>

#include "bench/sign_output.hpp"

namespace signgate::bench::report {
namespace {

std::string sign_file() {
  SignSession session{.version = "1.2.3",
                      .date = "2030-01-01T00:00:00Z",
                      .label = "here",
                      .machine = {"A CPU", 2, "OpenSSL 3", "g++ 12", "optimised"},
                      .runs = {}};
  SignRun run{.type = signing::KeyType::ecdsa_p256,
              .hash = signing::HashAlgorithm::sha256,
              .plan = {.mode = SignMode::prefix, .threads = 2, .rounds = 1},
              .result = {}};
  SignRound round;
  for (int thread = 0; thread < 2; ++thread) {
    round.threads.push_back({.links = {1000, std::chrono::seconds(1), std::chrono::seconds(1)},
                             .bare = {100, std::chrono::seconds(1), std::chrono::seconds(1)}});
  }
  run.result.rounds.push_back(round);
  run.result.latency.record(500);
  session.runs.push_back(std::move(run));
  return sign_json(session);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string complaint(const std::string& text) {
  const auto results = read_results(text, "dir/x.json");
  if (results) return "accepted";
  return std::to_string(results.error().position.line) + ":" +
         std::to_string(results.error().position.column) + ": " + results.error().message;
}

TEST(ReadResults, ReadsWhatSignWrites) {
  const auto results = read_results(sign_file(), "dir/x.json");
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(results->name, "here");
  EXPECT_EQ(results->version, "1.2.3");
  EXPECT_EQ(results->machine, "A CPU, 2 cores; OpenSSL 3; g++ 12");
  EXPECT_EQ(results->cores, 2U);
  ASSERT_EQ(results->signs.size(), 1U);
  const SignFigures& figures = results->signs[0];
  EXPECT_EQ(figures.signer, "signgate");
  EXPECT_EQ(figures.mode, SignMode::prefix);
  EXPECT_EQ(figures.key_type, signing::KeyType::ecdsa_p256);
  EXPECT_EQ(figures.hash, signing::HashAlgorithm::sha256);
  EXPECT_EQ(figures.threads, 2U);
  EXPECT_DOUBLE_EQ(figures.per_second.median, 2000);
  ASSERT_TRUE(figures.per_cpu_second);
  EXPECT_DOUBLE_EQ(figures.per_cpu_second->median, 1000);
  ASSERT_TRUE(figures.ratio);
  EXPECT_DOUBLE_EQ(figures.ratio->median, 10);
  ASSERT_FALSE(figures.latency.empty());
  EXPECT_EQ(figures.latency.back().share, 1);
  EXPECT_EQ(figures.latency.back().nanoseconds, 500);
}

TEST(ReadResults, CallsAFileWithoutLabelByItsName) {
  const auto results =
      read_results(replaced(sign_file(), "\"label\": \"here\",", ""), "dir/x.json");
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(results->name, "x.json");
}

TEST(ReadResults, PassesOverWhatItDoesNotKnow) {
  EXPECT_EQ(complaint(replaced(sign_file(), "{", "{\"later\": [1, {}],")), "accepted");
}

TEST(ReadResults, NamesThePlaceAndWhatIsLegal) {
  EXPECT_EQ(complaint("{"),
            "1:2: expected a member name in double quotes, found the end of the document");
  EXPECT_EQ(complaint("[]"), "1:1: an object is expected here");
  EXPECT_EQ(complaint("{}"), "1:1: this object has no \"tool\"");
  EXPECT_EQ(complaint(replaced(sign_file(), "signgate-bench sign", "wrk")),
            "2:11: \"tool\" is \"signgate-bench sign\" or \"signgate-bench load\", not \"wrk\"");
  EXPECT_EQ(complaint(replaced(sign_file(), "\"schema\": 1", "\"schema\": 2")),
            "3:13: this is written for another version of signgate-bench: \"schema\" is 1");
  EXPECT_EQ(complaint(replaced(sign_file(), "\"mode\": \"prefix\"", "\"mode\": \"x\"")),
            "17:15: \"mode\" is one of cold, memo, prefix, cookies, not \"x\"");
  EXPECT_EQ(complaint(replaced(sign_file(), "\"threads\": 2", "\"threads\": 2.5")),
            "20:18: \"threads\" is a whole number of at most 1000000");
  EXPECT_EQ(complaint(replaced(sign_file(), "\"threads\": 2", "\"threads\": -1")),
            "20:18: \"threads\" is a number from 1 to 1e15");
}

TEST(ReadResults, RefusesNumbersThatNobodyMeasures) {
  const std::string zero =
      R"({"tool": "signgate-bench load", "schema": 1, "version": "1", "date": "d",
"url": "u", "connections": 1, "threads": 1, "answers_per_second": 0, "errors": {"a": 0}})";
  EXPECT_EQ(complaint(zero), "accepted");
  EXPECT_EQ(complaint(replaced(zero, "second\": 0", "second\": 1e15")), "accepted");
  for (const char* number : {"1e16", "1e300", "1e999", "-1", "null", "\"1\""}) {
    EXPECT_EQ(complaint(replaced(zero, "second\": 0", std::string("second\": ") + number)),
              "2:67: \"answers_per_second\" is a number from 0 to 1e15")
        << number;
    EXPECT_EQ(complaint(replaced(zero, "\"a\": 0", std::string("\"a\": ") + number)),
              "2:86: \"a\" is a number from 0 to 1e15")
        << number;
  }
}

TEST(ReadResults, RefusesWhatIsTooLong) {
  EXPECT_EQ(complaint(std::string(most_bytes_of_results + 1, ' ')).find("1:"), 0U);
}

TEST(ReadResults, ReadsWhoWasNotMeasured) {
  const auto with = [](std::string_view skipped) {
    return replaced(sign_file(),
                    "\"runs\":", "\"skipped\": " + std::string(skipped) + ", \"runs\":");
  };
  const auto results = read_results(with(R"([{"signer": "a", "reason": "b"}])"), "x");
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(results->skipped, std::vector<std::string>{"a: b"});
  EXPECT_NE(complaint(with("{}")).find("\"skipped\" is an array"), std::string::npos);
  EXPECT_NE(complaint(with("[1]")).find("an object is expected here"), std::string::npos);
}

TEST(ReadResults, ReadsWhatLoadWrites) {
  const auto results = read_results(
      R"({"tool": "signgate-bench load", "schema": 1, "version": "1", "date": "d",
          "url": "http://127.0.0.1/", "connections": 64, "threads": 2, "answers_per_second": 1000,
          "errors": {"connect": 1, "closed": 2}, "latency_ns": {"p50": 10, "max": 20}})",
      "-");
  ASSERT_TRUE(results) << results.error().message;
  ASSERT_EQ(results->loads.size(), 1U);
  EXPECT_EQ(results->loads[0].connections, 64U);
  EXPECT_EQ(results->loads[0].errors, 3);
  ASSERT_EQ(results->loads[0].latency.size(), 2U);
  EXPECT_EQ(results->loads[0].latency[1].share, 1);
}

}  // namespace
}  // namespace signgate::bench::report
