// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/reader.hpp"

#include <algorithm>
#include <utility>

#include "gateway/config/address.hpp"
#include "gateway/config/document.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/location.hpp"
#include "gateway/config/nearest_name.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/server_name.hpp"
#include "gateway/config/text_file.hpp"

namespace signgate::config {
namespace {

void read_worker_processes(TableReader& table, std::optional<std::uint32_t>& processes) {
  const Value* value = table.find("worker_processes");
  if (value == nullptr) return;
  if (const auto* word = std::get_if<std::string>(&value->content)) {
    if (*word != "auto") {
      table.error(value->place,
                  "worker_processes must be \"auto\" or an integer, not " + in_quotes(*word));
    }
    return;
  }
  std::uint32_t number = 0;
  if (table.integer("worker_processes", number, 1U, 1024U)) processes = number;
}

/// look_up reports each used name that `defined` lacks.
void look_up(const std::vector<Text>& used, std::vector<std::string_view> defined,
             std::string_view key, std::string_view section, Diagnostics& diagnostics) {
  for (const Text& name : used) {
    if (std::find(defined.begin(), defined.end(), name.value) != defined.end()) continue;
    std::string message{key};
    message += " names " + in_quotes(name.value) + ", but there is no [" + std::string{section} +
               '.' + printable(name.value.substr(0, 80)) + ']';
    message += suggestion(name.value, defined);
    if (!defined.empty()) message += "; defined: " + listed(defined);
    diagnostics.error(name.place, std::move(message));
  }
}

/// look_up_zones reports each zone that no `KEY_zone` at the top level makes.
void look_up_zones(const std::vector<Text>& used, const std::vector<LimitZone>& zones,
                   const std::string& key, Diagnostics& diagnostics) {
  std::vector<std::string_view> names;
  for (const LimitZone& zone : zones)
    names.push_back(zone.name);
  for (const Text& name : used) {
    if (std::find(names.begin(), names.end(), name.value) != names.end()) continue;
    diagnostics.error(name.place, key + " names the zone " + in_quotes(name.value) + ", but no " +
                                      key + "_zone at the top level makes it" +
                                      suggestion(name.value, names));
  }
}

/// look_up_hosts checks what proxy_pass names. Any name may be a host's, so a likely slip is only a
/// warning.
void look_up_hosts(const std::vector<Text>& used, const std::vector<std::string_view>& upstreams,
                   Diagnostics& diagnostics) {
  for (const Text& host : used) {
    const auto address = parse_peer(host.value);
    if (!address || !address->unix_path.empty()) continue;
    const bool is_upstream =
        std::find(upstreams.begin(), upstreams.end(), address->host) != upstreams.end();
    const bool has_port = host.value != address->host;
    if (is_upstream && has_port) {
      diagnostics.error(host.place, "proxy_pass gives a port to the upstream " +
                                        in_quotes(address->host) + ": its servers have the ports");
    } else if (!is_upstream && !has_port && host.value.find('.') == std::string::npos) {
      const std::string nearest = suggestion(host.value, upstreams);
      if (nearest.empty()) continue;
      diagnostics.warning(host.place, "proxy_pass: no upstream is named " + in_quotes(host.value) +
                                          ", so it is taken as a host's name" + nearest);
    }
  }
}

/// look_up_names joins what is used with what is defined, once the whole file is read.
void look_up_names(const Config& config, const References& references, Diagnostics& diagnostics) {
  std::vector<std::string_view> media;
  std::vector<std::string_view> keys;
  std::vector<std::string_view> upstreams;
  for (const Media& rule : config.media)
    media.push_back(rule.name);
  for (const Key& key : config.keys)
    keys.push_back(key.key_pair_id);
  for (const Upstream& upstream : config.upstreams)
    upstreams.push_back(upstream.name);
  look_up(references.media, media, "sign", "media", diagnostics);
  look_up(references.redirects, media, "media_redirect", "media", diagnostics);
  look_up(references.keys, keys, "key", "key", diagnostics);
  look_up_zones(references.req_zones, config.limit_req_zones, "limit_req", diagnostics);
  look_up_zones(references.conn_zones, config.limit_conn_zones, "limit_conn", diagnostics);
  look_up_hosts(references.hosts, upstreams, diagnostics);
  for (const Media& rule : config.media) {
    const auto names_it = [&](const Text& used) { return used.value == rule.name; };
    if (std::none_of(references.media.begin(), references.media.end(), names_it) &&
        std::none_of(references.redirects.begin(), references.redirects.end(), names_it)) {
      diagnostics.warning(rule.place, "no route has " + in_quotes(rule.name) +
                                          " in `sign`: none of its links will be signed");
    }
  }
}

/// check_media_redirects looks at the routes together with the rules that they name: a rule whose
/// links an application has to grant needs one that is asked.
void check_media_redirects(const Config& config, Diagnostics& diagnostics) {
  for (const Server& server : config.servers) {
    for (const Route& route : server.routes) {
      if (!route.media_redirect) continue;
      const std::string& name = route.media_redirect->media;
      const auto rule = std::find_if(config.media.begin(), config.media.end(),
                                     [&](const Media& each) { return each.name == name; });
      if (rule == config.media.end()) continue;
      const Place place = route.media_redirect->place;
      if (rule->grant == Grant::header && route.settings.access.auth_request.empty()) {
        diagnostics.error(place,
                          "media_redirect names " + in_quotes(name) +
                              ", whose grant = \"header\" needs an application's answer that "
                              "lists what may be signed: give the route an auth_request, "
                              "whose answer is taken for it, or the rule grant = \"route\"");
      }
      const auto location = parse_location(route.location);
      const bool is_prefix = location && (location->kind == LocationKind::prefix ||
                                          location->kind == LocationKind::prefix_no_regex);
      if (is_prefix && rule->target.ends_with('/') && !route.location.ends_with('/')) {
        diagnostics.warning(place, "media_redirect: target " + in_quotes(rule->target) +
                                       " ends with \"/\" and the location " +
                                       in_quotes(route.location) +
                                       " does not: what follows the location begins with \"/\" and "
                                       "makes two of them");
      }
    }
  }
}

/// check_resolvers: `resolve` needs a name server to ask.
void check_resolvers(const Config& config, Diagnostics& diagnostics) {
  for (const Upstream& upstream : config.upstreams) {
    for (const Peer& peer : upstream.peers) {
      if (!peer.resolve || upstream.resolver || config.settings.resolver) continue;
      diagnostics.error(
          peer.place,
          "server has resolve, but neither its upstream nor the top level has a resolver");
    }
  }
}

/// warn_of_hidden_servers finds servers that no request can reach: nginx's "conflicting server
/// name".
void warn_of_hidden_servers(const Config& config, Diagnostics& diagnostics) {
  struct Taken {
    Address address;
    std::string name;
    Place place;
  };
  std::vector<Taken> taken;
  for (const Server& server : config.servers) {
    const std::size_t others = taken.size();
    for (const Listen& listen : server.listen) {
      const auto parsed = parse_listen(listen.address);
      if (!parsed || (parsed->port == 0 && parsed->unix_path.empty())) continue;
      const Address address = canonical(*parsed);
      for (const std::string& name : server.server_name) {
        const auto earlier =
            std::find_if(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(others),
                         [&](const Taken& t) { return t.address == address && t.name == name; });
        if (earlier != taken.begin() + static_cast<std::ptrdiff_t>(others)) {
          diagnostics.warning(server.place, "server name " + in_quotes(name) + " on " +
                                                in_quotes(listen.address) +
                                                " belongs to the server at " +
                                                diagnostics.line_of(earlier->place) + " already");
        }
        taken.push_back({address, name, server.place});
      }
    }
  }
}

void read_document(const Value& root, Config& config, Diagnostics& diagnostics, KnownKeys* known) {
  References references;
  const DefinedVariables defined{user_variables(root)};
  references.folder = config.folder;
  TableReader table{root, diagnostics, known};
  table.find("include");  // followed already
  read_worker_processes(table, config.worker_processes);
  table.integer("worker_connections", config.worker_connections, 1U, 1'000'000U);
  table.integer("worker_rlimit_nofile", config.worker_rlimit_nofile, std::uint64_t{64},
                std::uint64_t{1'000'000'000});
  table.duration("worker_shutdown_timeout", config.worker_shutdown_timeout);
  read_error_log(table, config.error_log);
  table.table("admin", [&](TableReader& admin) {
    std::vector<Listen> listen;
    read_listen(admin, false, listen);
    for (Listen& each : listen)
      config.admin.listen.push_back(std::move(each.address));
  });
  read_log_formats(table, config, references);
  read_limit_zones(table, config);
  read_settings(table, config.settings, references);
  Server inherited;
  read_connection_settings(table, config.folder, inherited);
  inherited.settings = config.settings;
  const auto servers = table.tables(
      "server", [&](TableReader& server) { read_server(server, inherited, config, references); });
  if (!servers && table.find("server") == nullptr) {
    diagnostics.error({1, 1}, "the configuration needs at least one [[server]]");
  }
  table.named_tables("upstream", [&](const Text& name, TableReader& upstream) {
    read_upstream(name, upstream, config);
  });
  table.named_tables("key",
                     [&](const Text& name, TableReader& key) { read_key(name, key, config); });
  table.named_tables("media", [&](const Text& name, TableReader& media) {
    read_media(name, media, config, references);
  });
  table.finish();
  look_up_names(config, references, diagnostics);
  check_media_redirects(config, diagnostics);
  check_resolvers(config, diagnostics);
  check_logs(references, diagnostics);
  warn_of_hidden_servers(config, diagnostics);
  check_listens(config, diagnostics);
}

}  // namespace

Reading read_toml(std::string_view text, std::string file, std::string folder,
                  const IncludeFiles& includes) {
  Reading reading;
  Diagnostics diagnostics{file, std::string{text}};
  Config config;
  config.file = std::move(file);
  config.folder = std::move(folder);
  if (auto root = parse_toml(diagnostics)) {
    config.included = follow_includes(*root, config.folder, includes, diagnostics);
    read_document(*root, config, diagnostics, nullptr);
  }
  if (!diagnostics.has_error()) reading.config = std::move(config);
  reading.diagnostics = diagnostics.take();
  return reading;
}

Reading read_toml(std::string_view text, std::string file, std::string folder) {
  IncludeFiles none;
  none.find = [](const std::string&) { return std::vector<std::string>{}; };
  none.load = [](const std::string&) { return Flaw{"there are no files here"}; };
  return read_toml(text, std::move(file), std::move(folder), none);
}

Reading read_file(const std::string& path) {
  if (!path.ends_with(".toml")) {
    Diagnostics diagnostics{path, {}};
    diagnostics.error(
        {}, "the name of a configuration must end in .toml: nginx.conf syntax is not supported");
    return {std::nullopt, diagnostics.take()};
  }
  const auto text = load_text(path);
  if (!text) {
    Diagnostics diagnostics{path, {}};
    diagnostics.error({}, text.error().message);
    return {std::nullopt, diagnostics.take()};
  }
  return read_toml(*text, path, folder_of(path), files_on_disk());
}

KnownKeys known_keys() {
  // One table of each kind: every reader then asks for all of its keys, whatever else is wrong.
  Diagnostics diagnostics{
      "known_keys",
      "[admin]\n[[server]]\n[[server.route]]\n[server.route.limit_except]\n[upstream.a]\n[key.a]\n"
      "[media.a]\n"};
  KnownKeys known;
  Config config;
  if (const auto root = parse_toml(diagnostics)) read_document(*root, config, diagnostics, &known);
  return known;
}

}  // namespace signgate::config
