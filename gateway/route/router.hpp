// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/config/address.hpp"
#include "gateway/config/config.hpp"
#include "gateway/config/location.hpp"
#include "gateway/rewrite/unsign_rules.hpp"
#include "gateway/route/access_rules.hpp"
#include "gateway/route/answer_rules.hpp"
#include "gateway/route/certificate_paths.hpp"
#include "gateway/route/log_rule.hpp"
#include "gateway/route/media_redirect.hpp"
#include "gateway/route/prefix_table.hpp"
#include "gateway/route/regex.hpp"
#include "gateway/route/route_rules.hpp"
#include "gateway/route/server_names.hpp"
#include "gateway/route/set_rule.hpp"
#include "gateway/route/sign_set.hpp"
#include "gateway/route/text_table.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::route {

/// HeaderSetting is one compiled line of proxy_set_header.
struct HeaderSetting {
  std::string name;
  http::HeaderId id;
  Template value;
};

/// ProxyTarget is a compiled proxy_pass.
struct ProxyTarget {
  std::size_t group = 0;                // index into Router::groups()
  std::string host;                     // $proxy_host, and the Host that goes upstream by default
  std::uint16_t port = 80;              // $proxy_port
  std::optional<std::string> uri;       // replaces the location's part of the path
  Template url = {};                    // with variables: then those above are not set
  std::optional<std::size_t> tls = {};  // https: index into Router::upstream_tls()
  Template tls_name = {};               // proxy_ssl_name
  bool tls_server_name = false;         // proxy_ssl_server_name
  CertificatePaths certificate = {};    // proxy_ssl_certificate, where variables name it
};

/// Route is a compiled location.
struct Route {
  config::LocationKind kind = config::LocationKind::prefix;
  std::string location;  // path or pattern
  std::optional<Regex> regex;
  config::Settings settings;
  bool internal = false;          // not there but for internal redirects
  std::vector<SetRule> set = {};  // of the fallback: the server's
  RouteRules rules;
  std::optional<ProxyTarget> proxy;
  int return_status = 0;  // 0 = no `return`
  Template return_value;
  std::vector<HeaderSetting> headers;                     // proxy_set_header, as configured
  std::vector<std::size_t> access_logs;                   // indexes into Router::access_logs()
  std::shared_ptr<const MediaRedirect> media;             // null: no media_redirect
  std::shared_ptr<const SignSet> signing;                 // null: nothing is signed here
  std::shared_ptr<const rewrite::UnsignRules> unsigning;  // null: request bodies pass as they come
  std::shared_ptr<const AccessRules> access;              // null: everybody may ask
  std::optional<LimitExcept> limit_except;                // takes the place of `access` by method
  std::shared_ptr<const AnswerRules> answers;             // null: nothing is added to answers
};

/// Server is a compiled server: its names and routes.
struct Server {
  config::Server settings;                              // routes left out
  std::string name;                                     // $server_name: the first one
  std::vector<std::pair<std::string, Regex>> patterns;  // "~..." names
  std::vector<CertificatePaths> certificates;           // where variables name them
  /// Settings for requests that no location takes, which answers 404; with a return_status the
  /// server's `return`, which answers all requests before locations are looked at (nginx's server
  /// rewrite phase), but for those that go to a named location.
  Route fallback;

  /// find_route picks the location for a normalised path by nginx's order: exact; else the longest
  /// prefix, which wins at once if it is `^~`; else the first regex that matches; else that prefix.
  /// Null when there is none. What a regex took is noted in `captured`, unless that is null.
  [[nodiscard]] const Route* find_route(std::string_view uri,
                                        std::unique_ptr<Captured>* captured = nullptr) const;

  /// find_named picks the location "@name", or null.
  [[nodiscard]] const Route* find_named(std::string_view name) const;

  /// captures says whether one of its names is a regular expression with groups.
  [[nodiscard]] bool captures() const;

  /// redirect_to_slash says whether nginx would answer 301 to the path with a slash: "/p" where
  /// only the proxied prefix "/p/" exists.
  [[nodiscard]] bool redirects_to_slash(std::string_view uri) const;

  /// index_routes makes the tables by which the routes are found, once all are there.
  void index_routes();

  std::vector<Route> exact;
  std::vector<Route> prefixes;
  std::vector<Route> regexes;  // in the order of the file
  std::vector<Route> named;
  TextTable exact_places;     // in `exact`
  PrefixTable prefix_places;  // in `prefixes`
  TextTable slashless;        // for redirects_to_slash
};

/// Listen is one address of the configuration and the servers behind it, the default one first.
struct Listen {
  std::string text;         // the address as it is written first
  config::Address address;  // canonical
  std::vector<std::size_t> servers;
  bool ssl = false;             // clients speak TLS there
  bool proxy_protocol = false;  // connections begin with a PROXY header
  bool captures = false;        // a server's name is a regular expression with groups
  bool heads_differ = false;    // its servers do not read heads alike
  bool binds = false;  // has a socket of its own even beside a wildcard address of its port
  ListenOptions options = {};
  ServerNames names = {};
  std::vector<std::size_t> patterned = {};  // those of `servers` with regular expressions
};

/// CheckTls is how health checks speak TLS to an upstream.
struct CheckTls {
  std::size_t tls = 0;      // index into Router::upstream_tls()
  std::string name;         // whom the certificate has to be for, as proxy_ssl_name has it
  bool sends_name = false;  // proxy_ssl_server_name
};

/// Group is what a proxy_pass leads to: an upstream of the configuration, or one made of a URL's
/// host.
struct Group : config::Upstream {
  Template balance_key;  // of `hash KEY`; empty with another balance
  /// Of a health_check over TLS: by the settings of the first route that leads here with https, or
  /// else of the top level.
  std::optional<CheckTls> check_tls = {};
};

/// Router is a configuration compiled for requests: an immutable value, shared by all workers;
/// nothing is parsed per request.
class Router {
 public:
  /// make compiles a valid configuration with its keys.
  [[nodiscard]] static Result<std::shared_ptr<const Router>> make(const config::Config& config,
                                                                  const KeyRing& keys);

  /// find_server picks by host (lower case, no port) among the servers of a listen address, by
  /// nginx's order: exact name, longest "*." or "." name, longest ".*" name, first regex, the
  /// default. What a regex took is noted in `captured`, unless that is null.
  [[nodiscard]] const Server& find_server(std::size_t listen, std::string_view host,
                                          std::unique_ptr<Captured>* captured = nullptr) const;

  /// find_named_server is find_server without the default: null for a host that no server's name
  /// takes.
  [[nodiscard]] const Server* find_named_server(
      std::size_t listen, std::string_view host,
      std::unique_ptr<Captured>* captured = nullptr) const;

  /// default_server answers for hosts that are nobody's, and before the host is known.
  [[nodiscard]] const Server& default_server(std::size_t listen) const {
    return servers_[listens_[listen].servers.front()];
  }

  /// index_of is the place of a server that find_server gave.
  [[nodiscard]] std::size_t index_of(const Server& server) const noexcept {
    return static_cast<std::size_t>(&server - servers_.data());
  }

  [[nodiscard]] const std::vector<Listen>& listens() const noexcept { return listens_; }
  [[nodiscard]] const std::vector<Server>& servers() const noexcept { return servers_; }
  [[nodiscard]] const std::vector<Group>& groups() const noexcept { return groups_; }
  [[nodiscard]] const std::vector<LogRule>& access_logs() const noexcept { return access_logs_; }
  [[nodiscard]] const std::vector<LimitZone>& request_zones() const noexcept {
    return request_zones_;
  }
  [[nodiscard]] const std::vector<LimitZone>& connection_zones() const noexcept {
    return connection_zones_;
  }
  /// upstream_tls are the different ways in which routes speak TLS to upstreams; the names that
  /// they verify are the routes' own (ProxyTarget::tls_name).
  [[nodiscard]] const std::vector<config::UpstreamTls>& upstream_tls() const noexcept {
    return upstream_tls_;
  }

  /// folder is what relative paths are taken from that only a request's values complete.
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

 private:
  friend class Compiler;

  std::vector<Listen> listens_;
  std::vector<Server> servers_;
  std::vector<Group> groups_;
  std::vector<LogRule> access_logs_;
  std::vector<LimitZone> request_zones_;
  std::vector<LimitZone> connection_zones_;
  std::vector<config::UpstreamTls> upstream_tls_;
  std::string folder_;
};

}  // namespace signgate::route
