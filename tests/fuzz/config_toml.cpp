// SPDX-License-Identifier: Apache-2.0
// The configuration: any bytes end in a config or an error, never both or neither; every finding
// stands within the file and can be shown; and what was read once is read so again.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/limits.hpp"
#include "gateway/config/address.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/location.hpp"
#include "gateway/config/reader.hpp"
#include "gateway/config/server_name.hpp"

namespace {

using namespace signgate::config;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_findings(const Reading& reading, const std::array<std::string_view, 2>& texts) {
  bool has_error = false;
  Place last;
  for (const Diagnostic& found : reading.diagnostics) {
    has_error = has_error || found.severity == Severity::error;
    const std::string_view text = texts[std::min<std::size_t>(found.place.file, 1)];
    require(found.place.line <= static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1);
    require(!found.message.empty());
    if (found.place.line != 0) {
      require(last <= found.place);
      last = found.place;
    }
    for (const char c : render(found))
      require(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t');
  }
  require(reading.diagnostics.size() <= signgate::limits::config_diagnostics + 1);
  require(reading.config.has_value() != has_error);
}

/// The variables that a configuration defines itself.
std::vector<std::string> defined_in(const Config& config) {
  std::vector<std::string> names;
  const auto add_sets = [&](const Settings& settings) {
    for (const auto& [name, value] : settings.access.auth_request_set)
      names.push_back(name);
  };
  const auto add_captures = [&](std::string_view pattern, bool caseless) {
    const auto captures = capture_names(pattern, caseless);
    require(captures.has_value());
    names.insert(names.end(), captures->begin(), captures->end());
  };
  const auto add_variables = [&](const SetVariables& set) {
    for (const auto& [name, value] : set)
      names.push_back(name);
  };
  add_sets(config.settings);
  for (const Server& server : config.servers) {
    add_sets(server.settings);
    add_variables(server.set);
    for (const std::string& name : server.server_name) {
      if (name.starts_with('~')) add_captures(std::string_view(name).substr(1), true);
    }
    for (const Route& route : server.routes) {
      add_sets(route.settings);
      add_variables(route.set);
      const auto location = parse_location(route.location);
      require(location.has_value());
      if (location->is_regex())
        add_captures(location->text, location->kind == LocationKind::regex_caseless);
    }
  }
  return names;
}

/// What later stages take for granted of a config without errors.
void check_config(const Config& config) {
  require(!config.servers.empty());
  const DefinedVariables defined(defined_in(config));
  for (const Server& server : config.servers) {
    require(!server.listen.empty() && !server.server_name.empty());
    for (const Listen& listen : server.listen)
      require(parse_listen(listen.address).has_value());
    require(server.tls.settings.certificates.size() == server.tls.settings.certificate_keys.size());
    for (const std::string& name : server.server_name)
      require(parse_server_name(name).has_value());
    for (const Route& route : server.routes) {
      require(parse_location(route.location).has_value());
      // return may stand beside proxy_pass, and goes before it.
      const bool is_answered = route.proxy_pass.has_value() || route.return_.has_value();
      require(route.media_redirect.has_value() != is_answered);
      if (!route.proxy_pass) continue;
      if (route.proxy_pass->variables.empty()) {
        require(parse_peer(route.proxy_pass->host).has_value());
      } else {
        require(check_variables(route.proxy_pass->variables).has_value());
      }
    }
  }
  for (const Upstream& upstream : config.upstreams) {
    require(!upstream.peers.empty());
    for (const Peer& peer : upstream.peers)
      require(parse_peer(peer.address).has_value() && peer.weight > 0);
    require(check_variables(upstream.balance.key).has_value());
    if (upstream.resolver) require(!upstream.resolver->servers.empty());
    if (upstream.health_check) require(upstream.health_check->uri.starts_with('/'));
  }
  for (const Media& media : config.media)
    require(!media.key.empty() && !media.target.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A NUL, which TOML has not, divides the file from the one that any `include` finds.
  const std::string_view all{reinterpret_cast<const char*>(data), size};
  const std::string_view text = all.substr(0, all.find('\0'));
  const std::string_view included = all.substr(std::min(text.size() + 1, all.size()));
  IncludeFiles files;
  files.find = [](const std::string& pattern) { return std::vector<std::string>{pattern}; };
  files.load = [&](const std::string&) -> Parsed<std::string> {
    return {boost::system::in_place_value, included};
  };
  const Reading reading = read_toml(text, "f.toml", "conf", files);
  check_findings(reading, {text, included});
  if (reading.config) {
    check_config(*reading.config);
    require(read_toml(text, "f.toml", "conf", files).config == reading.config);
  }
  return 0;
}
