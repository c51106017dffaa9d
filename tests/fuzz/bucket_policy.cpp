// SPDX-License-Identifier: Apache-2.0
// Bucket policies: any bytes end in an error within them or in a policy that decides every request,
// by the logic of the guide and whatever the order of its statements. Behind a line of "%%" an
// input may have requests of its own.
#include "policy/bucket_policy.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/access_request_file.hpp"
#include "policy/evaluate.hpp"

namespace {

using namespace signgate::policy;

void require(bool holds) {
  if (!holds) std::abort();
}

/// A statement about everybody and everything.
Statement sweeping(Effect effect) {
  const auto policy = parse_bucket_policy(
      R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}})");
  Statement statement = policy.value().statements.front();
  statement.effect = effect;
  return statement;
}

BucketPolicy with(BucketPolicy policy, Effect effect) {
  policy.statements.push_back(sweeping(effect));
  return policy;
}

/// The opposite operator holds exactly when the operator does not, if nothing else lets it hold.
void check_opposite(const Condition& condition, const RequestContext& context) {
  if (condition.operator_.comparison == Comparison::null || condition.operator_.if_exists) return;
  Condition opposite = condition;
  opposite.operator_.negated = !condition.operator_.negated;
  if (condition.operator_.quantifier == Quantifier::any_value) {
    opposite.operator_.quantifier = Quantifier::all_values;
  } else if (condition.operator_.quantifier == Quantifier::all_values) {
    opposite.operator_.quantifier = Quantifier::any_value;
  }
  require(holds(opposite, context) != holds(condition, context));
  // IfExists changes nothing but for a missing key, where it holds.
  Condition lenient = condition;
  lenient.operator_.if_exists = true;
  require(holds(lenient, context) || !holds(condition, context));
  if (context.values(condition.key).empty()) require(holds(lenient, context));
}

void decide(const BucketPolicy& policy, const AccessRequest& request) {
  const Decision decision = evaluate(policy, request);
  require(!describe(decision, policy, request).empty());
  require(!decision.statement || *decision.statement < policy.statements.size());
  require(decision.failed.has_value() ==
          (decision.outcome == Outcome::implicit_deny && decision.statement.has_value()));
  if (decision.condition) {
    require(*decision.condition < policy.statements[*decision.statement].conditions.size());
  }
  BucketPolicy reversed = policy;
  std::reverse(reversed.statements.begin(), reversed.statements.end());
  require(evaluate(reversed, request).outcome == decision.outcome);

  // Default deny, any Deny, any Allow: told once more from each statement alone.
  bool allowed = false;
  bool denied = false;
  for (const Statement& statement : policy.statements) {
    const Match matched = match(statement, request);
    require(!describe(matched, statement, request).empty());
    (statement.effect == Effect::allow ? allowed : denied) |= matched.applies();
    for (const Condition& condition : statement.conditions)
      check_opposite(condition, request.context);
  }
  require((decision.outcome == Outcome::explicit_deny) == denied);
  require(decision.allowed() == (allowed && !denied));
  // One more Allow takes nothing away, one more Deny gives nothing.
  require(evaluate(with(policy, Effect::allow), request).allowed() == !denied);
  require(evaluate(with(policy, Effect::deny), request).outcome == Outcome::explicit_deny);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view separator = "\n%%\n";
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find(separator);
  const std::string_view text = input.substr(0, end);
  const auto policy = parse_bucket_policy(text);
  if (!policy) {
    require(policy.error().position.offset <= text.size());
    require(!policy.error().message.empty());
    return 0;
  }
  if (end != std::string_view::npos) {
    if (const auto asked = parse_access_requests(input.substr(end + separator.size()))) {
      for (const PlacedRequest& placed : *asked)
        decide(*policy, placed.request);
    }
  }
  AccessRequest request{{PrincipalKind::service, "cloudfront.amazonaws.com"},
                        "s3:GetObject",
                        "arn:aws:s3:::mistonline-test-bucket/private/a.jpg",
                        {}};
  decide(*policy, request);
  request.context.set("aws:SourceArn",
                      "arn:aws:cloudfront::123456789012:distribution/EDFDVBD6EXAMPLE");
  request.context.set("aws:Referer", "https://www.example.com/a?b");
  request.context.set("aws:SourceIp", "203.0.113.9");
  request.context.set("aws:CurrentTime", "2030-01-01T00:00:00Z");
  request.context.set("aws:SecureTransport", "true");
  request.context.set("s3:max-keys", "10");
  request.context.set("s3:prefix", "home/alice/");
  request.context.set("aws:username", "alice");
  request.context.set_all("aws:TagKeys", {"a", "b*", ""});
  decide(*policy, request);
  request.principal = {PrincipalKind::aws, "arn:aws:iam::123456789012:user/alice"};
  request.action = "s3:ListBucket";
  request.resource = "arn:aws:s3:::mistonline-test-bucket";
  decide(*policy, request);
  request.principal = {PrincipalKind::aws, "arn:aws:sts::123456789012:assumed-role/R/s"};
  request.context.set("aws:Referer", "\xff\xe2\x82");
  decide(*policy, request);
  return 0;
}
