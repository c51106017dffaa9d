// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "gateway/base/limits.hpp"
#include "gateway/config/cache_parameters.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/text_file.hpp"
#include "gateway/config/tls_values.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

/// check_path says whether one value of `key` can name a file.
bool check_path(TableReader& table, std::string_view key, const Text& text) {
  // A key pasted in place of its path must not be shown.
  const bool is_content = text.value.find("-----BEGIN") != std::string::npos ||
                          text.value.find('\n') != std::string::npos;
  if (!is_content && !text.value.empty()) return true;
  table.error(text.place, std::string(key) + " must be the path of a file" +
                              (is_content ? ", not what is in it" : ""));
  return false;
}

/// check_template says so of one that may have variables.
bool check_template(TableReader& table, std::string_view key, const Text& text) {
  if (!check_path(table, key, text)) return false;
  const auto variables = check_variables(text.value);
  if (!variables) table.flaw(key, text.place, variables.error());
  return variables.has_value();
}

/// read_path reads one value of `key` that names a file; empty when it was at fault.
std::string read_path(TableReader& table, std::string_view key, const Text& text,
                      const std::string& folder) {
  if (!check_path(table, key, text)) return {};
  const std::size_t dollar = text.value.find('$');
  if (dollar == std::string::npos) return join_path(folder, text.value);
  table.flaw(key, text.place, {"takes no variables", dollar});
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

bool has_variables(const TlsPaths& written) {
  return written.certificate.find('$') != std::string::npos ||
         written.key.find('$') != std::string::npos;
}

/// read_identities reads a key whose files variables may name, one of both members of `written`.
void read_identities(TableReader& table, std::string_view key, TlsPlaces& places,
                     std::vector<TlsPaths>& written, std::string TlsPaths::*member) {
  std::vector<Text> texts;
  const auto place = table.texts(key, texts);
  if (!place) return;
  if (texts.empty()) table.error(*place, std::string(key) + " must name a file");
  std::vector<Place>& each = places[std::string(key)];
  each.clear();
  for (TlsPaths& paths : written)
    (paths.*member).clear();
  written.resize(std::max(written.size(), texts.size()));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    each.push_back(texts[i].place);
    // What is at fault must not be missed as well.
    written[i].*member = check_template(table, key, texts[i]) ? texts[i].value : "-";
  }
  std::erase(written, TlsPaths());
}

void read_identity(TableReader& table, std::string_view key, TlsPlaces& places, std::string& out) {
  std::string written;
  const auto place = table.text(key, written);
  if (!place) return;
  places[std::string(key)] = {*place};
  out = check_template(table, key, {written, *place}) ? written : "-";
}

void read_certificate_cache(TableReader& table, std::string_view key, TlsCertificateCache& cache) {
  const auto parse = [](std::string_view text) {
    return parse_cache_parameters(
        text, {.most = limits::tls_kept_certificates, .counts = "certificates are kept"});
  };
  CacheParameters read;
  if (!table.parsed(key, parse, read)) return;
  cache = {read.max, read.inactive, read.valid};
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

void read_certificates(TableReader& table, const std::string& folder, ServerTls& tls) {
  TlsServerSettings& settings = tls.settings;
  read_identities(table, "ssl_certificate", tls.places, tls.written, &TlsPaths::certificate);
  read_identities(table, "ssl_certificate_key", tls.places, tls.written, &TlsPaths::key);
  read_certificate_cache(table, "ssl_certificate_cache", settings.certificate_cache);
  settings.certificates_vary = std::ranges::any_of(tls.written, has_variables);
  settings.certificates.clear();
  settings.certificate_keys.clear();
  for (const TlsPaths& paths : tls.written) {
    const bool stays = settings.certificates_vary;
    settings.certificates.push_back(stays ? paths.certificate
                                          : join_path(folder, paths.certificate));
    settings.certificate_keys.push_back(stays ? paths.key : join_path(folder, paths.key));
  }
}

/// check_server_tls looks at what a table says together with what it inherits.
void check_server_tls(TableReader& table, const ServerTls& tls) {
  const TlsServerSettings& settings = tls.settings;
  const auto at = [&](std::string_view key) { return place_of(tls.places, key, 0, table.place()); };
  const auto lacks = std::ranges::find_if(tls.written, [](const TlsPaths& paths) {
    return paths.certificate.empty() || paths.key.empty();
  });
  if (lacks != tls.written.end()) {
    table.error(at(lacks->certificate.empty() ? "ssl_certificate_key" : "ssl_certificate"),
                "ssl_certificate and ssl_certificate_key must name as many files: each "
                "certificate has its key");
  }
  if (settings.stapling && settings.certificates_vary) {
    table.error(table.place(),
                "ssl_stapling does not go with variables in ssl_certificate: responses are about "
                "certificates that are known from the start");
  }
  if (settings.stapling && settings.stapling_files.empty()) {
    table.error(table.place(),
                "ssl_stapling needs ssl_stapling_file: responses are read from files, not asked "
                "for at the authority's responder as nginx does");
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
  read_certificates(table, folder, tls);
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

void read_certificate(TableReader& table, const std::string& folder, UpstreamTls& tls) {
  TlsClientSettings& settings = tls.settings;
  read_identity(table, "proxy_ssl_certificate", tls.places, tls.written.certificate);
  read_identity(table, "proxy_ssl_certificate_key", tls.places, tls.written.key);
  read_certificate_cache(table, "proxy_ssl_certificate_cache", settings.certificate_cache);
  settings.certificate_varies = has_variables(tls.written);
  const auto settled = [&](const std::string& text) {
    return text.empty() || settings.certificate_varies ? text : join_path(folder, text);
  };
  settings.certificate = settled(tls.written.certificate);
  settings.certificate_key = settled(tls.written.key);
}

void read_upstream_tls(TableReader& table, const std::string& folder, UpstreamTls& tls) {
  TlsClientSettings& settings = tls.settings;
  read_certificate(table, folder, tls);
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

}  // namespace signgate::config
