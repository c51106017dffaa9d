// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/config/address.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/text_file.hpp"
#include "gateway/config/tls_values.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

/// read_path reads one value of `key` that names a file; empty when it was at fault.
std::string read_path(TableReader& table, std::string_view key, const Text& text,
                      const std::string& folder) {
  // A key pasted in place of its path must not be shown.
  if (text.value.find("-----BEGIN") != std::string::npos ||
      text.value.find('\n') != std::string::npos) {
    table.error(text.place, std::string(key) + " must be the path of a file, not what is in it");
  } else if (text.value.empty()) {
    table.error(text.place, std::string(key) + " must be the path of a file");
  } else if (const std::size_t dollar = text.value.find('$'); dollar != std::string::npos) {
    table.flaw(key, text.place, {"takes no variables", dollar});
  } else {
    return join_path(folder, text.value);
  }
  return {};
}

void read_file(TableReader& table, std::string_view key, const std::string& folder,
               TlsPlaces& places, std::string& out) {
  std::string written;
  const auto place = table.text(key, written);
  if (!place) return;
  out = read_path(table, key, {written, *place}, folder);
  places[std::string(key)] = {*place};
}

void read_files(TableReader& table, std::string_view key, const std::string& folder,
                TlsPlaces& places, std::vector<std::string>& out) {
  std::vector<Text> written;
  const auto place = table.texts(key, written);
  if (!place) return;
  if (written.empty()) table.error(*place, std::string(key) + " must name a file");
  out.clear();
  std::vector<Place>& each = places[std::string(key)];
  each.clear();
  for (const Text& text : written) {
    out.push_back(read_path(table, key, text, folder));
    each.push_back(text.place);
  }
}

void read_words(TableReader& table, std::string_view key, TlsPlaces& places, std::string& out) {
  std::string written;
  const auto place = table.text(key, written);
  if (!place) return;
  if (written.empty()) {
    table.error(*place, std::string(key) + " must not be empty");
    return;
  }
  out = std::move(written);
  places[std::string(key)] = {*place};
}

void read_protocols(TableReader& table, std::string_view key, TlsProtocols& protocols) {
  std::vector<Text> written;
  const auto place = table.texts(key, written);
  if (!place) return;
  if (written.empty()) written.push_back({"", *place});
  TlsProtocols read{.tls_1_2 = false, .tls_1_3 = false};
  for (const Text& text : written) {
    if (const auto added = add_tls_protocols(text.value, read); !added) {
      table.flaw(key, text.place, added.error());
      return;
    }
  }
  protocols = read;
}

void read_commands(TableReader& table, std::string_view key, TlsPlaces& places,
                   TlsCommands& commands) {
  std::vector<std::pair<Text, Text>> written;
  if (!table.pairs(key, written)) return;
  commands.clear();
  std::vector<Place>& each = places[std::string(key)];
  each.clear();
  for (const auto& [name, value] : written) {
    commands.emplace_back(name.value, value.value);
    each.push_back(name.place);
  }
}

void read_resumption(TableReader& table, const std::string& folder, ServerTls& tls) {
  TlsServerSettings& settings = tls.settings;
  table.parsed("ssl_session_cache", parse_session_cache, settings.session_cache);
  table.duration("ssl_session_timeout", settings.session_timeout, Milliseconds{1000});
  table.on_off("ssl_session_tickets", settings.session_tickets);
  read_files(table, "ssl_session_ticket_key", folder, tls.places, settings.session_ticket_keys);
  table.on_off("ssl_stapling", settings.stapling);
  read_files(table, "ssl_stapling_file", folder, tls.places, settings.stapling_files);
}

void read_client_rules(TableReader& table, const std::string& folder, ServerTls& tls) {
  TlsServerSettings& settings = tls.settings;
  table.choice("ssl_verify_client",
               {{"off"sv, TlsClientVerify::off},
                {"on"sv, TlsClientVerify::on},
                {"optional"sv, TlsClientVerify::optional},
                {"optional_no_ca"sv, TlsClientVerify::optional_no_ca}},
               settings.verify_client);
  read_file(table, "ssl_client_certificate", folder, tls.places, settings.client_certificate);
  read_file(table, "ssl_trusted_certificate", folder, tls.places, settings.trusted_certificate);
  read_file(table, "ssl_crl", folder, tls.places, settings.crl);
  table.integer("ssl_verify_depth", settings.verify_depth, 0U, 100U);
}

/// check_server_tls looks at what a table says together with what it inherits.
void check_server_tls(TableReader& table, const ServerTls& tls) {
  const TlsServerSettings& settings = tls.settings;
  const auto at = [&](std::string_view key) { return place_of(tls.places, key, 0, table.place()); };
  if (settings.certificates.size() != settings.certificate_keys.size()) {
    table.error(at(settings.certificates.empty() ? "ssl_certificate_key" : "ssl_certificate"),
                "ssl_certificate and ssl_certificate_key must name as many files: each "
                "certificate has its key");
  }
  if (settings.stapling && settings.stapling_files.empty()) {
    table.error(table.place(),
                "ssl_stapling needs ssl_stapling_file: responses are read from files, not fetched");
  }
  const bool needs_authority = settings.verify_client == TlsClientVerify::on ||
                               settings.verify_client == TlsClientVerify::optional;
  if (needs_authority && settings.client_certificate.empty() &&
      settings.trusted_certificate.empty()) {
    table.error(table.place(),
                "ssl_verify_client needs ssl_client_certificate: the authorities to verify by");
  }
}

}  // namespace

Place place_of(const TlsPlaces& places, std::string_view setting, std::size_t index,
               Place otherwise) {
  const auto found = places.find(setting);
  if (found == places.end() || found->second.empty()) return otherwise;
  return found->second[std::min(index, found->second.size() - 1)];
}

void read_server_tls(TableReader& table, const std::string& folder, ServerTls& tls) {
  TlsServerSettings& settings = tls.settings;
  read_files(table, "ssl_certificate", folder, tls.places, settings.certificates);
  read_files(table, "ssl_certificate_key", folder, tls.places, settings.certificate_keys);
  read_file(table, "ssl_password_file", folder, tls.places, settings.password_file);
  read_protocols(table, "ssl_protocols", settings.protocols);
  read_words(table, "ssl_ciphers", tls.places, settings.ciphers);
  table.on_off("ssl_prefer_server_ciphers", settings.prefer_server_ciphers);
  read_words(table, "ssl_ecdh_curve", tls.places, settings.ecdh_curve);
  read_file(table, "ssl_dhparam", folder, tls.places, settings.dhparam);
  read_commands(table, "ssl_conf_command", tls.places, settings.conf_commands);
  table.size("ssl_buffer_size", settings.buffer_size, 512, limits::mib);
  read_resumption(table, folder, tls);
  read_client_rules(table, folder, tls);
  table.on_off("ssl_reject_handshake", settings.reject_handshake);
  check_server_tls(table, tls);
}

void read_upstream_tls(TableReader& table, const std::string& folder, UpstreamTls& tls) {
  TlsClientSettings& settings = tls.settings;
  read_file(table, "proxy_ssl_certificate", folder, tls.places, settings.certificate);
  read_file(table, "proxy_ssl_certificate_key", folder, tls.places, settings.certificate_key);
  read_file(table, "proxy_ssl_password_file", folder, tls.places, settings.password_file);
  read_protocols(table, "proxy_ssl_protocols", settings.protocols);
  read_words(table, "proxy_ssl_ciphers", tls.places, settings.ciphers);
  read_commands(table, "proxy_ssl_conf_command", tls.places, settings.conf_commands);
  table.on_off("proxy_ssl_verify", settings.verify);
  read_file(table, "proxy_ssl_trusted_certificate", folder, tls.places,
            settings.trusted_certificate);
  read_file(table, "proxy_ssl_crl", folder, tls.places, settings.crl);
  table.integer("proxy_ssl_verify_depth", settings.verify_depth, 0U, 100U);
  table.on_off("proxy_ssl_session_reuse", settings.session_reuse);
  table.on_off("proxy_ssl_server_name", tls.server_name);
  std::string name;
  if (const auto place = table.text("proxy_ssl_name", name)) {
    if (const auto variables = check_variables(name); !variables)
      table.flaw("proxy_ssl_name", *place, variables.error());
    tls.name = std::move(name);
  }
  if (settings.certificate.empty() != settings.certificate_key.empty()) {
    table.error(place_of(tls.places,
                         settings.certificate.empty() ? "proxy_ssl_certificate_key"
                                                      : "proxy_ssl_certificate",
                         0, table.place()),
                "proxy_ssl_certificate and proxy_ssl_certificate_key must stand together");
  }
  if (settings.verify && settings.trusted_certificate.empty()) {
    table.error(table.place(),
                "proxy_ssl_verify needs proxy_ssl_trusted_certificate: the authorities to verify "
                "by, such as /etc/ssl/certs/ca-certificates.crt");
  }
}

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
        diagnostics.warning(
            server.place, in_quotes(listen.address) + " has other options in the server at line " +
                              std::to_string(known->servers.front()->place.line) +
                              ": ssl and proxy_protocol hold for all servers of an address");
      }
      if (listen.options && known->with_options != nullptr && *listen.options != known->options) {
        diagnostics.error(server.place,
                          in_quotes(listen.address) +
                              " has other parameters of the socket than in the server "
                              "at line " +
                              std::to_string(known->with_options->place.line));
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
                                            " has its default_server already, at line " +
                                            std::to_string(known->declared->place.line));
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
