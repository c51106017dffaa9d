// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/prefix_scope.hpp"

#include <algorithm>

#include "gateway/rewrite/url.hpp"
#include "signing/percent_escapes.hpp"

namespace signgate::route {
namespace {

// How deep below its target a rule's widest policy keeps to the path; nothing for rules whose
// policies hold no wildcard.
std::optional<std::uint32_t> widest_scope(const config::Media& rule) {
  if (rule.cookies.on) return 0;
  if (rule.policy == config::PolicyKind::prefix) return rule.scope;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> scope_conflict(const config::Config& config, const config::Media& rule) {
  const auto scope = widest_scope(rule);
  if (!scope) return std::nullopt;
  const auto own = rewrite::parse_url(rule.target, nullptr);
  if (!own) return std::nullopt;
  // One object has many spellings, and the bucket knows none of them: "/a%2Fb" is "/a/b" there.
  const std::string own_path = signing::percent_decoded(own->path);
  for (const config::Media& other : config.media) {
    if (other.name == rule.name) continue;
    const auto url = rewrite::parse_url(other.target, nullptr);
    if (!url || url->host != own->host || url->port != own->port) continue;
    const std::string path = signing::percent_decoded(url->path);
    if (!path.starts_with(own_path)) continue;
    // A pattern that keeps all of the other's segments is never made: such links are the other's.
    const std::string below = path.substr(own_path.size());
    const auto slashes = static_cast<std::size_t>(std::ranges::count(below, '/'));
    const std::size_t segments = slashes + (below.empty() || below.ends_with('/') ? 0U : 1U);
    if (segments == 0 || segments > *scope) return other.name;
  }
  return std::nullopt;
}

std::string scope_conflict_text(const config::Media& rule, const std::string& other) {
  if (rule.cookies.on) {
    return "media \"" + rule.name + "\": cookies = \"on\" would open links of media \"" + other +
           "\" too: its target lies below this one's, and the cookies open all of that; give it a "
           "target elsewhere, or cookies = \"off\"";
  }
  return "media \"" + rule.name +
         "\": policy = \"prefix\" with scope = " + std::to_string(rule.scope) +
         " would open links of media \"" + other +
         "\" too: its target lies below this one's; give it a target elsewhere, a scope that "
         "reaches down to it, or policy = \"canned\"";
}

}  // namespace signgate::route
