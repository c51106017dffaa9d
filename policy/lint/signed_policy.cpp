// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/signed_policy.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "policy/cloudfront_statement.hpp"
#include "policy/ip_range.hpp"
#include "policy/lint/policy_view.hpp"

namespace signgate::policy::lint {
namespace {

std::span<const JsonValue> statements_of(const JsonValue& root) noexcept {
  const JsonMember* list = root.find("Statement");
  if (list == nullptr) return {};
  return list->value.is(JsonKind::array) ? std::span<const JsonValue>(list->value.items)
                                         : std::span<const JsonValue>(&list->value, 1);
}

void check_condition(const JsonMember& condition, std::uint32_t file, Findings& findings) {
  for (const JsonMember& key : condition.value.members) {
    const Spot spot = spot_of(file, key.value.position);
    const auto number = key.value.integer();
    if (key.name == "AWS:EpochTime" && number && *number > max_cloudfront_time) {
      findings.push_back({code("milliseconds"), spot,
                          condition.name + " is " + std::to_string(*number) +
                              ", which lies behind the year 9999"});
    }
    if (key.name != "AWS:SourceIp") continue;
    const auto range = parse_ip_range(key.value.text);
    if (range && range->ipv6) {
      findings.push_back(
          {code("ipv6-address"), spot,
           excerpt(key.value.text) + " is an IPv6 " +
               (key.value.text.find('/') == std::string::npos ? "address" : "range")});
    }
  }
}

void check_resource(const JsonValue& statement, std::uint32_t file, Findings& findings) {
  const JsonMember* resource = statement.find("Resource");
  if (resource == nullptr) {
    findings.push_back({code("signed-resource-wide"), spot_of(file, statement.position),
                        "the statement has no Resource, so it holds for every file"});
    return;
  }
  std::string_view host = resource->value.text;
  if (!resource->value.is(JsonKind::string)) return;
  const std::size_t scheme = host.find("://");
  if (scheme != std::string_view::npos) host.remove_prefix(scheme + 3);
  if (host.starts_with('*') && host.find_first_not_of("*/?") == std::string_view::npos) {
    findings.push_back({code("signed-resource-wide"), spot_of(file, resource->value.position),
                        excerpt(resource->value.text) + " holds for every file of every host"});
  }
}

}  // namespace

bool is_signed_policy(const JsonValue& root) noexcept {
  const auto statements = statements_of(root);
  return !statements.empty() && std::ranges::none_of(statements, [](const JsonValue& statement) {
    return statement.find("Effect") != nullptr || statement.find("Principal") != nullptr ||
           statement.find("NotPrincipal") != nullptr || statement.find("Action") != nullptr ||
           statement.find("NotAction") != nullptr;
  });
}

void check_signed_policy(std::string_view json, const JsonValue& root, std::uint32_t file,
                         Findings& findings) {
  const std::size_t before = findings.size();
  for (const JsonValue& statement : statements_of(root)) {
    check_resource(statement, file, findings);
    const JsonMember* conditions = statement.find("Condition");
    if (conditions == nullptr) continue;
    for (const JsonMember& condition : conditions->value.members)
      check_condition(condition, file, findings);
  }
  const auto strict = parse_custom_policy(json);
  if (strict) return;
  const Spot spot = spot_of(file, strict.error().position);
  const bool told =
      std::any_of(findings.begin() + static_cast<std::ptrdiff_t>(before), findings.end(),
                  [&](const Finding& one) { return one.spot == spot; });
  if (!told) findings.push_back({code("policy-invalid"), spot, strict.error().message});
}

}  // namespace signgate::policy::lint
