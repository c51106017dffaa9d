// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

/// The cases of tests/data/policy/evaluation_*.json. A file is a sequence of groups: "source" is
/// the guide's page; "policy" is what decides, or else the "if" of each row, which is the Condition
/// of an Allow for everyone and everything, called Rule; "base" is the request, and a row's members
/// of the same names stand in place of its own. A row's "by" is what is told of the decision:
/// "STATEMENT", or "STATEMENT: " with the condition or part that decided, or for the decision
/// "error" a piece of the message.
namespace signgate::policy {

/// EvaluationCase is one row.
struct EvaluationCase {
  std::string name;
  std::string source;
  std::string policy;    // JSON
  std::string request;   // JSON
  std::string decision;  // Allow, Deny or error
  std::string by;
};

void PrintTo(const EvaluationCase& row, std::ostream* out);

/// evaluation_cases reads all files; a file that cannot be read is a std::runtime_error.
[[nodiscard]] std::vector<EvaluationCase> evaluation_cases();

}  // namespace signgate::policy
