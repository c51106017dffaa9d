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
          .duration = std::chrono::milliseconds(600),
          .links = 50,
          .memo_bytes = 1 << 20};
}

void expect_work(const SignResult& result, unsigned threads) {
  ASSERT_EQ(result.threads.size(), threads);
  std::uint64_t links = 0;
  for (const SignThread& thread : result.threads) {
    EXPECT_GT(thread.links.count, 0U);
    EXPECT_GT(thread.bare.count, 0U);
    EXPECT_GT(thread.links.busy.count(), 0);
    EXPECT_GT(thread.bare.busy.count(), 0);
    links += thread.links.count;
  }
  EXPECT_EQ(result.latency.count(), links);
  EXPECT_GT(result.links_per_second(), 0U);
  EXPECT_GT(result.bare_per_second(), 0U);
  EXPECT_GT(result.ratio(), 0);
  EXPECT_GT(result.cpu_ratio(), 0);
}

TEST(SignRun, SignsColdWithBothKeyTypes) {
  for (const auto type : {signing::KeyType::rsa2048, signing::KeyType::ecdsa_p256}) {
    const auto result = run_sign(make_key(type), short_plan(SignMode::cold, 2));
    ASSERT_TRUE(result) << result.error().message;
    expect_work(*result, 2);
    EXPECT_EQ(result->memo.hits + result->memo.misses, 0U);
  }
}

TEST(SignRun, MemoModeFindsEveryLink) {
  const auto result =
      run_sign(make_key(signing::KeyType::ecdsa_p256), short_plan(SignMode::memo, 2));
  ASSERT_TRUE(result) << result.error().message;
  expect_work(*result, 2);
  EXPECT_EQ(result->memo.misses, 0U);
  EXPECT_EQ(result->memo.hits, result->latency.count());
  EXPECT_EQ(result->memo.entries, 50U);
}

TEST(SignRun, MemoTooSmallIsSeenAsMisses) {
  SignPlan plan = short_plan(SignMode::memo, 1);
  plan.memo_bytes = 0;
  const auto result = run_sign(make_key(signing::KeyType::ecdsa_p256), plan);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->memo.hits, 0U);
  EXPECT_EQ(result->memo.misses, result->latency.count());
}

TEST(SignSide, RatesAreCountsPerTime) {
  const SignSide side{100, std::chrono::milliseconds(500), std::chrono::milliseconds(250)};
  EXPECT_DOUBLE_EQ(side.per_second(), 200);
  EXPECT_DOUBLE_EQ(side.per_cpu_second(), 400);
  EXPECT_DOUBLE_EQ(SignSide{}.per_second(), 0);
}

}  // namespace
}  // namespace signgate::bench
