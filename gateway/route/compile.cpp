// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>

#include "gateway/base/check.hpp"
#include "gateway/config/address.hpp"
#include "gateway/route/router.hpp"

namespace signgate::route {

namespace {

// Whether both read a request's lines alike.
bool read_heads_alike(const Server& a, const Server& b) {
  const auto rules = [](const config::Server& settings) {
    return std::tie(settings.client_header_buffer_size, settings.large_client_header_buffers_size,
                    settings.large_client_header_buffers_number, settings.max_headers,
                    settings.ignore_invalid_headers, settings.underscores_in_headers);
  };
  return rules(a.settings) == rules(b.settings);
}

}  // namespace

/// Compiler turns a valid configuration into a Router.
class Compiler {
 public:
  Compiler(const config::Config& config, const KeyRing& keys)
      : config_(config), keys_(keys), secrets_(secret_variables(config)) {}

  Result<std::shared_ptr<const Router>> compile() {
    router_.folder_ = config_.folder;
    for (const config::Upstream& upstream : config_.upstreams) {
      Group& group = router_.groups_.emplace_back();
      static_cast<config::Upstream&>(group) = upstream;
      group.balance_key = Template(upstream.balance.key);
    }
    for (const config::LimitZone& zone : config_.limit_req_zones)
      router_.request_zones_.push_back({zone, Template(zone.key)});
    for (const config::LimitZone& zone : config_.limit_conn_zones)
      router_.connection_zones_.push_back({zone, Template(zone.key)});
    for (const config::Server& server : config_.servers) {
      auto compiled = compile_server(server);
      if (!compiled) return compiled.error();
      const std::size_t index = router_.servers_.size();
      router_.servers_.push_back(std::move(*compiled));
      for (const config::Listen& listen : server.listen)
        add_listen(listen, index);
    }
    for (Listen& listen : router_.listens_)
      index_names(listen);
    for (Group& group : router_.groups_) {
      if (group.health_check && group.health_check->tls.value_or(false))
        check_over_tls(config_.settings.proxy_ssl, group);
    }
    share_buffers(router_.access_logs_);
    return std::make_shared<const Router>(std::move(router_));
  }

 private:
  void add_listen(const config::Listen& source, std::size_t server) {
    // Two spellings of one address are one listener ("80" and "*:80"); port 0 is a new one each
    // time.
    const auto parsed = config::parse_listen(source.address);
    SIGNGATE_CHECK(parsed.has_value());
    const config::Address address = config::canonical(*parsed);
    const bool any_port = address.unix_path.empty() && address.port == 0;
    for (Listen& listen : router_.listens_) {
      if (listen.address == address && !any_port) {
        listen.ssl = listen.ssl || source.ssl;
        listen.proxy_protocol = listen.proxy_protocol || source.proxy_protocol;
        if (source.options) listen.options = *source.options;
        listen.binds = listen.binds || source.options.has_value();
        listen.servers.insert(source.default_server ? listen.servers.begin() : listen.servers.end(),
                              server);
        return;
      }
    }
    router_.listens_.push_back({.text = source.address,
                                .address = address,
                                .servers = {server},
                                .ssl = source.ssl,
                                .proxy_protocol = source.proxy_protocol,
                                .binds = source.options.has_value(),
                                .options = source.options.value_or(ListenOptions{})});
  }

  void index_names(Listen& listen) const {
    for (const std::size_t index : listen.servers) {
      const Server& server = router_.servers_[index];
      for (const std::string& name : server.settings.server_name) {
        if (!name.starts_with('~')) listen.names.add(name, index);
      }
      if (!server.patterns.empty()) listen.patterned.push_back(index);
      listen.captures = listen.captures || server.captures();
      const Server& first = router_.servers_[listen.servers.front()];
      listen.heads_differ = listen.heads_differ || !read_heads_alike(server, first);
    }
  }

  Result<Server> compile_server(const config::Server& source) {
    Server server;
    server.settings = source;
    server.settings.routes.clear();
    server.name = source.server_name.empty() ? "" : source.server_name.front();
    if (server.name.starts_with('.')) server.name.erase(0, 1);  // as nginx shows it
    for (const std::string& name : source.server_name) {
      if (name.starts_with('~')) server.patterns.emplace_back(name, Regex(name.substr(1), true));
    }
    const TlsServerSettings& tls = source.tls.settings;
    for (std::size_t i = 0; tls.certificates_vary && i < tls.certificates.size(); ++i)
      server.certificates.emplace_back(tls.certificates[i], tls.certificate_keys[i]);
    config::Route rest;
    rest.settings = source.settings;
    rest.return_ = source.return_;
    rest.set = source.set;
    auto fallback = compile_route(rest, source.server_name);
    if (!fallback) return fallback.error();
    server.fallback = std::move(*fallback);
    for (const config::Route& route : source.routes) {
      auto compiled = compile_route(route, source.server_name);
      if (!compiled) return compiled.error();
      if (compiled->kind == config::LocationKind::named) {
        server.named.push_back(std::move(*compiled));
      } else if (compiled->kind == config::LocationKind::exact) {
        server.exact.push_back(std::move(*compiled));
      } else if (compiled->regex) {
        server.regexes.push_back(std::move(*compiled));
      } else {
        server.prefixes.push_back(std::move(*compiled));
      }
    }
    server.index_routes();
    return server;
  }

  Result<Route> compile_route(const config::Route& source, const std::vector<std::string>& names) {
    Route route;
    const auto location = config::parse_location(source.location);
    SIGNGATE_CHECK(location.has_value());
    route.kind = location->kind;
    route.location = location->text;
    if (location->is_regex()) {
      route.regex.emplace(location->text, location->kind == config::LocationKind::regex_caseless);
    }
    route.settings = source.settings;
    route.internal = source.internal || route.kind == config::LocationKind::named;
    route.set = make_set_rules(source.set);
    route.rules = make_route_rules(source.settings.proxy_request, source.settings.proxy_answer,
                                   implied_redirect(source, route.location), config_.folder);
    hide_grants(route.rules);
    route.access = make_access_rules(source.settings.access, config_, names);
    if (source.limit_except) {
      route.limit_except.emplace(
          LimitExcept{source.limit_except->methods,
                      make_access_rules(source.limit_except->access, config_, names)});
    }
    route.answers = make_answer_rules(source.settings.answers);
    if (source.proxy_pass)
      route.proxy = compile_target(*source.proxy_pass, source.settings.proxy_ssl);
    if (source.return_) {
      route.return_status = source.return_->status;
      route.return_value = Template(source.return_->value);
    }
    for (const auto& [name, value] : source.settings.proxy_set_header) {
      route.headers.push_back({name, http::header_id(name), Template(value)});
    }
    for (const config::AccessLog& log : source.settings.access_log) {
      std::vector<LogRule>& known = router_.access_logs_;
      const config::OpenLogFileCache& cache = source.settings.open_log_file_cache;
      const auto found = std::find_if(known.begin(), known.end(),
                                      [&](const LogRule& rule) { return rule.is_of(log, cache); });
      route.access_logs.push_back(static_cast<std::size_t>(found - known.begin()));
      if (found == known.end())
        known.push_back(make_log_rule(log, config_.log_formats, secrets_, cache));
    }
    if (!source.settings.sign.empty()) {
      auto signing = sign_set(source.settings);
      if (!signing) return signing.error();
      route.signing = std::move(*signing);
    }
    if (source.settings.unsign) route.unsigning = unsign_rules();
    if (source.media_redirect) {
      auto media = media_redirect(source.media_redirect->media);
      if (!media) return media.error();
      route.media = std::move(*media);
    }
    return route;
  }

  // An application may well list its grants in each answer: clients see them of no route.
  void hide_grants(RouteRules& rules) const {
    for (const config::Media& media : config_.media) {
      if (media.grant == config::Grant::header) rules.hidden.push_back(media.grant_header);
    }
  }

  static std::optional<ImpliedRedirect> implied_redirect(const config::Route& source,
                                                         const std::string& location) {
    if (!source.proxy_pass) return std::nullopt;
    const config::ProxyPass& pass = *source.proxy_pass;
    std::string url = pass.scheme + "://" + pass.host;
    // What a URL's path follows is another sign for a unix socket.
    if (pass.host.starts_with("unix:")) url += ':';
    if (pass.uri) return ImpliedRedirect{url + *pass.uri, location};
    return ImpliedRedirect{url + "/", "/"};
  }

  ProxyTarget compile_target(const config::ProxyPass& pass, const config::UpstreamTls& tls) {
    ProxyTarget target;
    if (!pass.variables.empty()) {
      target.url = Template(pass.variables);
      compile_tls(tls, target);  // what they give may be https
      return target;
    }
    target.host = pass.host;
    target.uri = pass.uri;
    const bool is_secure = pass.scheme == "https";
    if (is_secure) compile_tls(tls, target);
    const auto& groups = router_.groups_;
    const auto find = [&](const std::string& name) {
      return std::find_if(groups.begin(), groups.end(),
                          [&](const Group& group) { return group.name == name; });
    };
    auto found = find(pass.host);
    const bool is_upstream =
        static_cast<std::size_t>(found - groups.begin()) < config_.upstreams.size();
    std::string own = pass.host;
    if (is_secure && !is_upstream) {
      if (is_without_port(own)) own += ":443";
      found = find(own);
    }
    target.group = static_cast<std::size_t>(found - groups.begin());
    if (is_secure && is_upstream) check_over_tls(tls, router_.groups_[target.group]);
    if (is_secure) target.port = 443;
    const auto address = config::parse_peer(own);
    if (!is_upstream && address) target.port = address->port;
    if (found == groups.end()) {
      // A URL's own host: a group of one, as nginx makes it.
      Group group;
      group.name = own;
      group.peers.emplace_back().address = own;
      router_.groups_.push_back(std::move(group));
    }
    return target;
  }

  static bool is_without_port(const std::string& host) {
    if (host.starts_with("unix:")) return false;
    const std::size_t bracket = host.rfind(']');
    return host.find(':', bracket == std::string::npos ? 0 : bracket) == std::string::npos;
  }

  // Routes that say the same share a context, and so their idle connections.
  std::size_t index_of(const config::UpstreamTls& tls) {
    auto& known = router_.upstream_tls_;
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& other) {
      return other.settings == tls.settings;
    });
    const auto index = static_cast<std::size_t>(found - known.begin());
    if (found == known.end()) known.push_back(tls);
    return index;
  }

  // The first to ask for it says how.
  void check_over_tls(const config::UpstreamTls& tls, Group& group) {
    if (!group.health_check || !group.health_check->tls.value_or(true) || group.check_tls) return;
    group.check_tls = {index_of(tls), check_name(tls.name, group.name), tls.server_name};
  }

  // A check has no request that could give variables their values: of those in proxy_ssl_name it
  // knows $proxy_host, and for a name with others it takes the upstream's.
  static std::string check_name(std::string text, const std::string& upstream) {
    for (const std::string_view spelling : {"${proxy_host}", "$proxy_host"}) {
      const std::size_t at = text.find(spelling);
      if (at == std::string::npos) continue;
      const std::size_t end = at + spelling.size();
      const bool goes_on =
          spelling.back() != '}' && end < text.size() &&
          (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_');
      if (!goes_on) text.replace(at, spelling.size(), upstream);
    }
    return text.find('$') == std::string::npos ? text : upstream;
  }

  void compile_tls(const config::UpstreamTls& tls, ProxyTarget& target) {
    target.tls = index_of(tls);
    target.tls_name = Template(tls.name);
    target.tls_server_name = tls.server_name;
    if (tls.settings.certificate_varies)
      target.certificate = {tls.settings.certificate, tls.settings.certificate_key};
  }

  Result<std::shared_ptr<const SignSet>> sign_set(const config::Settings& settings) {
    // What becomes of policies in a page shapes it too.
    const bool repairs = settings.referrer_policy == config::ReferrerPolicy::repair;
    std::string policies = settings.csp == config::Csp::extend ? "csp" : "";
    policies += repairs ? " referrer" : "";
    auto said = std::tuple(settings.sign, settings.page_links, policies);
    const auto known = sets_.find(said);
    if (known != sets_.end()) return known->second;
    auto made = make_sign_set(config_, settings.sign, keys_, settings.page_links, policies);
    if (made) sets_.emplace(std::move(said), *made);
    return made;
  }

  // Of all media rules: the page that is saved by one route was signed by another.
  std::shared_ptr<const rewrite::UnsignRules> unsign_rules() {
    if (unsign_rules_) return unsign_rules_;
    std::vector<rewrite::UnsignRule> rules;
    for (const config::Media& media : config_.media)
      rules.push_back({media.target, media.key});
    unsign_rules_ = std::make_shared<const rewrite::UnsignRules>(rules);
    return unsign_rules_;
  }

  Result<std::shared_ptr<const MediaRedirect>> media_redirect(const std::string& name) {
    const auto known = redirects_.find(name);
    if (known != redirects_.end()) return known->second;
    const auto media = std::find_if(config_.media.begin(), config_.media.end(),
                                    [&](const config::Media& each) { return each.name == name; });
    SIGNGATE_CHECK(media != config_.media.end());
    auto set = make_redirect_set(config_, name, keys_);
    if (!set) return set.error();
    auto made = std::make_shared<const MediaRedirect>(
        MediaRedirect{.set = std::move(*set), .target = media->target});
    redirects_.emplace(name, made);
    return made;
  }

  const config::Config& config_;
  const KeyRing& keys_;
  const std::vector<std::string> secrets_;
  Router router_;
  std::map<std::tuple<std::vector<std::string>, config::PageLinks, std::string>,
           std::shared_ptr<const SignSet>>
      sets_;
  std::map<std::string, std::shared_ptr<const MediaRedirect>> redirects_;
  std::shared_ptr<const rewrite::UnsignRules> unsign_rules_;  // null until a route asks for them
};

Result<std::shared_ptr<const Router>> Router::make(const config::Config& config,
                                                   const KeyRing& keys) {
  return Compiler(config, keys).compile();
}

}  // namespace signgate::route
