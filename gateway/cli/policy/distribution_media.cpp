// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy/distribution_media.hpp"

#include <algorithm>
#include <ostream>

#include "signing/url_sections.hpp"

namespace signgate::cli {
namespace {

using Rules = std::vector<const config::Media*>;

/// choose_rules are the rules of those names; the message names one that is not there.
std::optional<std::string> choose_rules(const config::Config& config,
                                        const std::vector<std::string>& names, Rules& rules) {
  if (names.empty()) {
    for (const config::Media& rule : config.media)
      rules.push_back(&rule);
    if (rules.empty()) return config.file + " has no media rule";
    return std::nullopt;
  }
  for (const std::string& name : names) {
    const auto found = std::ranges::find(config.media, name, &config::Media::name);
    if (found == config.media.end())
      return "--media: " + config.file + " has no media rule \"" + name + "\"";
    rules.push_back(&*found);
  }
  return std::nullopt;
}

std::string host_of(const config::Media& rule) {
  const std::string_view domain = signing::url_sections(rule.target).domain;
  std::string host(domain.substr(0, domain.rfind(':')));
  std::ranges::transform(host, host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return host;
}

void add_once(std::vector<std::string>& all, const std::string& one) {
  if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

/// add_pattern lets what begins like the rule's target need a signature.
std::optional<std::string> add_pattern(const config::Media& rule, policy::DistributionPlan& plan) {
  std::string pattern(signing::url_sections(rule.target).path);
  if (pattern.starts_with('/')) pattern.erase(0, 1);
  if (pattern.empty()) {
    if (plan.default_is_signed) return std::nullopt;
    return "--default-public: the target of media rule \"" + rule.name +
           "\" is all of the distribution, which has to need signatures then";
  }
  pattern += '*';
  if (const auto wrong = policy::check_path_pattern(pattern))
    return "the target of media rule \"" + rule.name + "\": " + wrong->message;
  const bool known = std::ranges::any_of(plan.behaviors, [&](const policy::CacheBehavior& one) {
    return one.path_pattern == pattern && one.is_signed;
  });
  if (known) return std::nullopt;
  // Before the public ones: the first that matches counts.
  const auto first_public =
      std::ranges::find(plan.behaviors, false, &policy::CacheBehavior::is_signed);
  plan.behaviors.insert(first_public, {.path_pattern = pattern, .is_signed = true});
  return std::nullopt;
}

}  // namespace

std::optional<std::string> add_media(const config::Config& config,
                                     const std::vector<std::string>& names,
                                     std::string_view command, policy::DistributionPlan& plan,
                                     std::ostream& err) {
  Rules rules;
  if (auto wrong = choose_rules(config, names, rules)) return wrong;
  const std::string host = host_of(*rules.front());
  const bool ids_given = !plan.public_key_ids.empty();
  bool same_keys = true;
  for (const config::Media* rule : rules) {
    if (host_of(*rule) != host) {
      return "the targets of media rules \"" + rules.front()->name + "\" and \"" + rule->name +
             "\" are of two distributions, " + host + " and " + host_of(*rule) +
             "; name those of one with --media";
    }
    if (auto wrong = add_pattern(*rule, plan)) return wrong;
    for (const std::string& key : rule->key) {
      if (!ids_given) add_once(plan.public_key_ids, key);
    }
    same_keys = same_keys && rule->key == rules.front()->key;
    if (rule->ip == config::IpBinding::client) plan.ipv6 = false;
  }
  if (!same_keys && !ids_given) {
    err << command
        << ": warning: the media rules have different keys, and all of them are put into one key "
           "group: each opens the media of all\n";
  }
  // Those are given by CloudFront, the latter in China.
  const bool is_given = host.ends_with(".cloudfront.net") || host.ends_with(".cloudfront.cn");
  if (!is_given) add_once(plan.aliases, host);
  return std::nullopt;
}

}  // namespace signgate::cli
