// SPDX-License-Identifier: Apache-2.0
#include "policy/lint/checks.hpp"

namespace signgate::policy::lint {
namespace {

/// Source: CloudFront quotas, public keys in a key group.
constexpr std::size_t max_keys = 5;

/// A year, beyond which no lifetime in seconds makes sense: so long HTTP takes a value for fresh.
constexpr std::int64_t longest_lifetime = 31536000;

void check_lifetimes(const Lifetimes& lifetimes, Checker& checker) {
  const auto check_unit = [&](std::string_view name, const std::optional<std::int64_t>& value,
                              Spot spot) {
    if (!value || *value <= longest_lifetime || *value % 1000 != 0) return false;
    checker.report(code("milliseconds"), spot,
                   std::string(name) + " is " + std::to_string(*value) + " seconds, which is " +
                       std::to_string(*value / longest_lifetime) + " years");
    return true;
  };
  const bool min = check_unit("MinTTL", lifetimes.min, lifetimes.min_spot);
  const bool usual = check_unit("DefaultTTL", lifetimes.usual, lifetimes.usual_spot);
  const bool max = check_unit("MaxTTL", lifetimes.max, lifetimes.max_spot);
  if (min || usual || max) return;
  if (lifetimes.min && lifetimes.usual && *lifetimes.min > *lifetimes.usual) {
    checker.report(code("cache-ttl-order"), lifetimes.usual_spot,
                   "DefaultTTL " + std::to_string(*lifetimes.usual) + " is less than MinTTL " +
                       std::to_string(*lifetimes.min));
  }
  const auto& below = lifetimes.usual ? lifetimes.usual : lifetimes.min;
  if (below && lifetimes.max && *below > *lifetimes.max) {
    checker.report(code("cache-ttl-order"), lifetimes.max_spot,
                   "MaxTTL " + std::to_string(*lifetimes.max) + " is less than " +
                       (lifetimes.usual ? "DefaultTTL " : "MinTTL ") + std::to_string(*below));
  }
}

}  // namespace

void check_caches_and_keys(Checker& checker) {
  const Documents& documents = checker.documents();
  for (const CachePolicy& policy : documents.cache_policies)
    check_lifetimes(policy.lifetimes, checker);
  for (const Distribution& distribution : documents.distributions) {
    for (const Behavior& behavior : distribution.behaviors) {
      if (behavior.forwarded) check_lifetimes(behavior.forwarded->lifetimes, checker);
    }
  }
  for (const KeyGroup& group : documents.key_groups) {
    if (group.keys.size() <= max_keys) continue;
    checker.report(code("keys-over-quota"), group.keys[max_keys].spot,
                   "the group has " + std::to_string(group.keys.size()) + " keys");
  }
  for (const PublicKeyDocument& key : documents.public_keys) {
    if (key.pem.value.find("PRIVATE KEY-----") != std::string::npos) {
      checker.report(code("private-key"), key.pem.spot, "EncodedKey holds a private key");
      continue;
    }
    if (!checker.input.key_flaw) continue;
    if (auto flaw = checker.input.key_flaw(key.pem.value)) {
      checker.report(code("key-type"), key.pem.spot, "EncodedKey: " + *std::move(flaw));
    }
  }
}

}  // namespace signgate::policy::lint
