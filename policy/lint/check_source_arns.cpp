// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "policy/arn_pattern.hpp"
#include "policy/lint/checks.hpp"
#include "policy/lint/s3_vocabulary.hpp"
#include "policy/s3_names.hpp"

namespace signgate::policy::lint {
namespace {

constexpr std::string_view wildcards = "*?";

bool is_all(std::string_view text, bool (*is)(char)) noexcept {
  return !text.empty() && std::ranges::all_of(text, is);
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_capital_or_digit(char c) noexcept {
  return is_digit(c) || (c >= 'A' && c <= 'Z');
}

bool is_wild(std::string_view text) noexcept {
  return text.find_first_of(wildcards) != std::string_view::npos;
}

/// The first five parts and the rest; fewer when there are fewer.
std::vector<std::string_view> parts_of(std::string_view arn) {
  std::vector<std::string_view> parts;
  while (parts.size() < 5) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) break;
    parts.push_back(arn.substr(0, colon));
    arn.remove_prefix(colon + 1);
  }
  parts.push_back(arn);
  return parts;
}

/// What keeps `arn` from being a distribution's; parts with wildcards are taken as they are.
std::optional<std::string> typo_in(std::string_view arn) {
  if (arn.empty()) return "it is empty";
  const auto parts = parts_of(arn);
  if (parts.size() < 6 || parts[0] != "arn") return "it has not the six parts of an ARN";
  if (parts[2] != "cloudfront" && !is_wild(parts[2]))
    return "its service is " + excerpt(parts[2]) + ", not cloudfront";
  if (!parts[3].empty() && !is_wild(parts[3]))
    return "it has a Region, " + excerpt(parts[3]) + "; distributions are in none";
  if (!is_wild(parts[4]) && (parts[4].size() != 12 || !is_all(parts[4], is_digit)))
    return "its account " + excerpt(parts[4]) + " is not 12 digits";
  std::string_view resource = parts[5];
  constexpr std::string_view kind = "distribution/";
  if (!resource.starts_with(kind)) {
    if (is_wild(resource)) return std::nullopt;
    return "it ends in " + excerpt(resource) + ", not in distribution/ID";
  }
  resource.remove_prefix(kind.size());
  if (!is_wild(resource) && !is_all(resource, is_capital_or_digit))
    return "the ID " + excerpt(resource) + " is not one of capital letters and digits";
  return std::nullopt;
}

bool concerns_distributions(const StatementView& statement, const Text& value) {
  return statement.is_for_cloudfront() || value.value.find("cloudfront") != std::string::npos ||
         value.value.find(":distribution/") != std::string::npos;
}

/// The operators that compare the ARN as it reads.
void check_operator(const StatementView& statement, const ConditionView& condition,
                    Checker& checker) {
  if (!condition.known) return;
  const bool compares = condition.is_text() || condition.known->comparison == Comparison::arn_like;
  if (condition.is_null()) return;
  if (!compares) {
    checker.report(code("source-arn-operator"), condition.operator_.spot,
                   condition.operator_.value + " does not compare ARNs");
  } else if (statement.allows && (condition.known->negated || condition.known->if_exists)) {
    checker.report(code("source-arn-operator"), condition.operator_.spot,
                   condition.operator_.value + " in an Allow lets other distributions through" +
                       (condition.known->negated ? "" : ", whose requests lack the key"));
  }
}

class Check {
 public:
  Check(const PolicyView& policy, Checker& checker) : policy_(policy), checker_(checker) {}

  void run() {
    for (const StatementView& statement : policy_.statements)
      check_statement(statement);
    check_distributions();
  }

 private:
  void check_statement(const StatementView& statement) {
    bool is_tied = false;
    for (const ConditionView& condition : statement.conditions) {
      is_tied |= condition.key.value == "aws:sourceaccount" ||
                 condition.key.value == "aws:sourceorgid" ||
                 condition.key.value == "aws:sourceorgpaths";
      if (condition.key.value != "aws:sourcearn") continue;
      is_tied = true;
      check_operator(statement, condition, checker_);
      for (const Text& value : condition.values) {
        if (!condition.is_null() && concerns_distributions(statement, value)) {
          check_value(statement, condition, value);
        }
      }
    }
    if (statement.allows && statement.is_for_cloudfront() && !is_tied) {
      checker_.report(code("source-arn-missing"), statement.principal_spot,
                      statement.name + " allows CloudFront whatever the distribution");
    }
  }

  void check_value(const StatementView& statement, const ConditionView& condition,
                   const Text& value) {
    if (checker_.is_placeholder(value)) {
      is_broken_ = true;
      return;
    }
    if (const auto typo = typo_in(value.value)) {
      is_broken_ = true;
      checker_.report(code("source-arn-typo"), value.spot, excerpt(value.value) + ": " + *typo);
      return;
    }
    const std::string_view partition = parts_of(value.value)[1];
    if (!is_wild(partition)) check_partition(value, partition);
    if (!is_wild(value.value)) {
      arns_.push_back(&value);
    } else if (condition.is_text() && condition.known->comparison == Comparison::string_equals) {
      is_broken_ = true;
      checker_.report(code("source-arn-operator"), value.spot,
                      condition.operator_.value + " takes the wildcard in " + excerpt(value.value) +
                          " literally");
    } else {
      arns_.push_back(&value);
      if (statement.allows) {
        checker_.report(code("source-arn-wildcard"), value.spot,
                        excerpt(value.value) + " is more than one distribution");
      }
    }
  }

  void check_partition(const Text& value, std::string_view partition) {
    if (!is_partition(partition)) {
      checker_.report(code("arn-partition"), value.spot,
                      "there is no partition " + excerpt(partition));
      return;
    }
    for (const StatementView& statement : policy_.statements) {
      for (const Text& resource : statement.resources) {
        const auto arn = parse_s3_arn(resource.value);
        if (!arn || arn->partition == partition || is_wild(arn->partition)) continue;
        checker_.report(code("arn-partition"), value.spot,
                        "the distribution is in " + excerpt(partition) + ", the bucket in " +
                            excerpt(arn->partition));
        return;
      }
    }
  }

  /// Each distribution has to be one of those that the policy names.
  void check_distributions() {
    if (arns_.empty() || is_broken_) return;
    for (const Distribution& distribution : checker_.documents().distributions) {
      if (distribution.arn.empty() && distribution.id.empty()) continue;
      const bool named = std::ranges::any_of(
          arns_, [&](const Text* value) { return names(value->value, distribution); });
      if (named) continue;
      checker_.report(code("source-arn-mismatch"), arns_.front()->spot,
                      "the policy names " + excerpt(arns_.front()->value) +
                          ", and the distribution is " +
                          excerpt(distribution.arn.empty() ? distribution.id : distribution.arn));
    }
  }

  static bool names(std::string_view value, const Distribution& distribution) {
    const auto pattern = ArnPattern::compile(value, false);
    if (!pattern) return false;
    if (!distribution.arn.empty()) return pattern->matches(distribution.arn);
    const auto parts = parts_of(value);
    return pattern->matches("arn:" + std::string(parts[1]) + ":cloudfront::" +
                            std::string(parts[4]) + ":distribution/" + distribution.id);
  }

  const PolicyView& policy_;
  Checker& checker_;
  std::vector<const Text*> arns_;
  bool is_broken_ = false;
};

}  // namespace

void check_source_arns(const PolicyView& policy, Checker& checker) {
  Check(policy, checker).run();
}

}  // namespace signgate::policy::lint
