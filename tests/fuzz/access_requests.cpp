// SPDX-License-Identifier: Apache-2.0
// Files of requests: any bytes end in an error within them or in requests that every policy
// decides, and what is told of it is a line, or JSON.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/access_request_file.hpp"
#include "policy/decision_report.hpp"

namespace {

using namespace signgate::policy;

void require(bool holds) {
  if (!holds) std::abort();
}

const BucketPolicy& questions() {
  static const BucketPolicy policy = parse_bucket_policy(R"({"Version":"2012-10-17","Statement":[
    {"Sid":"A","Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com","AWS":
      "123456789012"},"Action":"s3:Get*","Resource":"arn:aws:s3:::b/${aws:username, 'all'}/*",
      "Condition":{"StringLike":{"aws:Referer":["https://*","${a:b}*"]},
      "ForAllValues:StringNotEquals":{"aws:TagKeys":["x"]},"NumericLessThanIfExists":{"s3:max-keys":10},
      "IpAddressIfExists":{"aws:SourceIp":"10.0.0.0/8"},
      "DateLessThanIfExists":{"aws:CurrentTime":"2030-01-01"},
      "ArnLikeIfExists":{"aws:SourceArn":"arn:aws:*:*:*:*"}}},
    {"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::123456789012:role/R"},"NotAction":"s3:Get*",
      "NotResource":"arn:aws:s3:::b"},
    {"Effect":"Deny","NotPrincipal":{"AWS":["123456789012","arn:aws:iam::123456789012:role/R"]},
      "Action":"s3:Delete*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"},
      "BinaryEqualsIfExists":{"a:c":"Zm9v"}}}]})")
                                         .value();
  return policy;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto requests = parse_access_requests(text);
  if (!requests) {
    const std::string line = document_error_text("r.json", requests.error());
    require(requests.error().position.offset <= size && !line.empty());
    require(line.find('\n') == std::string::npos);
    require(json_parse(document_error_json("r.json", requests.error())).has_value());
    return 0;
  }
  require(!requests->empty());
  for (const PlacedRequest& placed : *requests) {
    require(placed.position.offset < size && text[placed.position.offset] == '{');
    for (const RequestContext::Entry& entry : placed.request.context.entries())
      require(!entry.values.empty() && placed.request.context.find(entry.key) != nullptr);
    const BucketPolicy& policy = questions();
    const DecisionReport report{.policy = policy,
                                .policy_file = "p.json",
                                .placed = placed,
                                .request_file = "r.json",
                                .decision = evaluate(policy, placed.request),
                                .trace = true,
                                .several = requests->size() > 1};
    const std::string told = decision_text(report);
    require(std::count(told.begin(), told.end(), '\n') == 1 + 3);
    require(told.find(report.decision.allowed() ? "Allow: " : "Deny: ") != std::string::npos);
    const std::string line = decision_json(report);
    require(line.find('\n') == std::string::npos);
    const auto json = json_parse(line, {.bytes = 1 << 20});
    require(json.has_value() && json->find("trace")->value.items.size() == 3);
    require(json->find("decision")->value.text == (report.decision.allowed() ? "Allow" : "Deny"));
  }
  return 0;
}
