// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/tls_certificates.hpp"

namespace signgate::proxy {

net::Awaitable<Result<net::TlsLoaded>> load_certificate(Services& services,
                                                        net::TlsCredentialSource& source,
                                                        TlsPaths paths) {
  if (net::TlsLoaded kept = source.find(paths, services.wheel.now())) co_return kept;
  Result<net::TlsLoaded> loaded = net::TlsLoaded();
  const SteadyTime now = services.wheel.now();
  std::function<void()> job = [&] { loaded = source.load(paths, now); };
  co_await services.files.run(std::move(job));
  services.wheel.refresh();
  co_return loaded;
}

net::Awaitable<Result<std::vector<net::TlsLoaded>>> lend_certificates(Services& services,
                                                                      const Runtime& runtime,
                                                                      const Viewer& viewer,
                                                                      ssl_st* connection) {
  const ClientTls tls(connection);
  if (!tls.server_name().empty() && !sni_host(tls.server_name())) {
    Error refused{ErrorCode::bad_request, Side::client, Retry::no,
                  "the client's server name is no host"};
    co_return refused;
  }
  const route::Server* server = &server_before_host(runtime, viewer);
  const net::TlsServerContext* context =
      runtime.server_tls[runtime.router->index_of(*server)].get();
  if (context == nullptr) {  // the default server's serves for it
    server = &runtime.default_server(viewer.listen);
    context = runtime.server_tls[runtime.router->index_of(*server)].get();
  }
  route::VariableValues values;
  set_connection(viewer, values);
  values.tls = &tls;
  values.scheme = "https";
  values.server_name = server->name;
  std::vector<net::TlsLoaded> lent;
  for (const route::CertificatePaths& certificate : server->certificates) {
    TlsPaths paths = certificate.paths(values, runtime.router->folder());
    Result<net::TlsLoaded> loaded =
        co_await load_certificate(services, *context->credentials(), std::move(paths));
    if (!loaded) co_return loaded.error();
    lent.push_back(std::move(*loaded));
  }
  co_return lent;
}

}  // namespace signgate::proxy
