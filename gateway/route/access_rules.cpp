// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/access_rules.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"

namespace signgate::route {
namespace {

std::size_t index_of(const std::vector<config::LimitZone>& zones, const std::string& name) {
  const auto found = std::find_if(zones.begin(), zones.end(),
                                  [&](const config::LimitZone& zone) { return zone.name == name; });
  SIGNGATE_CHECK(found != zones.end());
  return static_cast<std::size_t>(found - zones.begin());
}

}  // namespace

std::shared_ptr<const AccessRules> make_access_rules(const config::Access& settings,
                                                     const config::Config& config,
                                                     const std::vector<std::string>& server_names) {
  if (settings == config::Access{}) return nullptr;
  auto rules = std::make_shared<AccessRules>();
  rules->settings = settings;
  rules->realm = Template(settings.auth_basic);
  rules->user_file = Template(settings.auth_basic_user_file);
  rules->folder = config.folder;
  for (const auto& [name, value] : settings.auth_request_set)
    rules->auth_request_set.emplace_back(name, Template(value));
  for (const config::LimitReq& limit : settings.limit_req) {
    rules->requests.push_back(
        {index_of(config.limit_req_zones, limit.zone), limit.milli_burst, limit.milli_delay});
  }
  for (const config::LimitConn& limit : settings.limit_conn)
    rules->connections.push_back({index_of(config.limit_conn_zones, limit.zone), limit.number});
  if (settings.valid_referers) rules->referers.emplace(*settings.valid_referers, server_names);
  return rules;
}

bool LimitExcept::limits(std::string_view method) const noexcept {
  return std::none_of(methods.begin(), methods.end(), [method](const std::string& name) {
    return name == method || (method == "HEAD" && name == "GET");
  });
}

std::optional<bool> is_allowed(std::span<const config::AccessRule> rules,
                               const IpAddress& peer) noexcept {
  for (const config::AccessRule& rule : rules) {
    if (rule.network.contains(peer)) return rule.allow;
  }
  return std::nullopt;
}

}  // namespace signgate::route
