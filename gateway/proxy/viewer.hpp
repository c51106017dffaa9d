// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/base/network.hpp"
#include "gateway/http/proxy_protocol.hpp"
#include "gateway/proxy/client_tls.hpp"
#include "gateway/proxy/services.hpp"

namespace signgate::proxy {

/// NamedServer is the server that a client has named in its handshake (SNI): its place in the
/// router of the configuration of that generation (Runtime::generation); 0 = none was named, or
/// none that is there.
struct NamedServer {
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
};

/// Viewer is who a connection comes from, as texts that live as long as the session.
struct Viewer {
  std::string address;
  std::uint16_t port = 0;
  std::string server_address;
  std::uint16_t server_port = 0;
  std::uint64_t connection = 0;
  SteadyTime began = {};  // when the connection was accepted
  std::uint64_t requests = 0;
  std::size_t listen = 0;  // the number of the address: see Runtime::listens
  std::unique_ptr<const http::ProxyHeader>
      proxy;  // what came before the first byte, where PROXY headers are taken
  std::optional<Forwarded> proxy_protocol;  // what the PROXY protocol said of the client
  std::unique_ptr<ClientTls> tls;           // null: the connection is a plain one
  NamedServer named = {};
  std::shared_ptr<const Tenure> tenure = {};  // of the address; null: it lasts

  /// is_last says whether a reload has taken the address away: no further request is taken.
  [[nodiscard]] bool is_last() const noexcept { return tenure && tenure->last; }
};

/// runtime_for is the configuration that serves a connection's next request: the present one, or
/// the last that had its address. The reference is good until the next reload.
[[nodiscard]] inline const std::shared_ptr<const Runtime>& runtime_for(
    const Services& services, const Viewer& viewer) noexcept {
  return viewer.is_last() ? viewer.tenure->last : services.runtime;
}

/// set_connection gives the variables of a connection their values, which live as long as `viewer`.
void set_connection(const Viewer& viewer, route::VariableValues& values);

/// sni_host is the host that a server name of a handshake stands for: in lower case, without the
/// dot of the root. Nothing for a name that is none, which names no server and goes into no path
/// (nginx, ngx_http_validate_host).
[[nodiscard]] std::optional<std::string> sni_host(std::string_view server_name);

/// server_before_host is the server whose settings hold before a request has named its host, for
/// how its head is read above all: the one that the handshake named, else the address's default
/// server (nginx, hc->conf_ctx). After a reload the name is looked up again.
[[nodiscard]] const route::Server& server_before_host(const Runtime& runtime, const Viewer& viewer);

}  // namespace signgate::proxy
