// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "policy/lint/lint.hpp"

/// The checks, one function a subject, which check_documents calls.
namespace signgate::policy::lint {

/// Checker is what the checks share: what they look at, and where they put what they find.
struct Checker {
  const LintInput& input;
  Findings& findings;

  [[nodiscard]] const Documents& documents() const noexcept { return input.documents; }
  void report(Code code, Spot spot, std::string message) {
    findings.push_back({code, spot, std::move(message)});
  }
  /// is_placeholder is whether `policy distribution` wrote the text and what belongs there is yet
  /// to be filled in.
  [[nodiscard]] bool is_placeholder(const Text& text) const {
    return input.documents.placeholders.contains(text.spot);
  }
};

/// Form, actions and condition keys of the statements of a bucket policy.
void check_statements(const PolicyView& policy, Checker& checker);
/// Who is let in, and whether S3 counts that as public.
void check_principals(const PolicyView& policy, Checker& checker);
/// Block Public Access by itself and together with the policies.
void check_access_blocks(Checker& checker);
/// aws:SourceArn.
void check_source_arns(const PolicyView& policy, Checker& checker);
/// Resources, their buckets, and whether the distribution may read.
void check_resources(const PolicyView& policy, Checker& checker);
/// aws:Referer: patterns, and requests without one.
void check_referers(const PolicyView& policy, Checker& checker);
/// Whether the Referer reaches the bucket, and the Host does not.
void check_forwarding(Checker& checker);
/// Origins and their access control.
void check_origins(Checker& checker);
/// Cache behaviors by themselves.
void check_behaviors(Checker& checker);
/// Lifetimes and keys.
void check_caches_and_keys(Checker& checker);
/// The gateway's rules, by themselves and with the distributions.
void check_sites(Checker& checker);

}  // namespace signgate::policy::lint
