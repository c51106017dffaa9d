// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include "gateway/base/limits.hpp"
#include "gateway/config/access_values.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/nearest_name.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/words.hpp"

namespace signgate::config {
namespace {

// Reads each string of a list through `parse`; `keep` takes what is legal and its place.
template <class Parse, class Keep>
bool read_each(TableReader& table, std::string_view key, Parse parse, Keep keep) {
  std::vector<Text> written;
  if (!table.texts(key, written)) return false;
  for (const Text& text : written) {
    auto value = parse(std::string_view(text.value));
    if (value) {
      keep(std::move(*value), text.place);
    } else {
      table.flaw(key, text.place, value.error());
    }
  }
  return true;
}

// TOML has no order among keys, but nginx's rules have one: that of the file.
void read_rules(TableReader& table, Access& access) {
  struct Placed {
    AccessRule rule;
    Place place;
  };
  std::vector<Placed> placed;
  bool any = false;
  for (const bool allow : {true, false}) {
    const bool there = read_each(table, allow ? "allow" : "deny", parse_access_network,
                                 [&](const Network& network, Place place) {
                                   placed.push_back({{allow, network}, place});
                                 });
    any = any || there;
  }
  const auto keep = [&](const AccessRule& rule, Place place) { placed.push_back({rule, place}); };
  any = read_each(table, "access", parse_access_rule, keep) || any;
  if (!any) return;
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return a.place.line != b.place.line ? a.place.line < b.place.line
                                        : a.place.column < b.place.column;
  });
  access.rules.clear();
  for (const Placed& each : placed)
    access.rules.push_back(each.rule);
}

void read_real_ip(TableReader& table, Access& access) {
  std::vector<Network> networks;
  std::vector<TrustedHost> hosts;
  const bool there =
      read_each(table, "set_real_ip_from", parse_trusted_peer, [&](TrustedPeer peer, Place place) {
        if (const auto* network = std::get_if<Network>(&peer)) {
          networks.push_back(*network);
        } else {
          hosts.push_back({std::get<std::string>(std::move(peer)), place});
        }
      });
  if (there) {
    access.set_real_ip_from = std::move(networks);
    access.trusted_hosts = std::move(hosts);
  }
  std::string header;
  if (const auto place = table.text("real_ip_header", header)) {
    const bool legal = !header.empty() && std::all_of(header.begin(), header.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '-' || c == '_';
    });
    if (legal) {
      access.real_ip_header = std::move(header);
    } else {
      table.error(*place, "real_ip_header has " + in_quotes(header) +
                              ", which is neither a header's name nor \"proxy_protocol\"");
    }
  }
  table.on_off("real_ip_recursive", access.real_ip_recursive);
}

void read_with_variables(TableReader& table, std::string_view key, std::string& out) {
  std::string written;
  const auto place = table.text(key, written);
  if (!place) return;
  const bool control = std::any_of(written.begin(), written.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  });
  const auto variables = check_variables(written);
  if (control) {
    table.error(*place, std::string(key) + " has a control character");
  } else if (!variables) {
    table.flaw(key, *place, variables.error());
  } else {
    out = std::move(written);
  }
}

void read_password(TableReader& table, Access& access) {
  read_with_variables(table, "auth_basic", access.auth_basic);
  if (access.auth_basic == "off") access.auth_basic.clear();
  read_with_variables(table, "auth_basic_user_file", access.auth_basic_user_file);
}

void read_auth(TableReader& table, Access& access) {
  table.choice("satisfy", {{"all", false}, {"any", true}}, access.satisfy_any);
  read_password(table, access);
  table.duration("auth_delay", access.auth_delay);
  std::string uri;
  if (const auto place = table.text("auth_request", uri)) {
    if (uri == "off") {
      access.auth_request.clear();
    } else if (!is_own_uri(uri)) {
      table.error(*place, "auth_request has " + in_quotes(uri) +
                              ": legal is a URI such as \"/auth\", without variables, or \"off\"");
    } else {
      access.auth_request = std::move(uri);
    }
  }
  std::vector<std::pair<std::string, std::string>> sets;
  const bool there = read_each(
      table, "auth_request_set",
      [](std::string_view text) -> Parsed<std::pair<std::string, std::string>> {
        const auto words = split_words(text);
        if (!words) return words.error();
        if (words->size() != 2) return Flaw{"must be \"$variable VALUE\"", 0};
        const auto name = parse_user_variable(words->front().text);
        if (!name) return Flaw{name.error().message, words->front().offset};
        const Word& value = words->back();
        const auto variables = check_variables(value.text);
        if (!variables)
          return Flaw{variables.error().message, value.offset + variables.error().offset};
        return std::pair(*name, value.text);
      },
      [&](std::pair<std::string, std::string> set, Place) { sets.push_back(std::move(set)); });
  if (there) access.auth_request_set = std::move(sets);
}

const std::initializer_list<std::pair<std::string_view, LogLevel>> levels = {
    {"info", LogLevel::info},
    {"notice", LogLevel::notice},
    {"warn", LogLevel::warn},
    {"error", LogLevel::error}};

void read_status(TableReader& table, std::string_view key, int& status) {
  std::uint32_t number = 0;
  if (table.integer(key, number, 400U, 599U)) status = static_cast<int>(number);
}

// Reads limits that name zones, each zone at most once.
template <class Limit, class Parse>
void read_limits(TableReader& table, std::string_view key, Parse parse, std::vector<Limit>& limits,
                 std::vector<Text>& zones) {
  std::vector<Limit> read;
  const bool there = read_each(table, key, parse, [&](Limit limit, Place place) {
    const bool twice = std::any_of(read.begin(), read.end(),
                                   [&](const Limit& other) { return other.zone == limit.zone; });
    if (twice)
      table.error(place, std::string(key) + " names the zone " + in_quotes(limit.zone) + " twice");
    zones.push_back({limit.zone, place});
    read.push_back(std::move(limit));
  });
  if (there) limits = std::move(read);
}

void read_referers(TableReader& table, Access& access) {
  std::vector<Text> written;
  if (table.texts("valid_referers", written)) {
    Referers referers;
    for (const Text& text : written) {
      const auto added = add_referer(text.value, referers);
      if (!added) table.flaw("valid_referers", text.place, added.error());
    }
    access.valid_referers = std::move(referers);
  }
  const Value* status = table.find("referer_status");
  if (status != nullptr && std::holds_alternative<std::int64_t>(status->content) &&
      std::get<std::int64_t>(status->content) == 0) {
    access.referer_status = 0;
  } else {
    read_status(table, "referer_status", access.referer_status);
  }
}

// The methods that nginx knows by name.
constexpr std::array<std::string_view, 14> known_methods = {
    "GET",  "HEAD",    "POST",     "PUT",       "DELETE", "MKCOL",  "COPY",
    "MOVE", "OPTIONS", "PROPFIND", "PROPPATCH", "LOCK",   "UNLOCK", "PATCH"};

void read_methods(TableReader& table, std::vector<std::string>& methods) {
  table.require("methods", "the methods that are not limited, such as [\"GET\"]");
  std::vector<Text> written;
  const auto place = table.texts("methods", written);
  if (!place) return;
  if (written.empty()) table.error(*place, "methods must name a method, such as \"GET\"");
  for (const Text& text : written) {
    std::string name = text.value;
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (std::ranges::find(known_methods, name) == known_methods.end()) {
      table.error(text.place, "methods has " + in_quotes(text.value) +
                                  suggestion(name, known_methods) +
                                  "; legal: " + listed(known_methods));
    }
    methods.push_back(std::move(name));
  }
}

}  // namespace

void read_networks(TableReader& table, std::string_view key, std::vector<Network>& networks) {
  std::vector<Network> found;
  const auto keep = [&](const Network& network, Place) { found.push_back(network); };
  if (read_each(table, key, parse_access_network, keep)) networks = std::move(found);
}

void read_limit_except(TableReader& table, const Access& access, std::optional<LimitExcept>& out) {
  table.table("limit_except", [&](TableReader& except) {
    LimitExcept& read = out.emplace();
    read.access = access;
    read_methods(except, read.methods);
    read_rules(except, read.access);
    read_password(except, read.access);
    if (!read.access.auth_basic.empty() && read.access.auth_basic_user_file.empty()) {
      except.error(except.place(), "auth_basic needs auth_basic_user_file: who may come in");
    }
  });
}

void read_access(TableReader& table, Access& access, References& references) {
  read_rules(table, access);
  read_real_ip(table, access);
  read_auth(table, access);
  read_limits(table, "limit_req", parse_limit_req, access.limit_req, references.req_zones);
  read_status(table, "limit_req_status", access.limit_req_status);
  table.choice("limit_req_log_level", levels, access.limit_req_log_level);
  table.on_off("limit_req_dry_run", access.limit_req_dry_run);
  read_limits(table, "limit_conn", parse_limit_conn, access.limit_conn, references.conn_zones);
  read_status(table, "limit_conn_status", access.limit_conn_status);
  table.choice("limit_conn_log_level", levels, access.limit_conn_log_level);
  table.on_off("limit_conn_dry_run", access.limit_conn_dry_run);
  read_referers(table, access);
}

void read_limit_zones(TableReader& table, Config& config) {
  std::vector<std::string> names;
  const auto keep_in = [&](std::vector<LimitZone>& zones) {
    return [&](LimitZone zone, Place place) {
      if (std::find(names.begin(), names.end(), zone.name) != names.end())
        table.error(place, "the zone " + in_quotes(zone.name) + " stands there already");
      names.push_back(zone.name);
      zones.push_back(std::move(zone));
    };
  };
  read_each(table, "limit_req_zone", parse_limit_req_zone, keep_in(config.limit_req_zones));
  read_each(table, "limit_conn_zone", parse_limit_conn_zone, keep_in(config.limit_conn_zones));
}

}  // namespace signgate::config
