// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "gateway/config/address.hpp"
#include "gateway/config/cookie_scope.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/grant_reader.hpp"
#include "gateway/config/sections.hpp"
#include "gateway/config/text_file.hpp"
#include "signing/key_pair_id.hpp"

namespace signgate::config {
namespace {

using namespace std::string_view_literals;

bool has_dot_segment(std::string_view path) {
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "." || segment == "..") return true;
    begin = end + 1;
  }
  return false;
}

/// check_url looks at an absolute http or https URL, or (when `or_path`) at a path of the page's
/// own origin.
Parsed<bool> check_url(std::string_view text, bool or_path) {
  const std::string forms =
      or_path ? "write \"https://host/path/\" or \"/path/\"" : "write \"https://host/path/\"";
  const auto odd = std::find_if(text.begin(), text.end(), [](char c) {
    return c <= 0x20 || c > 0x7E || "\"<>\\^`{|}"sv.find(c) != std::string_view::npos;
  });
  if (odd != text.end()) {
    return Flaw{"has a character that must be percent-encoded in a URL",
                static_cast<std::size_t>(odd - text.begin())};
  }
  std::size_t path_begin = 0;
  const bool is_path = text.starts_with('/') && !text.starts_with("//");
  if (!is_path || !or_path) {
    const std::size_t scheme = text.starts_with("https://")  ? 8
                               : text.starts_with("http://") ? 7
                                                             : 0;
    if (scheme == 0)
      return Flaw{in_quotes(text) + " is not a URL that begins with http:// or https://: " + forms,
                  0};
    path_begin = std::min(text.find_first_of("/?#", scheme), text.size());
    const auto address = parse_peer(text.substr(scheme, path_begin - scheme));
    if (!address || !address->unix_path.empty()) return Flaw{"has no legal host: " + forms, scheme};
  }
  const std::string_view path = text.substr(path_begin);
  if (const std::size_t mark = path.find_first_of("?#"); mark != std::string_view::npos) {
    return Flaw{"must have no query and no fragment", path_begin + mark};
  }
  if (path.empty()) return Flaw{"needs a path: write " + in_quotes(std::string{text} + "/"), 0};
  if (has_dot_segment(path)) return Flaw{"must have no \".\" or \"..\" in its path", path_begin};
  return true;
}

void warn_without_slash(TableReader& table, std::string_view key, std::string_view value,
                        Place place) {
  if (value.ends_with('/')) return;
  table.warning(
      place, std::string{key} + ' ' + in_quotes(value) +
                 " does not end with \"/\": it also takes paths whose last name merely begins so");
}

void read_links(TableReader& table, Media& media) {
  std::vector<Text> links;
  table.texts("links", links);
  for (const Text& link : links) {
    const auto checked = check_url(link.value, true);
    if (!checked) {
      table.flaw("links", link.place, checked.error());
      continue;
    }
    warn_without_slash(table, "links", link.value, link.place);
    media.links.push_back(link.value);
  }
}

std::optional<Place> read_target(TableReader& table, Media& media) {
  table.require("target", "the URL at the edge that takes the place of the prefixes");
  const auto place = table.text("target", media.target);
  if (!place) return std::nullopt;
  const auto checked = check_url(media.target, false);
  if (media.policy != PolicyKind::canned && media.target.find('*') != std::string::npos) {
    table.error(*place, "target " + in_quotes(media.target) + ": with policy = \"" +
                            (media.policy == PolicyKind::prefix ? "prefix" : "custom") +
                            "\" it has no \"*\", which the policy would "
                            "take for a wildcard; write %2A");
  }
  if (checked) {
    warn_without_slash(table, "target", media.target, *place);
  } else {
    table.flaw("target", *place, checked.error());
  }
  return place;
}

void read_keys(TableReader& table, Media& media, References& references) {
  std::vector<Text> keys;
  table.require("key", "the Key-Pair-Ids that may sign, each a [key.ID]");
  const auto place = table.texts("key", keys);
  if (!place) return;
  if (keys.empty()) table.error(*place, "key must name at least one Key-Pair-Id");
  for (const Text& key : keys) {
    if (std::find(media.key.begin(), media.key.end(), key.value) != media.key.end()) {
      table.error(key.place, "key names " + in_quotes(key.value) + " twice");
      continue;
    }
    media.key.push_back(key.value);
    references.keys.push_back(key);
  }
}

/// read_cookies reads what holds of the rule alone; what depends on the sites that sign it is
/// looked at when the whole configuration is known (gateway/route/cookie_check.hpp).
void read_cookies(TableReader& table, Media& media, std::optional<Place> target) {
  MediaCookies& cookies = media.cookies;
  cookies.place = table.on_off("cookies", cookies.on).value_or(Place{});
  const auto domain = table.parsed("cookie_domain", parse_cookie_domain, cookies.domain);
  const auto path = table.parsed("cookie_path", parse_cookie_path, cookies.path);
  cookies.domain_place = domain.value_or(Place{});
  cookies.path_place = path.value_or(Place{});
  for (const auto& [place, key] : {std::pair{domain, "cookie_domain"}, {path, "cookie_path"}}) {
    if (place && !cookies.on)
      table.warning(*place, std::string{key} + " does nothing without cookies = \"on\"");
  }
  if (!cookies.on) return;
  if (media.scope != 0) {
    table.error(cookies.place,
                "cookies = \"on\" opens all of the target to whoever gets the cookies, so scope "
                "cannot hold it back: set scope = 0 or cookies = \"off\"");
  }
  if (target && media.policy == PolicyKind::canned && media.target.find('*') != std::string::npos) {
    table.error(*target, "target " + in_quotes(media.target) +
                             ": with cookies = \"on\" it has no \"*\", which the policy would take "
                             "for a wildcard; write %2A");
  }
}

// Comes after what the links are bound to.
void read_cache(TableReader& table, Media& media) {
  const auto place = table.choice(
      "cache", {{"private"sv, CacheReach::viewer}, {"shared"sv, CacheReach::shared}}, media.cache);
  if (!place || media.cache != CacheReach::shared) return;
  const std::string_view bound = media.ip == IpBinding::client        ? "ip = \"client\""
                                 : media.grant == Grant::header       ? "grant = \"header\""
                                 : media.grant == Grant::auth_request ? "grant = \"auth_request\""
                                                                      : "";
  if (bound.empty()) return;
  table.error(*place, "cache = \"shared\" would have caches hand out links that " +
                          std::string{bound} + " signs for one viewer: set cache = \"private\"");
}

/// read_user_content_links reads prefixes within the rule's own, so that they lead to places below
/// its target.
void read_user_content_links(TableReader& table, Media& media) {
  std::vector<Text> links;
  table.texts("user_content_links", links);
  for (const Text& link : links) {
    const auto checked = check_url(link.value, true);
    if (!checked) {
      table.flaw("user_content_links", link.place, checked.error());
      continue;
    }
    const auto below = below_prefix(media, link.value);
    if (!below) {
      table.error(link.place, "user_content_links " + in_quotes(link.value) +
                                  " begins with none of the rule's links, nor with its target");
      continue;
    }
    const auto depth = std::count(below->begin(), below->end(), '/') +
                       (below->empty() || below->ends_with('/') ? 0 : 1);
    if (media.policy == PolicyKind::prefix && depth > static_cast<std::ptrdiff_t>(media.scope)) {
      table.error(link.place, "user_content_links " + in_quotes(link.value) +
                                  ": a signature of policy = \"prefix\" would open more than that: "
                                  "set scope = " +
                                  std::to_string(depth) + " or policy = \"canned\"");
    }
    warn_without_slash(table, "user_content_links", link.value, link.place);
    media.user_content_links.push_back(link.value);
  }
  if (media.cookies.on && !links.empty()) {
    table.warning(links.front().place,
                  "user_content_links holds nothing back with cookies = \"on\", which open all of "
                  "the target");
  }
}

void whole_seconds(TableReader& table, std::string_view key, std::optional<Place> place,
                   Milliseconds value) {
  if (place && value.count() % 1000 != 0) {
    table.error(*place,
                std::string{key} + " must be whole seconds, as the expiry of a signed link is");
  }
}

}  // namespace

void read_key(const Text& name, TableReader& table, Config& config) {
  Key key;
  key.key_pair_id = name.value;
  key.place = name.place;
  if (!signing::is_key_pair_id(name.value)) {
    table.error(name.place, in_quotes(name.value) +
                                " is not a Key-Pair-Id: 1 to 128 letters and digits, such as "
                                "\"K2JCJMDEHXQW5F\"");
  }
  table.require("private_key", "the path of a PEM file, RSA 2048 or P-256");
  std::string path;
  if (const auto place = table.text("private_key", path)) {
    key.place = *place;
    // A key pasted in place of its path must not be shown.
    if (path.find("-----BEGIN") != std::string::npos || path.find('\n') != std::string::npos) {
      table.error(*place, "private_key must be the path of a PEM file, not the key itself");
    } else if (path.empty()) {
      table.error(*place, "private_key must be the path of a PEM file");
    } else {
      // Not with the configuration, where an included file brings its own keys.
      const bool is_included = place->file != 0;
      key.private_key = join_path(
          is_included ? folder_of(config.included[place->file - 1U]) : config.folder, path);
    }
  }
  HashName hash = HashName::sha1;
  if (table.choice("hash", {{"sha1"sv, HashName::sha1}, {"sha256"sv, HashName::sha256}}, hash))
    key.hash = hash;
  table.time("not_before", key.not_before);
  const auto end = table.time("not_after", key.not_after);
  if (end && key.not_before && *key.not_before >= *key.not_after) {
    table.error(*end, "not_after must be later than not_before");
  }
  config.keys.push_back(std::move(key));
}

void read_media(const Text& name, TableReader& table, Config& config, References& references) {
  Media media;
  media.name = name.value;
  media.place = name.place;
  table.choice("policy",
               {{"canned"sv, PolicyKind::canned},
                {"custom"sv, PolicyKind::custom},
                {"prefix"sv, PolicyKind::prefix}},
               media.policy);
  read_links(table, media);
  const auto target = read_target(table, media);
  read_keys(table, media, references);
  const auto scope = table.integer("scope", media.scope, 0U, largest_scope);
  if (scope && media.scope != 0 && media.policy != PolicyKind::prefix) {
    table.error(*scope, "scope is for policy = \"prefix\"");
  }
  whole_seconds(table, "ttl", table.duration("ttl", media.ttl, Milliseconds{1000}), media.ttl);
  whole_seconds(table, "window", table.duration("window", media.window), media.window);
  const auto ip =
      table.choice("ip", {{"off"sv, IpBinding::off}, {"client"sv, IpBinding::client}}, media.ip);
  if (ip && media.ip == IpBinding::client && media.policy == PolicyKind::canned) {
    table.error(
        *ip,
        "ip = \"client\" needs policy = \"custom\" or \"prefix\": a canned policy cannot hold "
        "an address");
  }
  read_cookies(table, media, target);
  read_grant(table, media);
  read_cache(table, media);
  read_user_content_links(table, media);
  config.media.push_back(std::move(media));
}

}  // namespace signgate::config
