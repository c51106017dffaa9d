// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/distribution_reader.hpp"

#include <utility>

namespace signgate::policy::lint {
namespace {

Origin read_origin(const JsonValue& json, MemberReader& reader) {
  Origin origin;
  origin.spot = reader.spot(json.position);
  if (const auto id = reader.text(json, "Id")) origin.id = id->value;
  origin.domain = reader.text(json, "DomainName").value_or(Text{{}, origin.spot});
  origin.access_control = reader.id(json, "OriginAccessControlId");
  if (const JsonValue* s3 = reader.object(json, "S3OriginConfig")) {
    origin.has_s3_config = true;
    origin.access_identity = reader.id(*s3, "OriginAccessIdentity");
  }
  return origin;
}

/// The fields of behaviors from the time before cache policies.
std::optional<CachePolicy> read_forwarded(const JsonValue& json, MemberReader& reader) {
  const JsonValue* values = reader.object(json, "ForwardedValues");
  if (values == nullptr) return std::nullopt;
  CachePolicy policy;
  policy.spot = reader.spot(values->position);
  policy.lifetimes = read_lifetimes(json, reader);
  policy.headers = {Selection::Kind::listed, reader.texts(*values, "Headers"), policy.spot};
  for (const Text& name : policy.headers.names) {
    if (name.value == "*") policy.headers.kind = Selection::Kind::all;
  }
  policy.query = {Selection::Kind::none, reader.texts(*values, "QueryStringCacheKeys"),
                  policy.spot};
  if (reader.boolean(*values, "QueryString").value_or(false)) {
    policy.query.kind = policy.query.names.empty() ? Selection::Kind::all : Selection::Kind::listed;
  }
  return policy;
}

Behavior read_behavior(const JsonValue& json, MemberReader& reader) {
  Behavior behavior;
  behavior.spot = reader.spot(json.position);
  behavior.groups_spot = behavior.spot;
  behavior.pattern = reader.text(json, "PathPattern");
  if (const auto origin = reader.text(json, "TargetOriginId")) behavior.origin_id = origin->value;
  if (const JsonValue* groups = reader.object(json, "TrustedKeyGroups")) {
    behavior.groups_spot = reader.spot(groups->position);
    std::vector<Text> ids = reader.texts(json, "TrustedKeyGroups");
    if (reader.boolean(*groups, "Enabled").value_or(false)) {
      const JsonMember* quantity = groups->find("Quantity");
      if (ids.empty() && quantity != nullptr && quantity->value.integer() == 0) {
        reader.report(code("document-invalid"), behavior.groups_spot,
                      "TrustedKeyGroups is enabled and names no key group");
      }
      behavior.trusts_key_groups = true;
      behavior.key_groups = std::move(ids);
    }
  }
  if (const JsonValue* signers = reader.object(json, "TrustedSigners")) {
    static_cast<void>(reader.texts(json, "TrustedSigners"));
    if (reader.boolean(*signers, "Enabled").value_or(false)) {
      behavior.signers = reader.spot(signers->position);
    }
  }
  behavior.viewer_protocol =
      reader.choice(json, "ViewerProtocolPolicy", {"allow-all", "https-only", "redirect-to-https"})
          .value_or(Text{});
  behavior.cache_policy = reader.id(json, "CachePolicyId");
  behavior.origin_request_policy = reader.id(json, "OriginRequestPolicyId");
  behavior.forwarded = read_forwarded(json, reader);
  return behavior;
}

}  // namespace

Lifetimes read_lifetimes(const JsonValue& object, MemberReader& reader) {
  Lifetimes out;
  out.min = reader.integer(object, "MinTTL", out.min_spot);
  out.usual = reader.integer(object, "DefaultTTL", out.usual_spot);
  out.max = reader.integer(object, "MaxTTL", out.max_spot);
  return out;
}

Distribution read_distribution(const JsonValue& config, MemberReader& reader) {
  Distribution distribution;
  distribution.spot = reader.spot(config.position);
  distribution.aliases = reader.texts(config, "Aliases");
  reader.objects(config, "Origins", [&](const JsonValue& json) {
    distribution.origins.push_back(read_origin(json, reader));
  });
  reader.objects(config, "CacheBehaviors", [&](const JsonValue& json) {
    distribution.behaviors.push_back(read_behavior(json, reader));
  });
  if (const JsonValue* json = reader.object(config, "DefaultCacheBehavior")) {
    Behavior behavior = read_behavior(*json, reader);
    behavior.pattern.reset();
    distribution.behaviors.push_back(std::move(behavior));
  }
  if (reader.boolean(config, "IsIPV6Enabled").value_or(false)) {
    distribution.ipv6 = reader.spot(config.find("IsIPV6Enabled")->value.position);
  }
  return distribution;
}

}  // namespace signgate::policy::lint
