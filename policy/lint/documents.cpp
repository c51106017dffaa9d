// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/documents.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/bucket_policy.hpp"
#include "policy/distribution_writer.hpp"
#include "policy/lint/distribution_reader.hpp"
#include "policy/lint/member_reader.hpp"
#include "policy/lint/signed_policy.hpp"

namespace signgate::policy::lint {
namespace {

/// What `get-*` and `create-*` print, and the skeletons have, around the configuration itself.
constexpr std::array<std::string_view, 14> wrappers{
    "Distribution",
    "DistributionConfigWithTags",
    "DistributionConfig",
    "CachePolicy",
    "CachePolicyConfig",
    "OriginRequestPolicy",
    "OriginRequestPolicyConfig",
    "OriginAccessControl",
    "OriginAccessControlConfig",
    "KeyGroup",
    "KeyGroupConfig",
    "PublicKey",
    "PublicKeyConfig",
    "PublicAccessBlockConfiguration",
};

constexpr std::array<std::string_view, 4> block_members{
    "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"};

/// Source: CloudFront API Reference, CachePolicyHeadersConfig and its kin.
Selection read_selection(const JsonValue& parent, std::string_view member, std::string_view verb,
                         std::string_view list, MemberReader& reader) {
  Selection out;
  const JsonValue* config = reader.object(parent, member);
  if (config == nullptr) return out;
  out.spot = reader.spot(config->position);
  const auto choice = reader.choice(
      *config, verb,
      {"none", "whitelist", "all", "allExcept", "allViewer", "allViewerAndWhitelistCloudFront"});
  out.names = reader.texts(*config, list);
  if (!choice || choice->value == "none") return out;
  out.kind = choice->value == "whitelist"   ? Selection::Kind::listed
             : choice->value == "allExcept" ? Selection::Kind::all_but
                                            : Selection::Kind::all;
  return out;
}

CachePolicy read_cache_policy(const JsonValue& config, MemberReader& reader) {
  CachePolicy policy;
  policy.spot = reader.spot(config.position);
  policy.lifetimes = read_lifetimes(config, reader);
  if (const JsonValue* key = reader.object(config, "ParametersInCacheKeyAndForwardedToOrigin")) {
    policy.headers = read_selection(*key, "HeadersConfig", "HeaderBehavior", "Headers", reader);
    policy.query =
        read_selection(*key, "QueryStringsConfig", "QueryStringBehavior", "QueryStrings", reader);
  }
  return policy;
}

OriginRequestPolicy read_origin_request_policy(const JsonValue& config, MemberReader& reader) {
  OriginRequestPolicy policy;
  policy.spot = reader.spot(config.position);
  policy.headers = read_selection(config, "HeadersConfig", "HeaderBehavior", "Headers", reader);
  policy.query =
      read_selection(config, "QueryStringsConfig", "QueryStringBehavior", "QueryStrings", reader);
  return policy;
}

AccessControl read_access_control(const JsonValue& config, MemberReader& reader) {
  AccessControl control;
  control.spot = reader.spot(config.position);
  static_cast<void>(reader.choice(config, "SigningProtocol", {"sigv4"}));
  control.signing_behavior =
      reader.choice(config, "SigningBehavior", {"always", "never", "no-override"})
          .value_or(Text{"always", control.spot});
  control.origin_type = reader
                            .choice(config, "OriginAccessControlOriginType",
                                    {"s3", "mediastore", "mediapackagev2", "lambda"})
                            .value_or(Text{"s3", control.spot});
  return control;
}

PublicAccessBlock read_access_block(const JsonValue& config, MemberReader& reader) {
  PublicAccessBlock block;
  block.spot = reader.spot(config.position);
  for (const std::string_view name : block_members) {
    const bool on = reader.boolean(config, name).value_or(false);
    if (name == "BlockPublicPolicy") block.blocks_policy = on;
    if (name == "RestrictPublicBuckets") block.restricts_buckets = on;
    const JsonMember* member = config.find(name);
    if (!on) {
      block.off.push_back({std::string(name),
                           member == nullptr ? block.spot : reader.spot(member->value.position)});
    }
  }
  return block;
}

/// Known is what the wrappers tell of a configuration.
struct Known {
  std::string id;
  std::string arn;
  std::string domain;
};

/// The configuration inside of what the AWS CLI prints or takes.
const JsonValue& unwrap(const JsonValue& root, Known& known, MemberReader& reader) {
  const JsonValue* inner = &root;
  for (std::size_t depth = 0; depth < 3; ++depth) {
    const auto wrapper = std::ranges::find_if(wrappers, [&](std::string_view name) {
      const JsonMember* member = inner->find(name);
      return member != nullptr && member->value.is(JsonKind::object);
    });
    if (wrapper == wrappers.end()) break;
    inner = &inner->find(*wrapper)->value;
    if (wrapper->ends_with("Config") || wrapper->ends_with("Tags")) continue;
    if (const auto id = reader.id(*inner, "Id")) known.id = id->value;
    if (const auto arn = reader.id(*inner, "ARN")) known.arn = arn->value;
    if (*wrapper != "Distribution") continue;
    if (const auto domain = reader.id(*inner, "DomainName")) known.domain = domain->value;
  }
  return *inner;
}

void note_placeholders(const JsonValue& value, MemberReader& reader, Documents& documents) {
  if (value.is(JsonKind::string) && value.text.starts_with(placeholder_prefix)) {
    const Spot spot = reader.spot(value.position);
    documents.placeholders.insert(spot);
    reader.report(code("placeholder"), spot, excerpt(value.text) + " is still to be filled in");
  }
  for (const JsonValue& item : value.items)
    note_placeholders(item, reader, documents);
  for (const JsonMember& member : value.members)
    note_placeholders(member.value, reader, documents);
}

void read_policy(std::string_view json, const JsonValue& root, std::uint32_t file,
                 Documents& documents) {
  PolicyView view = view_policy(root, file);
  view.bytes = json.size();
  if (json.size() <= max_bucket_policy) {
    if (const auto strict = parse_bucket_policy(json); !strict) {
      view.flaw = Text{strict.error().message, spot_of(file, strict.error().position)};
    }
  }
  documents.policies.push_back(std::move(view));
}

void read_configuration(const JsonValue& root, MemberReader& reader, Documents& documents) {
  Known known;
  const JsonValue& config = unwrap(root, known, reader);
  const auto has = [&](std::string_view name) { return config.find(name) != nullptr; };
  if (has("Origins") || has("DefaultCacheBehavior")) {
    Distribution distribution = read_distribution(config, reader);
    distribution.id = std::move(known.id);
    distribution.arn = std::move(known.arn);
    distribution.domain = lower_case(known.domain);
    documents.distributions.push_back(std::move(distribution));
  } else if (has("ParametersInCacheKeyAndForwardedToOrigin") || has("MinTTL")) {
    documents.cache_policies.push_back(read_cache_policy(config, reader));
    documents.cache_policies.back().id = std::move(known.id);
  } else if (has("HeadersConfig") || has("QueryStringsConfig")) {
    documents.origin_request_policies.push_back(read_origin_request_policy(config, reader));
    documents.origin_request_policies.back().id = std::move(known.id);
  } else if (has("SigningBehavior") || has("OriginAccessControlOriginType")) {
    documents.access_controls.push_back(read_access_control(config, reader));
    documents.access_controls.back().id = std::move(known.id);
  } else if (has("EncodedKey")) {
    documents.public_keys.push_back(
        {std::move(known.id),
         reader.text(config, "EncodedKey").value_or(Text{{}, reader.spot(config.position)})});
  } else if (has("Items") && has("Name")) {
    documents.key_groups.push_back(
        {std::move(known.id), reader.strings(config, "Items"), reader.spot(config.position)});
  } else if (std::ranges::any_of(block_members, has)) {
    documents.access_blocks.push_back(read_access_block(config, reader));
  } else {
    reader.report(code("kind-unknown"), reader.spot(root.position),
                  root.find("Policy") != nullptr
                      ? "the policy stands in a string here; take it by `aws s3api "
                        "get-bucket-policy --query Policy --output text`"
                      : "this is no bucket policy, no signed policy and no configuration of "
                        "CloudFront's or S3's that lint knows");
  }
}

}  // namespace

bool Selection::has(std::string_view name) const noexcept {
  const bool named = std::ranges::any_of(names, [&](const Text& one) {
    return std::ranges::equal(one.value, name, [](char a, char b) {
      const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      };
      return lower(a) == lower(b);
    });
  });
  switch (kind) {
    case Kind::none:
      return false;
    case Kind::listed:
      return named;
    case Kind::all:
      return true;
    case Kind::all_but:
      break;
  }
  return !named;
}

std::string Behavior::shown() const {
  return pattern ? "the behavior " + excerpt(pattern->value) : "the default behavior";
}

void read_document(std::string_view json, std::uint32_t file, Documents& documents,
                   Findings& findings) {
  const auto parsed = json_parse(json, {.bytes = max_document, .values = 256 * 1024});
  MemberReader reader(file, findings);
  if (!parsed) {
    reader.report(code("json-syntax"), reader.spot(parsed.error().position),
                  parsed.error().message);
    return;
  }
  note_placeholders(*parsed, reader, documents);
  if (parsed->find("Statement") == nullptr) {
    read_configuration(*parsed, reader, documents);
  } else if (is_signed_policy(*parsed)) {
    check_signed_policy(json, *parsed, file, findings);
  } else {
    read_policy(json, *parsed, file, documents);
  }
  spare_placeholders(documents, findings);
}

void spare_placeholders(const Documents& documents, Findings& findings) {
  std::erase_if(findings, [&](const Finding& one) {
    return one.code != code("placeholder") && documents.placeholders.contains(one.spot);
  });
}

}  // namespace signgate::policy::lint
