// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/behavior_reader.hpp"

#include <algorithm>
#include <variant>

#include "gateway/config/text_file.hpp"
#include "gateway/edge/forwarding.hpp"
#include "gateway/http/text.hpp"
#include "signing/key_pair_id.hpp"

namespace signgate::edge {
namespace {

using config::Flaw;
using config::Parsed;
using config::TableReader;
using config::Text;

/// CloudFront's quotas; more is possible, on request. Source: CloudFront Developer Guide, "Quotas".
constexpr std::size_t keys_in_group = 5;
constexpr std::size_t groups_of_behavior = 4;

Parsed<std::string> parse_pattern(std::string_view text) {
  if (text.empty() || text.size() > 255) {
    return Flaw{"must be 1 to 255 characters, such as \"private/*\""};
  }
  return Parsed<std::string>(boost::system::in_place_value, text);
}

/// Reads a table of Key-Pair-Id = path, one at least; `where` names it in messages.
void read_keys(TableReader& table, std::string_view key, std::string_view where,
               const std::string& folder, std::vector<KeyFile>& out) {
  std::vector<std::pair<Text, Text>> written;
  const auto place = table.pairs(key, written);
  if (!place) return;
  // A behaviour whose last key was taken out must not become public by it.
  if (written.empty()) {
    table.error(*place, std::string(where) +
                            " must hold a Key-Pair-Id and its public key, such as " +
                            "K2JCJMDEHXQW5F = \"public_key.pem\"");
  }
  for (const auto& [id, path] : written) {
    if (!signing::is_key_pair_id(id.value)) {
      table.error(id.place, std::string(where) + ": " + config::in_quotes(id.value) +
                                " is not a Key-Pair-Id: letters and digits, such as "
                                "\"K2JCJMDEHXQW5F\"");
    } else if (path.value.empty()) {
      table.error(path.place, std::string(where) + ": the path of a public key must not be empty");
    } else {
      out.push_back({id.value, {config::join_path(folder, path.value), path.place}});
    }
  }
}

/// Adds a group's keys; one that is there already must be the same.
void add_keys(TableReader& table, const Text& group, const std::vector<KeyFile>& keys,
              std::vector<KeyFile>& out) {
  for (const KeyFile& key : keys) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const KeyFile& other) {
      return other.key_pair_id == key.key_pair_id;
    });
    if (same == out.end()) {
      out.push_back(key);
    } else if (same->file.path != key.file.path) {
      table.error(group.place, "trusted_key_groups: " + config::in_quotes(group.value) +
                                   " has another file for " + key.key_pair_id +
                                   " than this behavior has already");
    }
  }
}

void read_trusted_key_groups(TableReader& table, const KeyGroups& groups,
                             std::vector<KeyFile>& out) {
  std::vector<Text> names;
  const auto place = table.texts("trusted_key_groups", names);
  if (!place) return;
  if (names.empty()) {
    table.error(*place,
                "trusted_key_groups must name a key group; a public behavior has no such key");
  }
  if (names.size() > groups_of_behavior) {
    table.warning(*place, "trusted_key_groups: CloudFront's quota is 4 key groups a behavior");
  }
  for (const Text& name : names) {
    const auto group = groups.find(name.value);
    if (group != groups.end()) {
      add_keys(table, name, group->second, out);
      continue;
    }
    std::string message =
        "trusted_key_groups: there is no [key_group." + config::printable(name.value) + "]";
    for (const auto& [known, keys] : groups) {
      message +=
          (known == groups.begin()->first ? "; there are " : ", ") + config::in_quotes(known);
    }
    table.error(name.place, std::move(message));
  }
}

/// Why a header with that name cannot be one of `key`; empty when it can.
std::string flaw_of_header(std::string_view key, std::string_view name) {
  const bool is_token = !name.empty() && std::all_of(name.begin(), name.end(), http::is_token_char);
  if (!is_token || name == "*") return "is not a header's name, such as \"Referer\"";
  if (is_condition(name) || http::equal_ignoring_case(name, "Range")) {
    return "cannot be forwarded: conditions (If-...) and Range CloudFront answers itself";
  }
  if (key != "origin_headers") return {};
  if (http::equal_ignoring_case(name, "Authorization")) {
    return "must be part of the cache key, or one viewer's objects are everybody's: list it in "
           "forward_headers";
  }
  if (http::equal_ignoring_case(name, "Cookie")) return "is what the key cookies is for";
  return {};
}

/// Reads names of headers that are not among `others`, which are forward_headers.
void read_headers(TableReader& table, std::string_view key, const std::vector<std::string>& others,
                  std::vector<std::string>& out) {
  std::vector<Text> written;
  table.texts(key, written);
  const std::string shown(key);
  for (const Text& name : written) {
    const std::string flaw = flaw_of_header(key, name.value);
    if (!flaw.empty()) {
      table.error(name.place, shown + ": " + config::in_quotes(name.value) + ' ' + flaw);
    } else if (lists_header(out, name.value)) {
      table.error(name.place, shown + " names " + config::in_quotes(name.value) + " twice");
    } else if (lists_header(others, name.value)) {
      table.error(name.place, shown + " names " + config::in_quotes(name.value) +
                                  ", which forward_headers has already");
    } else {
      out.push_back(name.value);
    }
  }
}

/// "all", "none" or a list of names.
void read_selected(TableReader& table, std::string_view key, Selected& out) {
  std::vector<Text> written;
  if (!table.texts(key, written)) return;
  out = {};
  if (written.size() == 1 && written[0].value == "none") return;
  if (written.size() == 1 && written[0].value == "all") {
    out.all = true;
    return;
  }
  for (const Text& name : written) {
    if (name.value.empty() || name.value.find_first_of("&=; \t") != std::string::npos) {
      table.error(name.place,
                  std::string(key) + ": " + config::in_quotes(name.value) +
                      " is not a name; it must be \"all\", \"none\" or a list of names");
    } else {
      out.names.push_back(name.value);
    }
  }
}

void read_allowed_methods(TableReader& table, AllowedMethods& out) {
  std::vector<Text> written;
  const auto place = table.texts("allowed_methods", written);
  if (!place) return;
  std::vector<std::string> names;
  for (const Text& name : written)
    names.push_back(name.value);
  std::sort(names.begin(), names.end());
  using List = std::vector<std::string>;
  if (names == List{"GET", "HEAD"}) {
    out = AllowedMethods::get_head;
  } else if (names == List{"GET", "HEAD", "OPTIONS"}) {
    out = AllowedMethods::get_head_options;
  } else if (names == List{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}) {
    out = AllowedMethods::all;
  } else {
    table.error(*place,
                "allowed_methods must be one of CloudFront's sets: GET and HEAD; these and "
                "OPTIONS; or these and PUT, POST, PATCH and DELETE");
  }
}

void read_ttls(TableReader& table, Ttls& out) {
  const auto min = read_seconds(table, "min_ttl", out.min);
  const auto fallback = read_seconds(table, "default_ttl", out.default_);
  const auto max = read_seconds(table, "max_ttl", out.max);
  if (out.min <= out.default_ && out.default_ <= out.max) return;
  const auto place = fallback ? fallback : max ? max : min;
  table.error(place.value_or(table.place()),
              "min_ttl, default_ttl and max_ttl must not fall: they are " +
                  std::to_string(out.min) + "s, " + std::to_string(out.default_) + "s and " +
                  std::to_string(out.max) + "s");
}

}  // namespace

std::optional<config::Place> read_seconds(TableReader& table, std::string_view key,
                                          std::int64_t& seconds) {
  Milliseconds span = std::chrono::seconds(seconds);
  const auto place = table.duration(key, span);
  if (place && span % std::chrono::seconds(1) != Milliseconds(0)) {
    table.error(*place, std::string(key) + " must be whole seconds");
  }
  seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
  return place;
}

KeyGroups read_key_groups(TableReader& table, const std::string& folder) {
  KeyGroups groups;
  const config::Value* all = table.find("key_group");
  const auto* entries = all == nullptr ? nullptr : std::get_if<config::Table>(&all->content);
  if (all == nullptr) return groups;
  table.table("key_group", [&](TableReader& child) {
    for (const config::Entry& entry : *entries) {
      std::vector<KeyFile>& keys = groups[entry.key];
      read_keys(child, entry.key, "key_group." + entry.key, folder, keys);
      if (keys.size() > keys_in_group) {
        table.warning(entry.place,
                      "key_group." + entry.key + ": CloudFront's quota is 5 keys a group");
      }
    }
  });
  return groups;
}

void read_behavior(TableReader& table, const std::string& folder, const KeyGroups& groups,
                   Behavior& behavior, std::vector<KeyFile>& keys) {
  if (table.shown() != "[distribution.default_behavior]") {
    const bool is_legal =
        table.parsed("path_pattern", parse_pattern, behavior.path_pattern).has_value();
    // An illegal pattern is no "*" that would hide the next behavior.
    if (!is_legal && table.find("path_pattern") != nullptr) behavior.path_pattern.clear();
  }
  read_headers(table, "forward_headers", {}, behavior.forward_headers);
  read_headers(table, "origin_headers", behavior.forward_headers, behavior.origin_headers);
  read_selected(table, "query_strings", behavior.query_strings);
  read_selected(table, "cookies", behavior.cookies);
  read_allowed_methods(table, behavior.allowed_methods);
  table.choice<ViewerProtocol>("viewer_protocol_policy",
                               {{"allow-all", ViewerProtocol::allow_all},
                                {"redirect-to-https", ViewerProtocol::redirect_to_https},
                                {"https-only", ViewerProtocol::https_only}},
                               behavior.viewer_protocol);
  read_ttls(table, behavior.ttls);
  read_keys(table, "trusted_keys", "trusted_keys", folder, keys);
  read_trusted_key_groups(table, groups, keys);
}

}  // namespace signgate::edge
