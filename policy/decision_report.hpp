// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "policy/access_request_file.hpp"
#include "policy/bucket_policy.hpp"
#include "policy/evaluate.hpp"

/// What a person or a program is told of a decision.
namespace signgate::policy {

/// DecisionReport is a decision with all that is needed to tell it. It borrows what it points at.
struct DecisionReport {
  const BucketPolicy& policy;
  std::string policy_file;  // as messages call it
  const PlacedRequest& placed;
  std::string request_file;
  Decision decision;
  bool trace = false;    // with what became of every statement
  bool several = false;  // the request is one of several: the text names it
};

/// place_text is "FILE:LINE:COLUMN".
[[nodiscard]] std::string place_text(const std::string& file, const Position& position);

/// deciding_place is where the policy decided: the condition, or the element at which the closest
/// Allow failed, or the statement. Nothing when no statement is concerned.
[[nodiscard]] std::optional<Position> deciding_place(const BucketPolicy& policy,
                                                     const Decision& decision);

/// decision_text tells the decision in one line, each statement of a trace in a further one; every
/// line ends in LF. It looks like
///
///     Allow: allowed by "OAC" with StringEquals AWS:SourceArn (policy.json:3:5)
///     Deny: no Allow applies: "OAC" fails at StringLike aws:Referer; the request has none
///         (policy.json:12:9)          [on the same line]
///       Allow "OAC" fails at ... (policy.json:12:9)
[[nodiscard]] std::string decision_text(const DecisionReport& report);

/// decision_json is the same as one JSON object in one line, without LF.
[[nodiscard]] std::string decision_json(const DecisionReport& report);

/// document_error_text is "FILE:LINE:COLUMN: MESSAGE", without LF.
[[nodiscard]] std::string document_error_text(const std::string& file, const DocumentError& error);

/// document_error_json is {"error": {"file", "line", "column", "message"}} in one line, without LF.
[[nodiscard]] std::string document_error_json(const std::string& file, const DocumentError& error);

}  // namespace signgate::policy
