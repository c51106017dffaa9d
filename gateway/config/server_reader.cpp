// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "gateway/base/limits.hpp"
#include "gateway/config/access_values.hpp"
#include "gateway/config/address.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/known_variables.hpp"
#include "gateway/config/listen_parameters.hpp"
#include "gateway/config/location.hpp"
#include "gateway/config/route_target.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/server_name.hpp"
#include "gateway/config/units.hpp"

namespace signgate::config {
namespace {

constexpr std::uint64_t largest_head_buffer = limits::mib;

/// LocationKey is equal for locations that nginx calls duplicates: the modifier "^~" makes no
/// difference.
using LocationKey = std::pair<LocationKind, std::string>;

std::string line_of(Place place) {
  return "line " + std::to_string(place.line);
}

void read_server_name(TableReader& table, std::vector<std::string>& names) {
  std::vector<Text> written;
  const auto place = table.texts("server_name", written);
  if (!place) return;
  if (written.empty())
    table.error(*place, "server_name must hold a name; \"\" stands for requests without a host");
  names.clear();
  for (const Text& text : written) {
    const auto name = parse_server_name(text.value);
    if (!name) {
      table.flaw("server_name", text.place, name.error());
    } else {
      std::string kept = text.value;
      // Hosts are compared in lower case.
      if (name->kind != ServerNameKind::regex) {
        std::ranges::transform(kept, kept.begin(), [](char c) {
          return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
      }
      names.push_back(std::move(kept));
    }
  }
}

void read_large_buffers(TableReader& table, Server& server) {
  std::string written;
  const auto place = table.text("large_client_header_buffers", written);
  if (!place) return;
  const std::size_t space = written.find(' ');
  const auto number = parse_count(std::string_view{written}.substr(0, space), 1, 1024);
  const auto size =
      parse_size(space == std::string::npos ? std::string_view{}
                                            : std::string_view{written}.substr(space + 1));
  if (!number || !size || *size == 0 || *size > largest_head_buffer) {
    table.flaw(
        "large_client_header_buffers", *place,
        {in_quotes(written) +
             " is not a number of buffers (1 to 1024) and a size (at most 1m): write \"4 8k\"",
         0});
    return;
  }
  server.large_client_header_buffers_number = *number;
  server.large_client_header_buffers_size = *size;
}

void read_media_redirect(TableReader& table, const std::optional<Location>& location, Route& route,
                         References& references) {
  MediaRedirect redirect;
  const auto place = table.text("media_redirect", redirect.media);
  if (!place) return;
  redirect.place = *place;
  if (location && (location->is_regex() || location->kind == LocationKind::named)) {
    table.error(
        *place,
        "media_redirect needs a location that is a path, such as \"/watch/\" or \"= /live\": "
        "what follows it stands below the rule's target, and behind a regular expression "
        "or a name nothing follows");
  }
  references.redirects.push_back({redirect.media, *place});
  route.media_redirect = std::move(redirect);
}

/// check_ways looks for the one key that says where the requests go. nginx takes return beside
/// proxy_pass too, and runs it first.
void check_ways(TableReader& table) {
  constexpr std::array ways = {"proxy_pass", "return", "media_redirect"};
  const char* first = nullptr;
  for (const char* way : ways) {
    const Value* value = table.find(way);
    if (value == nullptr) continue;
    if (first == ways[0] && way == ways[1]) {
      table.warning(value->place, "return answers all requests here, proxy_pass is never come to");
    } else if (first != nullptr) {
      table.error(value->place,
                  std::string("a route has either ") + first + " or " + way + ", not both");
    }
    if (first == nullptr) first = way;
  }
  if (first == nullptr) {
    table.error(table.place(),
                table.shown() +
                    " needs proxy_pass, return or media_redirect: where its requests "
                    "go");
  }
}

void read_target(TableReader& table, const std::optional<Location>& location, Route& route,
                 References& references) {
  ProxyPass pass;
  const auto pass_place = table.parsed("proxy_pass", parse_proxy_pass, pass);
  if (pass_place) {
    pass.place = *pass_place;
    if (location && pass.uri && (location->is_regex() || location->kind == LocationKind::named)) {
      table.error(
          pass.place,
          "proxy_pass cannot have a URI part in a route whose location is a regular expression "
          "or a name");
    }
    if (pass.variables.empty()) references.hosts.push_back({pass.host, pass.place});
    route.proxy_pass = std::move(pass);
  }
  Return answer;
  const auto return_place = table.parsed("return", parse_return, answer);
  if (return_place) route.return_ = std::move(answer);
  read_media_redirect(table, location, route, references);
  check_ways(table);
}

// The lines of `set`, in the order of the file. nginx, ngx_http_rewrite_module.
void read_set(TableReader& table, SetVariables& set) {
  std::vector<std::pair<Text, Text>> written;
  table.pairs("set", written);
  for (auto& [variable, value] : written) {
    auto name = parse_user_variable(variable.value);
    if (!name) {
      table.error(variable.place, "set: " + name.error().message);
    } else if (const auto variables = check_variables(value.value); !variables) {
      table.flaw("set", value.place, variables.error());
    } else {
      set.emplace_back(std::move(*name), std::move(value.value));
    }
  }
}

void read_route(TableReader& table, Server& server, std::map<LocationKey, Place>& seen,
                References& references) {
  Route route;
  route.place = table.place();
  route.settings = server.settings;
  std::optional<Location> location;
  std::string written = route.location;
  table.require("location", "which requests it takes, such as \"/\"");
  const auto place = table.text("location", written);
  if (place) {
    route.place = *place;
    auto parsed = parse_location(written);
    if (parsed) {
      location = std::move(*parsed);
      const LocationKind kind =
          location->kind == LocationKind::prefix_no_regex ? LocationKind::prefix : location->kind;
      const auto [earlier, is_new] = seen.try_emplace({kind, location->text}, *place);
      const std::string duplicate = "location " + in_quotes(written) +
                                    " stands in this server already, at " +
                                    line_of(earlier->second);
      // nginx does not look for those, of which the first takes all.
      if (!is_new && location->is_regex())
        table.warning(*place, duplicate + ": nothing comes here");
      else if (!is_new)
        table.error(*place, duplicate);
    } else {
      table.flaw("location", *place, parsed.error());
    }
  }
  route.location = std::move(written);
  table.find("include");  // followed already
  read_settings(table, route.settings, references);
  table.on_off("internal", route.internal);
  read_set(table, route.set);
  read_limit_except(table, route.settings.access, route.limit_except);
  const Access& access = route.settings.access;
  if (!access.auth_basic.empty() && access.auth_basic_user_file.empty())
    table.error(route.place, "auth_basic needs auth_basic_user_file: who may come in");
  read_target(table, location, route, references);
  server.routes.push_back(std::move(route));
}

void check_error_page(const Settings& settings, Place place, const std::vector<Route>& routes,
                      TableReader& table) {
  for (const ErrorPage& page : settings.proxy_answer.error_page) {
    if (!page.target.starts_with('@') || page.target.find('$') != std::string::npos) continue;
    const bool is_there = std::any_of(routes.begin(), routes.end(), [&](const Route& route) {
      return route.location == page.target;
    });
    if (!is_there) {
      table.warning(place, "error_page names " + in_quotes(page.target) +
                               ", but this server has no route with that location: such an error "
                               "is answered with 500");
    }
  }
}

}  // namespace

void read_listen(TableReader& table, bool takes_parameters, std::vector<Listen>& listen) {
  std::vector<Text> written;
  const auto place = table.texts("listen", written);
  if (!place) return;
  if (written.empty()) table.error(*place, "listen must name an address");
  listen.clear();
  std::vector<Address> addresses;
  for (const Text& text : written) {
    const std::string_view whole = text.value;
    const std::size_t space = std::min(whole.find(' '), whole.size());
    Listen read{.address = std::string(whole.substr(0, space))};
    if (const auto flaw = read_listen_parameters(whole, space, takes_parameters, read)) {
      table.flaw("listen", text.place, *flaw);
      continue;
    }
    const auto expanded = expand_listen(read.address);
    if (!expanded) {
      table.flaw("listen", text.place, expanded.error());
      continue;
    }
    for (const std::string& each : *expanded) {
      const auto address = parse_listen(each);
      if (!address) {
        table.flaw("listen", text.place, address.error());
        break;
      }
      const Address place_of = canonical(*address);
      const bool any_port = address->port == 0 && address->unix_path.empty();
      if (!any_port && std::find(addresses.begin(), addresses.end(), place_of) != addresses.end()) {
        table.error(text.place, "listen names " + in_quotes(each) + " twice");
      }
      addresses.push_back(place_of);
      read.address = each;
      listen.push_back(read);
    }
  }
}

void read_connection_settings(TableReader& table, const std::string& folder, Server& server) {
  table.duration("client_header_timeout", server.client_header_timeout, Milliseconds{1});
  table.size("client_header_buffer_size", server.client_header_buffer_size, 1, largest_head_buffer);
  read_large_buffers(table, server);
  table.integer("max_headers", server.max_headers, 1U, limits::most_headers);
  table.on_off("ignore_invalid_headers", server.ignore_invalid_headers);
  table.on_off("underscores_in_headers", server.underscores_in_headers);
  table.on_off("merge_slashes", server.merge_slashes);
  read_server_tls(table, folder, server.tls);
}

void read_server(TableReader& table, const Server& inherited, Config& config,
                 References& references) {
  Server server = inherited;
  server.place = table.place();
  table.find("include");  // followed already
  read_listen(table, true, server.listen);
  read_server_name(table, server.server_name);
  read_connection_settings(table, config.folder, server);
  read_error_log(table, server.error_log);
  read_settings(table, server.settings, references);
  read_set(table, server.set);
  Return answer;
  if (table.parsed("return", parse_return, answer)) server.return_ = std::move(answer);
  std::map<LocationKey, Place> seen;
  const auto routes = table.tables(
      "route", [&](TableReader& route) { read_route(route, server, seen, references); });
  if (!routes && table.find("return") == nullptr) {
    table.warning(
        table.place(),
        "this server has no [[server.route]] and no return: it answers every request with "
        "404");
  }
  check_error_page(server.settings, server.place, server.routes, table);
  for (const Route& route : server.routes) {
    if (route.settings.proxy_answer.error_page != server.settings.proxy_answer.error_page)
      check_error_page(route.settings, route.place, server.routes, table);
  }
  config.servers.push_back(std::move(server));
}

}  // namespace signgate::config
