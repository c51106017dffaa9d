// SPDX-License-Identifier: Apache-2.0
#include "bench/sign_run.hpp"

#include <gtest/gtest.h>

namespace signgate::bench {
namespace {

signing::SigningKey make_key(signing::KeyType type) {
  return signing::make_signing_key("KTEST", signing::PrivateKey::generate(type).value()).value();
}

SignPlan short_plan(SignMode mode, unsigned threads) {
  return {.mode = mode,
          .threads = threads,
          .round = std::chrono::milliseconds(300),
          .rounds = 2,
          .links = 50,
          .memo_bytes = 1 << 20};
}

std::uint64_t expect_work(const SignResult& result, const SignPlan& plan) {
  EXPECT_EQ(result.rounds.size(), plan.rounds);
  std::uint64_t links = 0;
  for (const SignRound& round : result.rounds) {
    EXPECT_EQ(round.threads.size(), plan.threads);
    for (const SignThread& thread : round.threads) {
      EXPECT_GT(thread.links.count, 0U);
      EXPECT_GT(thread.bare.count, 0U);
      EXPECT_GT(thread.links.busy.count(), 0);
      EXPECT_GT(thread.bare.busy.count(), 0);
      links += thread.links.count;
    }
  }
  EXPECT_EQ(result.latency.count() * latency_sampling(plan.mode), links);
  for (const auto rate :
       {&SignRound::links_per_second, &SignRound::bare_per_second, &SignRound::links_per_cpu_second,
        &SignRound::bare_per_cpu_second, &SignRound::ratio, &SignRound::cpu_ratio}) {
    const Summary sum = result.over(rate);
    EXPECT_GT(sum.min, 0);
    EXPECT_LE(sum.min, sum.median);
    EXPECT_LE(sum.median, sum.max);
  }
  return links;
}

TEST(SignRun, MakesASignatureEachInTheColdModes) {
  for (const SignMode mode : {SignMode::cold, SignMode::cookies}) {
    for (const auto type : {signing::KeyType::rsa2048, signing::KeyType::ecdsa_p256}) {
      const SignPlan plan = short_plan(mode, 2);
      const auto result = run_sign(make_key(type), plan);
      ASSERT_TRUE(result) << result.error().message;
      expect_work(*result, plan);
      EXPECT_EQ(result->memo.hits + result->memo.misses, 0U);
    }
  }
}

TEST(SignRun, EachSideDoesSomethingInTheShortestRound) {
  for (const SignMode mode : all_sign_modes) {
    SignPlan plan = short_plan(mode, 2);
    plan.round = std::chrono::nanoseconds(100);
    const auto result = run_sign(make_key(signing::KeyType::ecdsa_p256), plan);
    ASSERT_TRUE(result) << result.error().message;
    expect_work(*result, plan);
  }
}

TEST(SignRun, MemoModeFindsEveryLink) {
  const SignPlan plan = short_plan(SignMode::memo, 2);
  const auto result = run_sign(make_key(signing::KeyType::ecdsa_p256), plan);
  ASSERT_TRUE(result) << result.error().message;
  // Each thread keeps the parameters of the links that it has looked up.
  EXPECT_LT(result->memo.hits, expect_work(*result, plan));
  EXPECT_EQ(result->memo.misses, 0U);
  EXPECT_EQ(result->memo.entries, 50U);
}

TEST(SignRun, PrefixModeSignsOnceForManyLinks) {
  SignPlan plan = short_plan(SignMode::prefix, 2);
  plan.links = 250;
  const auto result = run_sign(make_key(signing::KeyType::ecdsa_p256), plan);
  ASSERT_TRUE(result) << result.error().message;
  expect_work(*result, plan);
  EXPECT_EQ(result->memo.misses, 0U);
  EXPECT_EQ(result->memo.entries, 3U);
}

TEST(SignRun, MemoTooSmallIsSeenAsMisses) {
  SignPlan plan = short_plan(SignMode::memo, 1);
  plan.memo_bytes = 0;
  const auto result = run_sign(make_key(signing::KeyType::ecdsa_p256), plan);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->memo.hits, 0U);
  EXPECT_EQ(result->memo.misses, expect_work(*result, plan));
}

TEST(SignRound, AddsThreadsUpByTheWallClockAndAveragesThemByCpuTime) {
  using std::chrono::milliseconds;
  SignRound round;
  round.threads = {{.links = {100, milliseconds(500), milliseconds(250)},
                    .bare = {200, milliseconds(500), milliseconds(500)}},
                   {.links = {300, milliseconds(500), milliseconds(250)},
                    .bare = {200, milliseconds(500), milliseconds(500)}}};
  EXPECT_DOUBLE_EQ(round.links_per_second(), 800);
  EXPECT_DOUBLE_EQ(round.bare_per_second(), 800);
  EXPECT_DOUBLE_EQ(round.ratio(), 1);
  EXPECT_DOUBLE_EQ(round.links_per_cpu_second(), 800);
  EXPECT_DOUBLE_EQ(round.bare_per_cpu_second(), 400);
  EXPECT_DOUBLE_EQ(round.cpu_ratio(), 2);
  EXPECT_DOUBLE_EQ(SignRound{}.ratio(), 0);
}

TEST(SignSide, RatesAreCountsPerTime) {
  const SignSide side{100, std::chrono::milliseconds(500), std::chrono::milliseconds(250)};
  EXPECT_DOUBLE_EQ(side.per_second(), 200);
  EXPECT_DOUBLE_EQ(side.per_cpu_second(), 400);
  EXPECT_DOUBLE_EQ(SignSide{}.per_second(), 0);
}

}  // namespace
}  // namespace signgate::bench
