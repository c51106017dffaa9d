// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/cookie_check.hpp"

#include <algorithm>
#include <set>

#include "gateway/config/address.hpp"
#include "gateway/config/server_name.hpp"
#include "gateway/rewrite/url.hpp"
#include "gateway/route/cookie_rule.hpp"
#include "gateway/route/public_suffix.hpp"

namespace signgate::route {
namespace {

using config::in_quotes;

// Where the cookies of a rule go when a page of `site` sets them.
struct Reach {
  const config::Media* media;
  std::string path;
  std::string domain;      // or the site itself,
  bool host_only = false;  // for which alone they are
};

// Sites are the hosts of the servers whose routes sign a rule.
struct Sites {
  std::set<std::string> known;    // names, and "*.name"
  std::vector<std::string> open;  // what may stand for any host, as written
  std::vector<std::string> plain_listen;
};

bool signs(const config::Server& server, const std::string& rule) {
  return std::ranges::any_of(server.routes, [&](const config::Route& route) {
    return route.proxy_pass &&
           std::ranges::find(route.settings.sign, rule) != route.settings.sign.end();
  });
}

// Who reaches such an address comes from this machine: a browser on it, or what ends TLS.
bool is_local(const std::string& listen) {
  const auto address = config::parse_listen(listen);
  return address && (!address->unix_path.empty() || address->host == "localhost" ||
                     address->host == "::1" || address->host.starts_with("127."));
}

Sites sites_of(const config::Config& config, const std::string& rule) {
  Sites sites;
  for (const config::Server& server : config.servers) {
    if (!signs(server, rule)) continue;
    for (const std::string& written : server.server_name) {
      const auto name = config::parse_server_name(written);
      if (!name) continue;
      if (name->kind == config::ServerNameKind::leading_wildcard) {
        sites.known.insert('*' + name->text);
      } else if (name->kind == config::ServerNameKind::domain) {
        sites.known.insert('*' + name->text);
        sites.known.insert(name->text.substr(1));
      } else if (name->kind == config::ServerNameKind::exact && !name->text.empty()) {
        sites.known.insert(name->text);
      } else {
        sites.open.push_back(written);
      }
    }
    for (const config::Listen& listen : server.listen) {
      if (!listen.ssl && !is_local(listen.address)) sites.plain_listen.push_back(listen.address);
    }
  }
  return sites;
}

// All of the target goes with cookies of that Path: also names that merely begin like its last one.
bool holds_target(std::string_view cookie_path, std::string_view target) {
  return covers_path(cookie_path, target) && (cookie_path != target || target.ends_with('/'));
}

class Checker {
 public:
  explicit Checker(const config::Config& config) : config_(config) {}

  std::vector<CookieFinding> check() {
    for (const config::Media& media : config_.media) {
      const auto rule = make_cookie_rule(media);
      if (rule) check_rule(media, *rule);
    }
    check_meetings();
    return std::move(found_);
  }

 private:
  void error(config::Place place, std::string message) {
    found_.push_back({config::Severity::error, place, std::move(message)});
  }
  void warning(config::Place place, std::string message) {
    found_.push_back({config::Severity::warning, place, std::move(message)});
  }

  void check_rule(const config::Media& media, const CookieRule& rule) {
    const config::MediaCookies& cookies = media.cookies;
    check_path(cookies, rewrite::parse_url(media.target, nullptr)->path);
    if (is_within(rule.host, "cloudfront.net")) {
      error(cookies.place,
            "cookies = \"on\": browsers take no cookie for " + in_quotes(rule.host) +
                " from another host, as cloudfront.net is on the public suffix list; give the "
                "distribution an alternate domain name that shares a parent domain with the site, "
                "and name that in target");
      return;
    }
    if (!cookies.domain.empty() && !check_domain(cookies, rule)) return;
    check_sites(media, rule);
  }

  void check_path(const config::MediaCookies& cookies, const std::string& target) {
    if (cookies.path.empty() || holds_target(cookies.path, target)) return;
    error(cookies.path_place,
          "cookie_path " + in_quotes(cookies.path) + " does not hold the target's path " +
              in_quotes(target) + ": browsers would not send the cookies for its media; write " +
              in_quotes(target.substr(0, target.rfind('/') + 1)) + " or a folder above it");
  }

  bool check_domain(const config::MediaCookies& cookies, const CookieRule& rule) {
    if (is_public_suffix(cookies.domain)) {
      error(cookies.domain_place,
            "cookie_domain " + in_quotes(cookies.domain) +
                " is a public suffix: browsers take no cookie for it, since anybody may register "
                "names below it");
      return false;
    }
    if (is_within(rule.host, cookies.domain)) return true;
    error(cookies.domain_place, "cookie_domain " + in_quotes(cookies.domain) +
                                    " does not hold the target's host " + in_quotes(rule.host) +
                                    ": browsers would not send it the cookies");
    return false;
  }

  void check_sites(const config::Media& media, const CookieRule& rule) {
    const config::MediaCookies& cookies = media.cookies;
    const Sites sites = sites_of(config_, media.name);
    std::vector<std::string> out_of_reach;
    for (const std::string& site : sites.known) {
      const auto domain = cookie_domain_for(rule, site);
      if (!domain) {
        out_of_reach.push_back(site);
        continue;
      }
      reaches_.push_back(
          {&media, rule.path, domain->empty() ? site : std::string(*domain), domain->empty()});
    }
    const bool none = out_of_reach.size() == sites.known.size() && sites.open.empty();
    for (const std::string& site : out_of_reach) {
      std::string text = cookies.domain.empty()
                             ? "cookies = \"on\": the site " + in_quotes(site) +
                                   " shares no parent domain with the target's host " +
                                   in_quotes(rule.host) + " that a cookie could be set for"
                             : "cookie_domain " + in_quotes(cookies.domain) +
                                   " does not hold the site " + in_quotes(site) +
                                   ": browsers take no cookie for it from there";
      const config::Place place = cookies.domain.empty() ? cookies.place : cookies.domain_place;
      if (none) {
        error(place, std::move(text));
      } else {
        warning(place, std::move(text) + "; its answers set none");
      }
    }
    if (sites.known.empty() && !sites.open.empty()) {
      warning(
          cookies.place,
          "cookies = \"on\": no server_name says of which site the pages are, so each request's "
          "host decides whether it shares a parent domain with " +
              in_quotes(rule.host) + "; others get no cookies");
    }
    if (rule.secure && !sites.plain_listen.empty()) {
      warning(cookies.place,
              "cookies = \"on\": target is https, so the cookies are Secure, and browsers take "
              "those on https pages alone, but the site listens on " +
                  in_quotes(sites.plain_listen.front()) +
                  " without TLS: let viewers come through a server that ends TLS");
    }
  }

  // All rules' cookies have the same names. With the same Domain and Path they overwrite each
  // other; where merely both go with a request, it is open which one CloudFront looks at.
  void check_meetings() {
    std::set<const config::Media*> told;
    for (std::size_t i = 0; i < reaches_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const Reach& one = reaches_[j];
        const Reach& two = reaches_[i];
        if (one.media == two.media || told.contains(two.media) || !meet(one, two)) continue;
        told.insert(two.media);
        error(two.media->cookies.place,
              "cookies = \"on\": the cookies of media " + in_quotes(one.media->name) +
                  " have the same names and go with the same requests (" + shown(one) + " and " +
                  shown(two) +
                  "): they would overwrite or hide each other; give the rules targets in folders "
                  "beside each other, or cookies to one of them alone");
      }
    }
  }

  static bool meet(const Reach& one, const Reach& two) {
    const bool hosts = (!one.host_only && is_within(two.domain, one.domain)) ||
                       (!two.host_only && is_within(one.domain, two.domain)) ||
                       one.domain == two.domain;
    return hosts && (covers_path(one.path, two.path) || covers_path(two.path, one.path));
  }

  static std::string shown(const Reach& reach) { return in_quotes(reach.domain + reach.path); }

  const config::Config& config_;
  std::vector<CookieFinding> found_;
  std::vector<Reach> reaches_;
};

}  // namespace

std::vector<CookieFinding> check_cookies(const config::Config& config) {
  return Checker(config).check();
}

}  // namespace signgate::route
