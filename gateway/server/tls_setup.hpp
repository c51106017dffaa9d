// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/tls_session_cache.hpp"

namespace signgate::server {

/// TlsContexts are a configuration's certificates and rules, loaded; all workers share them.
struct TlsContexts {
  std::vector<std::shared_ptr<const net::TlsServerContext>> servers;  // null: has no certificate
  std::vector<std::shared_ptr<const net::TlsClientContext>> upstreams;
};

/// TlsDiagnosis is one finding about what was loaded, at its place in the configuration.
struct TlsDiagnosis {
  config::Place place;
  config::Severity severity = config::Severity::error;
  std::string message;
};

/// load_tls reads what the TLS settings of `config`'s servers and those of `upstreams` name, in
/// their order. With an error in `found`, the contexts are not to be used. It reads files, so it
/// may block.
TlsContexts load_tls(const config::Config& config,
                     const std::vector<config::UpstreamTls>& upstreams, net::TlsSessions& sessions,
                     std::vector<TlsDiagnosis>& found);

}  // namespace signgate::server
