// SPDX-License-Identifier: Apache-2.0
#include "bench/sign_output.hpp"

#include <gmock/gmock.h>

#include "policy/json.hpp"

namespace signgate::bench {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

SignSession session() {
  SignSession made{.version = "1.2.3",
                   .date = "2030-01-01T00:00:00Z",
                   .label = "a \"quoted\" <label>",
                   .machine = {"A CPU", 2, "OpenSSL 3", "g++ 12", "optimised"},
                   .runs = {}};
  SignRun run{.type = signing::KeyType::ecdsa_p256,
              .hash = signing::HashAlgorithm::sha256,
              .plan = {.mode = SignMode::memo, .threads = 1, .rounds = 2},
              .result = {}};
  for (const std::uint64_t count : {100U, 300U}) {
    run.result.rounds.push_back({{{.links = {count, milliseconds(500), milliseconds(500)},
                                   .bare = {200, milliseconds(500), milliseconds(400)}}}});
  }
  for (std::uint64_t i = 1; i <= 100; ++i)
    run.result.latency.record(i);
  run.result.memo.hits = 400;
  made.runs.push_back(std::move(run));
  return made;
}

double number(const policy::JsonValue& object, std::initializer_list<const char*> path) {
  const policy::JsonValue* value = &object;
  for (const char* name : path) {
    const policy::JsonMember* member = value->find(name);
    EXPECT_NE(member, nullptr) << name;
    if (member == nullptr) return -1;
    value = &member->value;
  }
  return value->real().value_or(-1);
}

TEST(SignJson, HoldsTheFiguresOfEachRun) {
  const auto read = policy::json_parse(sign_json(session()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->find("tool")->value.text, "signgate-bench sign");
  EXPECT_EQ(read->find("label")->value.text, "a \"quoted\" <label>");
  EXPECT_EQ(read->find("machine")->value.find("cpu")->value.text, "A CPU");
  ASSERT_EQ(read->find("runs")->value.items.size(), 1U);
  const policy::JsonValue& run = read->find("runs")->value.items[0];
  EXPECT_EQ(run.find("mode")->value.text, "memo");
  EXPECT_EQ(run.find("key_type")->value.text, "ecdsa-p256");
  EXPECT_EQ(run.find("hash")->value.text, "SHA256");
  EXPECT_DOUBLE_EQ(number(run, {"per_second", "median"}), 400);
  EXPECT_DOUBLE_EQ(number(run, {"per_second", "min"}), 200);
  EXPECT_DOUBLE_EQ(number(run, {"per_second", "max"}), 600);
  EXPECT_DOUBLE_EQ(number(run, {"per_second", "spread"}), 0.5);
  EXPECT_DOUBLE_EQ(number(run, {"bare_per_second", "median"}), 400);
  EXPECT_DOUBLE_EQ(number(run, {"bare_per_cpu_second", "median"}), 500);
  EXPECT_DOUBLE_EQ(number(run, {"ratio", "median"}), 1);
  EXPECT_DOUBLE_EQ(number(run, {"cpu_ratio", "median"}), 0.8);
  EXPECT_DOUBLE_EQ(number(run, {"latency_ns", "p50"}), 50);
  EXPECT_DOUBLE_EQ(number(run, {"latency_ns", "max"}), 100);
  EXPECT_DOUBLE_EQ(number(run, {"latency_every"}), 16);
  EXPECT_DOUBLE_EQ(number(run, {"memo", "hits"}), 400);
  const auto& threads = run.find("per_thread")->value.items;
  ASSERT_EQ(threads.size(), 1U);
  EXPECT_DOUBLE_EQ(number(threads[0], {"links", "per_second"}), 400);
  EXPECT_DOUBLE_EQ(number(threads[0], {"bare", "count"}), 400);
}

TEST(SignText, HoldsTheSameFigures) {
  const std::string text = sign_text(session());
  EXPECT_THAT(text, HasSubstr("signgate 1.2.3, 2030-01-01T00:00:00Z\nA CPU, 2 cores; OpenSSL 3;"));
  EXPECT_THAT(text,
              testing::ContainsRegex(
                  "\nmemo +ecdsa-p256 +1 +400 +50.0 % +200 +600 +400 +0.0 % +1.000 +0.800\n"));
  EXPECT_THAT(text,
              testing::ContainsRegex("\nmemo +ecdsa-p256 +1 +0.05 +0.09 +0.10 +0.10 +0.10 +400\n"));
  EXPECT_THAT(text, HasSubstr("400 hits, 0 misses"));
}

}  // namespace
}  // namespace signgate::bench
