// SPDX-License-Identifier: Apache-2.0
#include "unit/policy/evaluation_table.hpp"

#include <gtest/gtest.h>

#include <set>

#include "policy/access_request_file.hpp"
#include "policy/bucket_policy.hpp"
#include "policy/decision_report.hpp"
#include "policy/evaluate.hpp"

namespace signgate::policy {
namespace {

class EvaluationTable : public testing::TestWithParam<EvaluationCase> {};

/// The statement, and the condition or the part that decided, in the words of the table.
std::string decided_by(const BucketPolicy& policy, const Decision& decision) {
  if (!decision.statement) return "";
  const Statement& statement = policy.statements[*decision.statement];
  std::string text =
      statement.sid.empty() ? statement_name(policy, *decision.statement) : statement.sid;
  if (decision.condition) {
    const Condition& condition = statement.conditions[*decision.condition];
    return text + ": " + condition.operator_text + " " + condition.key;
  }
  if (decision.failed == Part::principal) return text + ": principal";
  if (decision.failed == Part::action) return text + ": action";
  if (decision.failed == Part::resource) return text + ": resource";
  return text;
}

TEST_P(EvaluationTable, DecidesAsTheGuideSays) {
  const EvaluationCase& row = GetParam();
  const std::string where = row.name + "\n  source: " + row.source + "\n  policy: " + row.policy +
                            "\n  request: " + row.request;
  const auto policy = parse_bucket_policy(row.policy);
  if (row.decision == "error") {
    ASSERT_TRUE(policy.has_error()) << where;
    EXPECT_NE(policy.error().message.find(row.by), std::string::npos)
        << policy.error().message << "\n"
        << where;
    return;
  }
  ASSERT_TRUE(policy.has_value()) << policy.error().message << "\n" << where;
  const auto requests = parse_access_requests(row.request);
  ASSERT_TRUE(requests.has_value()) << requests.error().message << "\n" << where;
  const AccessRequest& request = requests->front().request;
  const Decision decision = evaluate(*policy, request);
  EXPECT_EQ(decision.allowed() ? "Allow" : "Deny", row.decision)
      << describe(decision, *policy, request) << "\n"
      << where;
  EXPECT_EQ(decided_by(*policy, decision), row.by) << where;
}

INSTANTIATE_TEST_SUITE_P(Guides, EvaluationTable, testing::ValuesIn(evaluation_cases()));

TEST(EvaluationTableFile, HasAtLeast150CasesWithNamesOfTheirOwn) {
  std::set<std::string> names;
  const auto cases = evaluation_cases();
  for (const EvaluationCase& row : cases) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.source.empty()) << row.name;
    EXPECT_TRUE(row.decision == "Allow" || row.decision == "Deny" || row.decision == "error")
        << row.name;
  }
  EXPECT_GE(cases.size(), 150U);
}

}  // namespace
}  // namespace signgate::policy
