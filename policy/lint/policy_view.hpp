// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/condition_operator.hpp"
#include "policy/json.hpp"
#include "policy/lint/finding.hpp"

/// A bucket policy read leniently: beside parse_bucket_policy, which ends at the first error, so
/// that lint tells all that it finds, each with its place.
namespace signgate::policy::lint {

/// ConditionView is one key under one operator.
struct ConditionView {
  Text operator_;                          // as written
  std::optional<ConditionOperator> known;  // without a ForAnyValue: or ForAllValues: before it
  bool is_set = false;                     // ForAnyValue: or ForAllValues:
  Text key;                                // in lower case
  std::vector<Text> values;

  [[nodiscard]] bool is_referer() const noexcept { return key.value == "aws:referer"; }
  /// is_text says that the operator is one of the String family; false for an unknown one.
  [[nodiscard]] bool is_text() const noexcept;
  [[nodiscard]] bool is_null() const noexcept;
};

/// StatementView is one statement. What has another form than it should is left out.
struct StatementView {
  Text sid;
  bool allows = true;
  bool not_principal = false;
  bool everyone = false;  // Principal "*" or AWS "*"
  Spot principal_spot;
  std::vector<Text> services;
  std::vector<Text> others;  // AWS, CanonicalUser and Federated
  bool not_action = false;
  std::vector<Text> actions;
  bool not_resource = false;
  std::vector<Text> resources;
  std::vector<ConditionView> conditions;
  std::string name;  // how messages call it: its Sid in quotes, or "statement N"
  Spot spot;

  /// is_for_cloudfront says that it names CloudFront's service principal.
  [[nodiscard]] bool is_for_cloudfront() const noexcept;
  /// concerns_cloudfront says that it is about requests that CloudFront signs: by name, or as all.
  [[nodiscard]] bool concerns_cloudfront() const noexcept;
  /// covers_action says whether `action` is among its actions, in either case and with wildcards.
  [[nodiscard]] bool covers_action(std::string_view action) const;
};

/// PolicyView is a bucket policy.
struct PolicyView {
  bool is_2012 = false;
  std::vector<StatementView> statements;
  std::size_t bytes = 0;  // of the text
  /// flaw is the strict parser's error, if there is one.
  std::optional<Text> flaw;
  Spot spot;
};

/// view_policy reads the document's object. Unknown members and wrong types are left to the strict
/// parser. Any thread.
[[nodiscard]] PolicyView view_policy(const JsonValue& root, std::uint32_t file);

/// spot_of is a position of the file with that number.
[[nodiscard]] inline Spot spot_of(std::uint32_t file, const Position& position) noexcept {
  return {file, position.line, position.column};
}

/// lower_case is `text` with ASCII letters in lower case.
[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace signgate::policy::lint
