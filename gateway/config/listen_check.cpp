// SPDX-License-Identifier: Apache-2.0
// What several servers say of one address has to go together.
#include <algorithm>

#include "gateway/config/address.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/sections.hpp"

namespace signgate::config {

void check_listens(const Config& config, Diagnostics& diagnostics) {
  struct Taken {
    Address address;
    const Server* first;     // the default one
    const Server* declared;  // as default_server
    bool ssl;
    bool proxy_protocol;
    const Server* with_options;
    ListenOptions options;
    std::vector<const Server*> servers;
  };
  std::vector<Taken> all;
  for (const Server& server : config.servers) {
    for (const Listen& listen : server.listen) {
      const auto parsed = parse_listen(listen.address);
      if (!parsed) continue;
      const Address address = canonical(*parsed);
      const bool any_port = address.port == 0 && address.unix_path.empty();
      auto known = std::find_if(all.begin(), all.end(), [&](const Taken& taken) {
        return !any_port && taken.address == address;
      });
      if (known == all.end()) {
        known =
            all.insert(all.end(), Taken{address, &server, nullptr, false, false, nullptr, {}, {}});
      } else if ((listen.ssl || listen.proxy_protocol) && (known->ssl || known->proxy_protocol) &&
                 (listen.ssl != known->ssl || listen.proxy_protocol != known->proxy_protocol)) {
        // One socket, so what one server says holds for all; a server may say nothing.
        diagnostics.warning(server.place,
                            in_quotes(listen.address) + " has other options in the server at " +
                                diagnostics.line_of(known->servers.front()->place) +
                                ": ssl and proxy_protocol hold for all servers of an address");
      }
      if (listen.options && known->with_options != nullptr && *listen.options != known->options) {
        diagnostics.error(server.place,
                          in_quotes(listen.address) +
                              " has other parameters of the socket than in the server "
                              "at " +
                              diagnostics.line_of(known->with_options->place));
      }
      if (listen.options) {
        known->with_options = &server;
        known->options = *listen.options;
      }
      known->ssl = known->ssl || listen.ssl;
      known->proxy_protocol = known->proxy_protocol || listen.proxy_protocol;
      known->servers.push_back(&server);
      if (!listen.default_server) continue;
      if (known->declared != nullptr) {
        diagnostics.error(server.place, in_quotes(listen.address) +
                                            " has its default_server already, at " +
                                            diagnostics.line_of(known->declared->place));
      }
      known->first = known->declared = &server;
    }
  }
  for (const Taken& taken : all) {
    // Such a socket has the IPv4 addresses of its port as well.
    const auto meets = [&](const Taken& other) {
      return other.address.unix_path.empty() && other.address.port == taken.address.port &&
             other.address.host.find(':') == std::string::npos;
    };
    if (!taken.options.ipv6only && taken.address.host == "::" && taken.address.port != 0 &&
        std::ranges::any_of(all, meets)) {
      diagnostics.error(taken.with_options->place,
                        "with ipv6only=off the address takes the IPv4 addresses of port " +
                            std::to_string(taken.address.port) +
                            " as well, at which another listen stands");
    }
  }
  for (const Taken& taken : all) {
    if (!taken.ssl) continue;
    const auto is_ready = [](const Server* server) {
      return !server->tls.settings.certificates.empty() || server->tls.settings.reject_handshake;
    };
    constexpr std::string_view missing =
        "a server that listens with ssl needs ssl_certificate and ssl_certificate_key, or "
        "ssl_reject_handshake";
    if (!is_ready(taken.first)) {
      diagnostics.error(taken.first->place, std::string(missing));
    } else if (taken.first->tls.settings.certificates.empty()) {
      // There is no certificate of a default server for the others to use.
      for (const Server* server : taken.servers) {
        if (!is_ready(server)) diagnostics.error(server->place, std::string(missing));
      }
    }
  }
}

}  // namespace signgate::config
