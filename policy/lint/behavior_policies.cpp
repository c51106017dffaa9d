// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/behavior_policies.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

namespace signgate::policy::lint {
namespace {

using Kind = Selection::Kind;
using Names = std::array<std::string_view, 4>;

struct ManagedCachePolicy {
  std::string_view id;
  std::int64_t min, usual, max;
  Names headers;
  Kind query;
};

// clang-format off
constexpr auto managed_cache_policies = std::to_array<ManagedCachePolicy>({
    // CachingOptimized, CachingOptimizedForUncompressedObjects, CachingDisabled
    {"658327ea-f89d-4fab-a63d-7e88639e58f6", 1, 86400, 31536000, {}, Kind::none},
    {"b2884449-e4de-46a7-ac36-70bc7f1ddd6d", 1, 86400, 31536000, {}, Kind::none},
    {"4135ea2d-6df8-44a3-9df3-4b5a84be39ad", 0, 0, 0, {}, Kind::none},
    // UseOriginCacheControlHeaders, with and without query strings
    {"83da9c7e-98b4-4e11-a168-04f0df8e2c65", 0, 0, 31536000, {"Host", "Origin"}, Kind::none},
    {"4cc15a8a-d715-48a4-82b8-cc0b614638fe", 0, 0, 31536000, {"Host", "Origin"}, Kind::all},
    // Amplify, Elemental-MediaPackage
    {"2e54312d-136d-493c-8eb9-b001f22f67d2", 2, 2, 600, {"Authorization", "Host"}, Kind::all},
    {"08627262-05a9-4f76-9ded-b50ca2e3a84f", 0, 86400, 31536000, {"Origin"}, Kind::listed},
});

struct ManagedRequestPolicy {
  std::string_view id;
  Kind kind;
  Names headers;
};

constexpr auto managed_request_policies = std::to_array<ManagedRequestPolicy>({
    // AllViewer, AllViewerAndCloudFrontHeaders-2022-06, AllViewerExceptHostHeader
    {"216adef6-5c7f-47e4-b989-5492eafa07d3", Kind::all, {}},
    {"33f36d7e-f396-46d9-90e0-52428a34d9dc", Kind::all, {}},
    {"b689b0a8-53d0-40ab-baf2-68738e2966ac", Kind::all_but, {"Host"}},
    // CORS-CustomOrigin, CORS-S3Origin, Elemental-MediaTailor-PersonalizedManifests
    {"59781a5b-3903-41f3-afcb-af62929ccde1", Kind::listed, {"Origin"}},
    {"88a5eaf4-2fd4-4709-b370-b4c650ea3fcf", Kind::listed, {"Origin"}},
    {"775133bc-15f2-49f9-abea-afb2e0bf67d2", Kind::listed, {"Origin", "User-Agent"}},
    // UserAgentRefererHeaders, HostHeaderOnly
    {"acba4595-bd28-49b8-b9fe-13317c0390fa", Kind::listed, {"User-Agent", "Referer"}},
    {"bf0718e1-ba1e-49d1-88b1-f726733018ae", Kind::listed, {"Host"}},
});
// clang-format on

Selection selection(Kind kind, const Names& names) {
  Selection out{kind, {}, {}};
  for (const std::string_view name : names) {
    if (!name.empty()) out.names.push_back({std::string(name), {}});
  }
  return out;
}

const ManagedCachePolicy* managed_cache(std::string_view id) {
  const auto found = std::ranges::find(managed_cache_policies, id, &ManagedCachePolicy::id);
  return found == managed_cache_policies.end() ? nullptr : &*found;
}

const ManagedRequestPolicy* managed_request(std::string_view id) {
  const auto found = std::ranges::find(managed_request_policies, id, &ManagedRequestPolicy::id);
  return found == managed_request_policies.end() ? nullptr : &*found;
}

/// Whether all behaviors that name a policy by `member`, AWS's own aside, name one and the same.
template <class Managed>
bool is_sole_id(const Documents& documents, std::optional<Text> Behavior::*member,
                Managed managed) {
  std::set<std::string_view> ids;
  for (const Distribution& distribution : documents.distributions) {
    for (const Behavior& behavior : distribution.behaviors) {
      const auto& id = behavior.*member;
      if (id && managed(id->value) == nullptr) ids.insert(id->value);
    }
  }
  return ids.size() == 1;
}

template <class Policy>
std::optional<Policy> among(const std::vector<Policy>& given, std::string_view id, bool is_sole) {
  const auto found = std::ranges::find(given, id, &Policy::id);
  if (found != given.end()) return *found;
  if (is_sole && given.size() == 1 && given.front().id.empty()) return given.front();
  return std::nullopt;
}

}  // namespace

std::optional<bool> BehaviorPolicies::forwards(std::string_view header) const noexcept {
  if ((cache && cache->headers.has(header)) || (request && request->headers.has(header))) {
    return true;
  }
  if (!cache || !request) return std::nullopt;
  return false;
}

BehaviorPolicies policies_of(const Behavior& behavior, const Documents& documents) {
  BehaviorPolicies out;
  if (behavior.cache_policy) {
    const std::string& id = behavior.cache_policy->value;
    if (const ManagedCachePolicy* known = managed_cache(id)) {
      CachePolicy policy;
      policy.id = id;
      policy.lifetimes.min = known->min;
      policy.lifetimes.usual = known->usual;
      policy.lifetimes.max = known->max;
      policy.headers = selection(Kind::listed, known->headers);
      policy.query.kind = known->query;
      out.cache = std::move(policy);
    } else {
      out.cache = among(documents.cache_policies, id,
                        is_sole_id(documents, &Behavior::cache_policy, managed_cache));
    }
  } else {
    out.cache = behavior.forwarded;
  }
  if (!behavior.origin_request_policy) {
    out.request = OriginRequestPolicy{};
    return out;
  }
  const std::string& id = behavior.origin_request_policy->value;
  if (const ManagedRequestPolicy* known = managed_request(id)) {
    OriginRequestPolicy policy;
    policy.id = id;
    policy.headers = selection(known->kind, known->headers);
    out.request = std::move(policy);
  } else {
    out.request = among(documents.origin_request_policies, id,
                        is_sole_id(documents, &Behavior::origin_request_policy, managed_request));
  }
  return out;
}

}  // namespace signgate::policy::lint
