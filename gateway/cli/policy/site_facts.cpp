// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy/site_facts.hpp"

#include <algorithm>

#include "gateway/config/address.hpp"
#include "gateway/config/server_name.hpp"
#include "gateway/rewrite/url.hpp"
#include "policy/lint/policy_view.hpp"

namespace signgate::cli {
namespace {

using policy::lint::MediaFacts;
using policy::lint::SiteFacts;
using policy::lint::SiteHost;

bool signs(const config::Route& route) {
  return !route.settings.sign.empty();
}

/// The ports that a browser has to name; none where it may reach the server without one, or by way
/// of something in front of it.
std::vector<std::uint16_t> ports_of(const config::Server& server) {
  std::vector<std::uint16_t> ports;
  for (const config::Listen& listen : server.listen) {
    const auto address = config::parse_listen(listen.address);
    const bool is_direct = listen.ssl && address && address->unix_path.empty() &&
                           address->host != "localhost" && address->host != "::1" &&
                           !address->host.starts_with("127.");
    if (!is_direct || address->port == 443 || address->port == 0) return {};
    ports.push_back(address->port);
  }
  return ports;
}

void add_hosts(const config::Server& server, SiteFacts& facts) {
  const std::vector<std::uint16_t> ports = ports_of(server);
  for (const std::string& written : server.server_name) {
    const auto name = config::parse_server_name(written);
    if (!name) continue;
    if (name->kind == config::ServerNameKind::exact && !name->text.empty()) {
      facts.hosts.push_back({name->text, ports});
    } else if (name->kind == config::ServerNameKind::domain) {
      facts.hosts.push_back({name->text.substr(1), ports});
    }
  }
}

/// Whether pages ask browsers for the whole address as the Referer, across origins too.
bool sends_wide_referrer(const config::Route& route) {
  return std::ranges::any_of(
      route.settings.answers.add_header, [](const config::AddHeader& header) {
        return policy::lint::lower_case(header.name) == "referrer-policy" &&
               (header.value.find("unsafe-url") != std::string::npos ||
                header.value.find("no-referrer-when-downgrade") != std::string::npos);
      });
}

std::int64_t seconds(Milliseconds span) {
  return std::chrono::duration_cast<std::chrono::seconds>(span).count();
}

}  // namespace

policy::lint::Spot spot_of(config::Place place, std::uint32_t file) noexcept {
  return {file + place.file, place.line, place.column};
}

SiteFacts site_facts(const config::Config& config, std::uint32_t file) {
  SiteFacts facts;
  for (const config::Server& server : config.servers) {
    if (std::ranges::none_of(server.routes, signs)) continue;
    add_hosts(server, facts);
    facts.sends_wide_referrer |= std::ranges::any_of(server.routes, sends_wide_referrer);
  }
  for (const config::Media& rule : config.media) {
    const auto target = rewrite::parse_url(rule.target, nullptr);
    if (!target) continue;
    MediaFacts media;
    media.name = rule.name;
    media.https = target->https;
    media.host = target->host;
    media.path = target->path;
    media.ttl = seconds(rule.ttl);
    media.window = seconds(rule.window);
    media.is_bound_to_address = rule.ip == config::IpBinding::client;
    media.keys = rule.key;
    media.spot = spot_of(rule.place, file);
    facts.media.push_back(std::move(media));
  }
  return facts;
}

}  // namespace signgate::cli
