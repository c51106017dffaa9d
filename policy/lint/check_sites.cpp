// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "policy/lint/behavior_policies.hpp"
#include "policy/lint/checks.hpp"
#include "policy/lint/path_pattern.hpp"
#include "policy/lint/s3_vocabulary.hpp"

namespace signgate::policy::lint {
namespace {

bool is_alias(const Distribution& distribution, std::string_view host) {
  return std::ranges::any_of(distribution.aliases, [&](const Text& alias) {
    const std::string name = lower_case(alias.value);
    return name == host || (name.starts_with("*.") && host.ends_with(name.substr(1)) &&
                            host.size() > name.size() - 1);
  });
}

/// Whether the host is the distribution's; nothing where its own name is not known.
std::optional<bool> is_host_of(const Distribution& distribution, std::string_view host) {
  if (is_alias(distribution, host) || distribution.domain == host) return true;
  const bool is_given = host.ends_with(".cloudfront.net") || host.ends_with(".cloudfront.cn");
  if (distribution.domain.empty() && is_given) return std::nullopt;
  return false;
}

/// The behavior that a link below the rule's target meets first; null when no single one takes all.
const Behavior* behavior_of(const Distribution& distribution, const MediaFacts& media) {
  const std::string all = media.path + '*';
  for (const Behavior& behavior : distribution.behaviors) {
    if (!behavior.pattern || covers(behavior.pattern->value, all)) return &behavior;
  }
  return nullptr;
}

class Check {
 public:
  explicit Check(Checker& checker) : checker_(checker) {}

  void run() {
    for (const SiteFacts& site : checker_.input.sites) {
      for (const MediaFacts& media : site.media)
        check_window(media);
    }
    for (const Distribution& distribution : documents().distributions) {
      check_hosts(distribution);
      for (const SiteFacts& site : checker_.input.sites)
        check_pages(distribution, site);
    }
    check_targets();
    for (const SiteFacts& site : checker_.input.sites) {
      for (const MediaFacts& media : site.media)
        check_keys(media);
    }
  }

 private:
  [[nodiscard]] const Documents& documents() const { return checker_.documents(); }

  void check_window(const MediaFacts& media) {
    if (media.window == 0) {
      checker_.report(code("window-zero"), media.spot,
                      "media " + excerpt(media.name) + " has window = 0");
    } else if (media.window > media.ttl) {
      checker_.report(code("window-exceeds-ttl"), media.spot,
                      "media " + excerpt(media.name) + ": links live up to " +
                          std::to_string(media.ttl + media.window) + " seconds, and ttl is " +
                          std::to_string(media.ttl));
    }
  }

  /// Which rules lead to this distribution, and whether they may.
  void check_hosts(const Distribution& distribution) {
    for (const SiteFacts& site : checker_.input.sites) {
      for (const MediaFacts& media : site.media) {
        const auto is_own = is_host_of(distribution, media.host);
        is_met_ |= is_own.value_or(true);
        // With several distributions an unknown name may be another's.
        if (is_own.value_or(documents().distributions.size() == 1))
          check_media(distribution, media);
      }
    }
  }

  /// Some rule has to lead to some distribution; others may be elsewhere.
  void check_targets() {
    if (is_met_ || documents().distributions.empty()) return;
    const auto& aliases = documents().distributions.front().aliases;
    for (const SiteFacts& site : checker_.input.sites) {
      if (site.media.empty()) continue;
      const MediaFacts& media = site.media.front();
      checker_.report(
          code("target-host"), media.spot,
          "media " + excerpt(media.name) + " leads to " + excerpt(media.host) +
              ", which is no host of the distribution" +
              (aliases.empty() ? "" : ", as " + excerpt(aliases.front().value) + " is"));
      return;
    }
  }

  void check_media(const Distribution& distribution, const MediaFacts& media) {
    if (media.is_bound_to_address && distribution.ipv6) {
      checker_.report(code("ip-binding-ipv6"), *distribution.ipv6,
                      "IsIPV6Enabled is true, and media " + excerpt(media.name) +
                          " binds links to the viewer's address");
    }
    const Behavior* behavior = behavior_of(distribution, media);
    if (behavior == nullptr) return;
    if (!behavior->is_signed()) {
      checker_.report(code("behavior-unsigned"), behavior->groups_spot,
                      behavior->shown() + " takes the links of media " + excerpt(media.name) +
                          " and needs no signature");
    }
    if (!media.https && (behavior->viewer_protocol.value == "redirect-to-https" ||
                         behavior->viewer_protocol.value == "https-only")) {
      checker_.report(code("target-scheme"), media.spot,
                      "media " + excerpt(media.name) + " is signed for http, and " +
                          behavior->shown() + " has " + behavior->viewer_protocol.value);
    }
  }

  /// Pages of the site behind the same, or another, distribution.
  void check_pages(const Distribution& distribution, const SiteFacts& site) {
    const bool is_before_site = std::ranges::any_of(
        site.hosts, [&](const SiteHost& host) { return is_alias(distribution, host.name); });
    if (!is_before_site || site.media.empty()) return;
    const auto shortest = std::ranges::min_element(site.media, {}, &MediaFacts::ttl);
    for (const Behavior& behavior : distribution.behaviors) {
      const auto origin = std::ranges::find(distribution.origins, behavior.origin_id, &Origin::id);
      if (origin == distribution.origins.end() || parse_s3_host(origin->domain.value)) continue;
      const BehaviorPolicies policies = policies_of(behavior, documents());
      if (!policies.cache || !policies.cache->lifetimes.min) continue;
      if (*policies.cache->lifetimes.min <= shortest->ttl) continue;
      checker_.report(code("page-cache-ttl"), behavior.spot,
                      behavior.shown() + " keeps pages for " +
                          std::to_string(*policies.cache->lifetimes.min) +
                          " seconds at least, and links of media " + excerpt(shortest->name) +
                          " live " + std::to_string(shortest->ttl));
    }
  }

  /// Whether the groups that count are all given, so that a key in none of them is in none at all.
  bool knows_groups(const MediaFacts& media) const {
    if (documents().key_groups.empty()) return false;
    std::set<std::string_view> trusted;
    for (const Distribution& distribution : documents().distributions) {
      if (!is_host_of(distribution, media.host).value_or(true)) continue;
      for (const Behavior& behavior : distribution.behaviors) {
        for (const Text& group : behavior.key_groups)
          trusted.insert(group.value);
      }
    }
    return trusted.size() <= documents().key_groups.size();
  }

  void check_keys(const MediaFacts& media) {
    if (!knows_groups(media)) return;
    bool is_open = false;
    for (const KeyGroup& group : documents().key_groups) {
      for (const Text& key : group.keys)
        is_open |= checker_.is_placeholder(key);
    }
    if (is_open) return;
    for (const std::string& key : media.keys) {
      const bool held = std::ranges::any_of(documents().key_groups, [&](const KeyGroup& group) {
        return std::ranges::find(group.keys, key, &Text::value) != group.keys.end();
      });
      if (held) continue;
      checker_.report(code("key-not-in-group"), media.spot,
                      "media " + excerpt(media.name) + " signs with the key " + excerpt(key) +
                          ", which is in no key group given");
    }
  }

  Checker& checker_;
  bool is_met_ = false;  // a rule leads to a distribution that is given
};

}  // namespace

void check_sites(Checker& checker) {
  Check(checker).run();
}

}  // namespace signgate::policy::lint
