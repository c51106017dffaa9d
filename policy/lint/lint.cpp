// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/lint.hpp"

#include <algorithm>

#include "policy/lint/checks.hpp"

namespace signgate::policy::lint {

Findings check_documents(const LintInput& input) {
  Findings findings;
  Checker checker{input, findings};
  for (const PolicyView& policy : input.documents.policies) {
    check_statements(policy, checker);
    check_principals(policy, checker);
    check_source_arns(policy, checker);
    check_resources(policy, checker);
    check_referers(policy, checker);
    if (!policy.flaw) continue;
    // What a check has told there says more than the parser does.
    const bool told = std::ranges::any_of(
        findings, [&](const Finding& one) { return one.spot == policy.flaw->spot; });
    if (!told) checker.report(code("policy-invalid"), policy.flaw->spot, policy.flaw->value);
  }
  check_access_blocks(checker);
  check_forwarding(checker);
  check_origins(checker);
  check_behaviors(checker);
  check_caches_and_keys(checker);
  check_sites(checker);
  spare_placeholders(input.documents, findings);
  return findings;
}

}  // namespace signgate::policy::lint
