// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/viewer.hpp"

#include "gateway/http/host.hpp"
#include "gateway/http/text.hpp"

namespace signgate::proxy {

void set_connection(const Viewer& viewer, route::VariableValues& values) {
  values.remote_addr = viewer.address;
  values.remote_port = viewer.port;
  values.realip_remote_addr = viewer.address;
  values.realip_remote_port = viewer.port;
  values.server_addr = viewer.server_address;
  values.server_port = viewer.server_port;
  values.proxy_protocol = viewer.proxy.get();
  values.connection = viewer.connection;
  values.connection_requests = viewer.requests;
  values.tls = viewer.tls.get();
  if (viewer.tls) values.scheme = "https";
}

std::optional<std::string> sni_host(std::string_view server_name) {
  if (server_name.empty() || !http::is_valid_host(server_name)) return std::nullopt;
  if (server_name.ends_with('.')) server_name.remove_suffix(1);
  std::string host(server_name);
  for (char& c : host)
    c = http::to_lower(c);
  return host;
}

const route::Server& server_before_host(const Runtime& runtime, const Viewer& viewer) {
  if (viewer.named.generation == 0) return runtime.default_server(viewer.listen);
  if (viewer.named.generation == runtime.generation)
    return runtime.router->servers()[viewer.named.index];
  const auto host = sni_host(viewer.tls->server_name());
  return host ? runtime.find_server(viewer.listen, *host) : runtime.default_server(viewer.listen);
}

}  // namespace signgate::proxy
