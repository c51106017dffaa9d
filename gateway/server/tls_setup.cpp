// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/tls_setup.hpp"

#include <algorithm>

namespace signgate::server {
namespace {

void place_findings(const std::vector<TlsFinding>& findings, const config::TlsPlaces& places,
                    config::Place otherwise, std::vector<TlsDiagnosis>& found) {
  for (const TlsFinding& finding : findings) {
    found.push_back({config::place_of(places, finding.setting, finding.index, otherwise),
                     finding.is_warning ? config::Severity::warning : config::Severity::error,
                     finding.setting + ": " + finding.message});
  }
}

bool has_tls(const config::Server& server) {
  return !server.tls.settings.certificates.empty() || server.tls.settings.reject_handshake;
}

}  // namespace

TlsContexts load_tls(const config::Config& config,
                     const std::vector<config::UpstreamTls>& upstreams, net::TlsSessions& sessions,
                     std::vector<TlsDiagnosis>& found) {
  TlsContexts loaded;
  for (const config::Server& server : config.servers) {
    std::shared_ptr<const net::TlsServerContext> context;
    if (has_tls(server)) {
      // Servers that say the same, as by inheritance, share one context.
      const auto same = std::find_if(
          config.servers.begin(), config.servers.end(),
          [&](const config::Server& other) { return other.tls.settings == server.tls.settings; });
      const auto index = static_cast<std::size_t>(same - config.servers.begin());
      if (index < loaded.servers.size()) {
        context = loaded.servers[index];
      } else {
        std::vector<TlsFinding> findings;
        context = net::TlsServerContext::make(server.tls.settings, sessions, findings);
        place_findings(findings, server.tls.places, server.place, found);
      }
    }
    loaded.servers.push_back(std::move(context));
  }
  for (const config::UpstreamTls& upstream : upstreams) {
    std::vector<TlsFinding> findings;
    loaded.upstreams.push_back(net::TlsClientContext::make(upstream.settings, findings));
    place_findings(findings, upstream.places, {}, found);
  }
  return loaded;
}

}  // namespace signgate::server
