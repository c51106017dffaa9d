// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/config/config.hpp"
#include "gateway/net/endpoint.hpp"
#include "gateway/proxy/access_log.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/proxy/limit_zones.hpp"
#include "gateway/route/router.hpp"
#include "gateway/server/tls_setup.hpp"

namespace signgate::server {

/// Snapshot is a configuration made ready to serve: keys loaded, names resolved, logs open.
/// Immutable; all workers share it.
struct Snapshot {
  config::Config config;
  std::shared_ptr<const route::Router> router;
  /// By group, then by peer of the configuration: the addresses of its name.
  std::vector<std::vector<std::vector<net::Endpoint>>> endpoints;
  std::vector<std::shared_ptr<proxy::AccessLog>> access_logs;  // by Router::access_logs
  std::vector<proxy::ErrorTarget> error_log;                   // the program's
  /// By Router::servers; empty where no server has its own.
  std::vector<std::shared_ptr<const proxy::OwnErrorLog>> server_error_logs;
  std::shared_ptr<const proxy::LimitZones> limits;
  TlsContexts tls;
};

/// KeyWarning is told what an operator should know of a key that can be used all the same.
using KeyWarning = void(const config::Config& config, const config::Key& key,
                        const std::string& warning);

/// load_keys reads the keys that a valid configuration names. On failure the error's detail is one
/// line that names file, line and column and holds nothing of a key. `warn` may be null. Blocks.
[[nodiscard]] Result<route::KeyRing> load_keys(const config::Config& config, KeyWarning* warn);

/// make_snapshot loads what a valid configuration names. It reads key files, asks the resolver and
/// opens logs, so it may block. On failure the error's detail is one line for the operator, which
/// names the file and line at fault and holds nothing of a key. `sessions` is the process's: what
/// TLS sessions need to be resumed after a reload; `logs` are its open logs, of which those that
/// the configuration names again are reopened.
[[nodiscard]] Result<std::shared_ptr<const Snapshot>> make_snapshot(config::Config config,
                                                                    net::TlsSessions& sessions,
                                                                    proxy::LogFiles& logs);

}  // namespace signgate::server
