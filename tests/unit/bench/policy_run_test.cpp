// SPDX-License-Identifier: Apache-2.0
#include "bench/policy_run.hpp"

#include <gmock/gmock.h>

namespace signgate::bench {
namespace {

using testing::HasSubstr;

TEST(PolicyRun, EveryCaseIsDecidedAsItSays) {
  const auto cases = policy_cases();
  EXPECT_EQ(cases.size(), 5U);
  for (const PolicyCase& question : cases) {
    EXPECT_EQ(policy::evaluate(question.policy, question.request).outcome, question.outcome)
        << question.name;
    const PolicyResult result = run_policy(question, std::chrono::microseconds(1), 2);
    EXPECT_EQ(result.name, question.name);
    EXPECT_TRUE(result.as_expected) << question.name;
    EXPECT_GE(result.decisions, 2000U);
    EXPECT_GT(result.per_second.median, 0);
    EXPECT_LE(result.per_second.min, result.per_second.max);
  }
}

TEST(PolicyRun, AWrongDecisionIsTold) {
  auto question = policy_cases().front();
  question.outcome = policy::Outcome::explicit_deny;
  EXPECT_FALSE(run_policy(question, std::chrono::microseconds(1), 1).as_expected);
}

TEST(PolicyRun, TellsItsFigures) {
  const MachineFacts machine{
      .cpu = "a CPU", .cores = 1, .openssl = "3", .compiler = "a compiler", .build = "optimised"};
  PolicyResult result{.name = "Allow",
                      .decisions = 5000,
                      .as_expected = true,
                      .per_second = {2000000, 1900000, 2100000, 0.01},
                      .per_cpu_second = {2200000, 2100000, 2300000, 0.01}};
  const std::string text = policy_text({result}, machine);
  EXPECT_THAT(text, HasSubstr("a CPU, a compiler, one thread\n"));
  EXPECT_THAT(text, HasSubstr("Allow                           2000000   1900000   2100000      "
                              "2200000\n"));
  const std::string json = policy_json({result}, machine, "1.2", "2030-01-01T00:00:00Z");
  for (const std::string_view part :
       {R"("version": "1.2")", R"("cpu": "a CPU")", R"("name": "Allow")", R"("decisions": 5000)",
        R"("median": 2000000)", R"("max": 2300000)"}) {
    EXPECT_THAT(json, HasSubstr(std::string(part)));
  }
}

}  // namespace
}  // namespace signgate::bench
