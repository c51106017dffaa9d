// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/upstream_tls.hpp"

#include "gateway/proxy/tls_certificates.hpp"

namespace signgate::proxy {

upstream::TlsTarget tls_target(const Runtime& runtime, const route::Route& route,
                               const route::VariableValues& values) {
  upstream::TlsTarget target;
  if (!route.proxy->tls) return target;
  std::string name;
  route.proxy->tls_name.append(values, route::Escape::none, name);
  target.context = runtime.upstream_tls[*route.proxy->tls];
  target.name = upstream::tls_host(name);
  target.sends_name = route.proxy->tls_server_name;
  target.paths = route.proxy->certificate.paths(values, runtime.router->folder());
  return target;
}

net::Awaitable<Result<void>> secure(Services& services, upstream::Connection& connection,
                                    const upstream::TlsTarget& target, const Runtime& runtime,
                                    std::string_view peer, Milliseconds timeout) {
  connection.tls = target;
  net::TlsPeer whom;
  whom.name = target.name;
  whom.sends_name = target.sends_name;
  if (!target.paths.certificate.empty()) {
    const Result<net::TlsLoaded> loaded =
        co_await load_certificate(services, *target.context->credentials(), target.paths);
    if (!loaded) co_return loaded.error();
    whom.credentials = *loaded;
  }
  whom.session = runtime.upstream_sessions->find(target, peer);
  const Result<void> done = co_await connection.stream.connect_tls(*target.context, whom, timeout);
  if (!done && whom.session) runtime.upstream_sessions->forget(target, peer);
  co_return done;
}

void keep_tls_session(upstream::Connection& connection, const Runtime& runtime,
                      std::string_view peer) {
  if (connection.requests != 1 || !connection.tls.context) return;
  runtime.upstream_sessions->keep(connection.tls, peer, connection.stream.tls()->session());
}

}  // namespace signgate::proxy
