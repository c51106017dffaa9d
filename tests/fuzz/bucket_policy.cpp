// SPDX-License-Identifier: Apache-2.0
// Bucket policies: any bytes end in an error within them or in a policy that decides every request,
// whatever the order of its statements.
#include "policy/bucket_policy.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/evaluate.hpp"

namespace {

using namespace signgate::policy;

void require(bool holds) {
  if (!holds) std::abort();
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
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto policy = parse_bucket_policy(text);
  if (!policy) {
    require(policy.error().position.offset <= size);
    require(!policy.error().message.empty());
    return 0;
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
  decide(*policy, request);
  request.principal = {PrincipalKind::aws, "arn:aws:iam::123456789012:user/alice"};
  request.action = "s3:ListBucket";
  request.resource = "arn:aws:s3:::mistonline-test-bucket";
  decide(*policy, request);
  return 0;
}
