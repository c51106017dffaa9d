// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/snapshot.hpp"

#include <algorithm>

#include "gateway/base/check.hpp"
#include "gateway/config/address.hpp"
#include "gateway/config/key_loader.hpp"
#include "gateway/config/text_file.hpp"
#include "gateway/route/cookie_check.hpp"
#include "gateway/server/error_log.hpp"
#include "gateway/server/trusted_hosts.hpp"
#include "signing/signer.hpp"

namespace signgate::server {
namespace {

Error at(const config::Config& config, const config::Place& place, const std::string& text) {
  return {ErrorCode::resource, Side::own, Retry::no,
          config::place_text(config, place) + ": error: " + text};
}

void warn_of_key(const config::Config& config, const config::Key& key, const std::string& warning) {
  proxy::log(proxy::ErrorLevel::warn, "{}: {}", config::place_text(config, key.place), warning);
}

/// NamePatience is how long a start waits for names that do not come: one that fails slowly says
/// that the name servers are away, so the rest is asked for later.
class NamePatience {
 public:
  void failed() noexcept {
    used_up_ = used_up_ || std::chrono::steady_clock::now() - since_ > std::chrono::seconds(3);
  }
  [[nodiscard]] bool is_used_up() const noexcept { return used_up_; }

 private:
  SteadyTime since_ = std::chrono::steady_clock::now();
  bool used_up_ = false;
};

Result<std::vector<net::Endpoint>> resolve_peer(const config::Config& config,
                                                const config::Peer& peer, NamePatience& patience) {
  const auto address = config::parse_peer(peer.address);
  SIGNGATE_CHECK(address.has_value());
  if (!address->unix_path.empty()) {
    auto endpoint = net::unix_endpoint(address->unix_path);
    if (!endpoint) return at(config, peer.place, endpoint.error().detail);
    return std::vector<net::Endpoint>{*endpoint};
  }
  // Its name server is asked once all runs, and again and again.
  if (peer.resolve && !address->is_numeric()) return std::vector<net::Endpoint>{};
  std::string why = "no name server answers";
  if (address->is_numeric() || !patience.is_used_up()) {
    auto endpoints = net::resolve(address->host, address->port);
    if (endpoints) return endpoints;
    why = endpoints.error().detail;
    patience.failed();
  }
  // One name that cannot be asked for now must not keep the others from being served.
  proxy::log(proxy::ErrorLevel::warn, "{}: server \"{}\": {}; it is left out until it is found",
             config::place_text(config, peer.place), peer.address, why);
  return std::vector<net::Endpoint>{};
}

Error in_file(const config::Config& config, Error error) {
  error.detail = config.file + ": error: " + error.detail;
  return error;
}

/// Opens the error logs of the program, and of the servers that have their own.
Result<void> open_all_error_logs(proxy::LogFiles& logs, Snapshot& snapshot) {
  const config::Config& settings = snapshot.config;
  auto opened = open_error_logs(settings.error_log, settings.folder, logs);
  if (!opened) return in_file(settings, opened.error());
  snapshot.error_log = std::move(*opened);
  const bool any = std::any_of(settings.servers.begin(), settings.servers.end(),
                               [](const config::Server& each) { return !each.error_log.empty(); });
  if (!any) return {};
  for (const config::Server& server : settings.servers) {
    auto& own = snapshot.server_error_logs.emplace_back();
    if (server.error_log.empty()) continue;
    auto targets = open_error_logs(server.error_log, settings.folder, logs);
    if (!targets) return in_file(settings, targets.error());
    own = std::make_shared<const proxy::OwnErrorLog>(*targets);
  }
  return {};
}

}  // namespace

Result<route::KeyRing> load_keys(const config::Config& config, KeyWarning* warn) {
  route::KeyRing ring;
  for (const config::Key& key : config.keys) {
    auto loaded = config::load_key(key);
    if (!loaded) return at(config, key.place, loaded.error().message);
    for (const std::string& warning : loaded->warnings) {
      if (warn != nullptr) warn(config, key, warning);
    }
    ring.emplace(key.key_pair_id,
                 std::make_shared<const signing::SigningKey>(std::move(loaded->key)));
  }
  return ring;
}

Result<std::shared_ptr<const Snapshot>> make_snapshot(config::Config config,
                                                      net::TlsSessions& sessions,
                                                      proxy::LogFiles& logs) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->config = std::move(config);
  const config::Config& settings = snapshot->config;
  const std::vector<LostHost> lost = resolve_trusted_hosts(snapshot->config);
  if (!lost.empty()) return at(settings, lost.front().place, lost.front().message);
  auto keys = load_keys(settings, &warn_of_key);
  if (!keys) return keys.error();
  auto router = route::Router::make(settings, *keys);
  if (!router) return in_file(settings, router.error());
  for (const route::CookieFinding& finding : route::check_cookies(settings)) {
    if (finding.severity == config::Severity::error)
      return at(settings, finding.place, finding.message);
    proxy::log(proxy::ErrorLevel::warn, "{}: {}", config::place_text(settings, finding.place),
               finding.message);
  }
  snapshot->router = std::move(*router);
  NamePatience patience;
  snapshot->limits = proxy::LimitZones::make(*snapshot->router);
  std::vector<TlsDiagnosis> findings;
  snapshot->tls = load_tls(settings, snapshot->router->upstream_tls(), sessions, findings);
  for (const TlsDiagnosis& finding : findings) {
    if (finding.severity == config::Severity::error)
      return at(settings, finding.place, finding.message);
    proxy::log(proxy::ErrorLevel::warn, "{}: {}", config::place_text(settings, finding.place),
               finding.message);
  }
  for (const route::Group& group : snapshot->router->groups()) {
    std::vector<std::vector<net::Endpoint>> peers;
    for (const config::Peer& peer : group.peers) {
      auto endpoints = resolve_peer(settings, peer, patience);
      if (!endpoints) return endpoints.error();
      peers.push_back(std::move(*endpoints));
    }
    snapshot->endpoints.push_back(std::move(peers));
  }
  for (const route::LogRule& log : snapshot->router->access_logs()) {
    auto opened = proxy::AccessLog::open(log, settings.folder, logs);
    if (!opened) return in_file(settings, opened.error());
    snapshot->access_logs.push_back(std::move(*opened));
  }
  if (const auto opened = open_all_error_logs(logs, *snapshot); !opened) return opened.error();
  return std::shared_ptr<const Snapshot>(std::move(snapshot));
}

}  // namespace signgate::server
