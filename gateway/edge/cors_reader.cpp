// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/cors_reader.hpp"

#include <algorithm>

#include "gateway/edge/behavior_reader.hpp"
#include "gateway/http/host.hpp"
#include "gateway/http/text.hpp"

namespace signgate::edge {
namespace {

using config::TableReader;
using config::Text;

/// `*` may stand for subdomains and for the port. Source: CloudFront API Reference,
/// "ResponseHeadersPolicyAccessControlAllowOrigins".
bool is_origin(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  std::string_view host = text.substr(scheme + 3);
  if (host.starts_with("*.")) host.remove_prefix(2);
  if (host.ends_with(":*")) host.remove_suffix(2);
  return !host.empty() && host.find('*') == std::string_view::npos && http::is_valid_host(host);
}

void read_origins(TableReader& table, std::string_view key, std::vector<std::string>& out) {
  std::vector<Text> written;
  table.texts(key, written);
  for (const Text& origin : written) {
    if (origin.value == "*" || is_origin(origin.value)) {
      out.push_back(origin.value);
    } else {
      table.error(origin.place, std::string(key) + ": " + config::in_quotes(origin.value) +
                                    " is not an origin, such as \"https://www.example.com\" or "
                                    "\"*\"");
    }
  }
}

/// Names of methods or of headers; `*` may stand in the latter.
void read_names(TableReader& table, std::string_view key, std::string_view example,
                std::vector<std::string>& out) {
  std::vector<Text> written;
  table.texts(key, written);
  for (const Text& name : written) {
    if (!name.value.empty() &&
        std::all_of(name.value.begin(), name.value.end(), http::is_token_char)) {
      out.push_back(name.value);
    } else {
      table.error(name.place, std::string(key) + ": " + config::in_quotes(name.value) +
                                  " is not a name, such as \"" + std::string(example) + '"');
    }
  }
}

void read_max_age(TableReader& table, std::string_view key, std::optional<std::int64_t>& out) {
  std::int64_t seconds = 0;
  if (read_seconds(table, key, seconds)) out = seconds;
}

/// An origin of a rule may hold one `*`, as in "https://*.example.com".
void read_rule_origins(TableReader& table, std::vector<std::string>& out) {
  std::vector<Text> written;
  table.texts("allowed_origins", written);
  for (const Text& origin : written) {
    if (origin.value.empty() || std::count(origin.value.begin(), origin.value.end(), '*') > 1) {
      table.error(origin.place, "allowed_origins: " + config::in_quotes(origin.value) +
                                    " must be an origin with one \"*\" at most, such as "
                                    "\"https://*.example.com\"");
    } else {
      out.push_back(origin.value);
    }
  }
}

}  // namespace

void read_cors_headers(TableReader& table, CorsHeaders& out) {
  read_origins(table, "access_control_allow_origin", out.origins);
  read_names(table, "access_control_allow_methods", "GET", out.methods);
  read_names(table, "access_control_allow_headers", "Range", out.headers);
  read_names(table, "access_control_expose_headers", "ETag", out.exposed);
  read_max_age(table, "access_control_max_age", out.max_age);
  const auto place = table.on_off("access_control_allow_credentials", out.credentials);
  if (out.credentials && std::count(out.origins.begin(), out.origins.end(), "*") > 0) {
    table.error(*place,
                "access_control_allow_credentials: browsers take no \"*\" in "
                "access_control_allow_origin with it; name the origins");
  }
}

void read_cors_rules(TableReader& table, std::vector<CorsRule>& out) {
  table.tables("cors", [&](TableReader& child) {
    CorsRule& rule = out.emplace_back();
    child.require("allowed_origins", "origins such as \"https://www.example.com\", or \"*\"");
    child.require("allowed_methods", "methods such as \"GET\"");
    read_rule_origins(child, rule.origins);
    read_names(child, "allowed_methods", "GET", rule.methods);
    read_names(child, "allowed_headers", "Range", rule.headers);
    read_names(child, "expose_headers", "ETag", rule.exposed);
    read_max_age(child, "max_age", rule.max_age);
  });
}

}  // namespace signgate::edge
