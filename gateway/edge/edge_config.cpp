// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/edge_config.hpp"

#include <algorithm>

#include "gateway/config/address.hpp"
#include "gateway/config/document.hpp"
#include "gateway/config/text_file.hpp"
#include "gateway/config/units.hpp"
#include "gateway/edge/bucket_reader.hpp"
#include "gateway/http/host.hpp"
#include "gateway/http/text.hpp"
#include "signing/key_pair_id.hpp"

namespace signgate::edge {
namespace {

using config::Flaw;
using config::Parsed;
using config::Place;
using config::TableReader;
using config::Text;

bool all_of(std::string_view text, bool (*is)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is);
}

bool is_alphanumeric(char c) {
  return http::is_alpha(c) || http::is_digit(c);
}

/// A string is also what a Flaw can be made from, so the value must be named as one.
Parsed<std::string> as_written(std::string_view text) {
  return Parsed<std::string>(boost::system::in_place_value, text);
}

Parsed<std::string> parse_listen_text(std::string_view text) {
  const auto address = config::parse_listen(text);
  if (!address) return address.error();
  if (!address->unix_path.empty()) return Flaw{"must be ADDRESS:PORT, such as \"127.0.0.1:8443\""};
  return as_written(text);
}

Parsed<std::string> parse_account(std::string_view text) {
  if (text.size() == 12 && all_of(text, [](char c) { return http::is_digit(c); })) {
    return as_written(text);
  }
  return Flaw{"must be an AWS account: 12 digits"};
}

Parsed<std::string> parse_distribution_id(std::string_view text) {
  if (all_of(text, is_alphanumeric)) return as_written(text);
  return Flaw{"must be a distribution's id: letters and digits, such as \"EDFDVBD6EXAMPLE\""};
}

Parsed<std::string> parse_pattern(std::string_view text) {
  if (text.empty() || text.size() > 255) {
    return Flaw{"must be 1 to 255 characters, such as \"private/*\""};
  }
  return as_written(text);
}

/// A duration with an optional sign.
Parsed<Milliseconds> parse_offset(std::string_view text) {
  const bool back = text.starts_with('-');
  const bool is_signed = back || text.starts_with('+');
  auto span = config::parse_duration(text.substr(is_signed ? 1 : 0));
  if (!span) return Flaw{span.error().message, span.error().offset + (is_signed ? 1 : 0)};
  return back ? -*span : *span;
}

void read_trusted_keys(TableReader& table, const std::string& folder, std::vector<KeyFile>& out) {
  std::vector<std::pair<Text, Text>> written;
  if (!table.pairs("trusted_keys", written)) return;
  for (const auto& [id, path] : written) {
    if (!signing::is_key_pair_id(id.value)) {
      table.error(id.place, "trusted_keys: " + config::in_quotes(id.value) +
                                " is not a Key-Pair-Id: letters and digits, such as "
                                "\"K2JCJMDEHXQW5F\"");
    } else if (path.value.empty()) {
      table.error(path.place, "trusted_keys: the path of a public key must not be empty");
    } else {
      out.push_back({id.value, {config::join_path(folder, path.value), path.place}});
    }
  }
}

void read_forward_headers(TableReader& table, std::vector<std::string>& out) {
  std::vector<Text> written;
  table.texts("forward_headers", written);
  for (const Text& name : written) {
    const bool is_token = all_of(name.value, [](char c) { return http::is_token_char(c); });
    if (!is_token || name.value == "*") {
      table.error(name.place, "forward_headers: " + config::in_quotes(name.value) +
                                  " is not a header's name, such as \"Referer\"");
      continue;
    }
    const auto same = [&](const std::string& other) {
      return http::equal_ignoring_case(other, name.value);
    };
    if (std::any_of(out.begin(), out.end(), same)) {
      table.error(name.place, "forward_headers names " + config::in_quotes(name.value) + " twice");
      continue;
    }
    out.push_back(name.value);
  }
}

void read_ttls(TableReader& table, Ttls& out) {
  const auto read = [&](std::string_view key, std::int64_t& seconds) {
    Milliseconds span = std::chrono::seconds(seconds);
    const auto place = table.duration(key, span);
    if (place && span % std::chrono::seconds(1) != Milliseconds(0)) {
      table.error(*place, std::string(key) + " must be whole seconds");
    }
    seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
    return place;
  };
  const auto min = read("min_ttl", out.min);
  const auto fallback = read("default_ttl", out.default_);
  const auto max = read("max_ttl", out.max);
  if (out.min <= out.default_ && out.default_ <= out.max) return;
  const auto place = fallback ? fallback : max ? max : min;
  table.error(place.value_or(table.place()),
              "min_ttl, default_ttl and max_ttl must not fall: they are " +
                  std::to_string(out.min) + "s, " + std::to_string(out.default_) + "s and " +
                  std::to_string(out.max) + "s");
}

void read_behavior(TableReader& table, const std::string& folder, EdgeFile& file) {
  auto& behaviors = file.setup.distribution.behaviors;
  const auto covers_all = [](const Behavior& b) {
    return b.path_pattern == "*" || b.path_pattern == "/*";
  };
  if (!behaviors.empty() && covers_all(behaviors.back())) {
    table.warning(table.place(),
                  "no request reaches this behavior: the one before covers every path");
  }
  Behavior behavior;
  const bool is_legal =
      table.parsed("path_pattern", parse_pattern, behavior.path_pattern).has_value();
  // An illegal pattern is no "*" that would hide the next behavior.
  if (!is_legal && table.find("path_pattern") != nullptr) behavior.path_pattern.clear();
  read_forward_headers(table, behavior.forward_headers);
  read_ttls(table, behavior.ttls);
  read_trusted_keys(table, folder, file.trusted_keys.emplace_back());
  behaviors.push_back(std::move(behavior));
}

void read_hosts(TableReader& table, std::string_view key, std::vector<std::string>& out) {
  std::vector<Text> written;
  table.texts(key, written);
  for (const Text& host : written) {
    std::string_view name = host.value;
    if (name.starts_with("*.")) name.remove_prefix(2);
    if (name.empty() || name.find_first_of("*:/ ") != name.npos || !http::is_valid_host(name)) {
      table.error(host.place, std::string(key) + ": " + config::in_quotes(host.value) +
                                  " is not a host's name, such as \"media.example.com\" or "
                                  "\"*.example.com\"");
    } else {
      out.push_back(host.value);
    }
  }
}

void read_origins(TableReader& table, std::vector<std::string>& out) {
  constexpr std::string_view key = "access_control_allow_origin";
  std::vector<Text> written;
  table.texts(key, written);
  for (const Text& origin : written) {
    const std::size_t scheme = origin.value.find("://");
    const std::string_view host =
        std::string_view(origin.value)
            .substr(scheme == std::string::npos ? origin.value.size() : scheme + 3);
    if (origin.value != "*" && (host.empty() || !http::is_valid_host(host))) {
      table.error(origin.place, std::string(key) + ": " + config::in_quotes(origin.value) +
                                    " is not an origin, such as \"https://www.example.com\" or "
                                    "\"*\"");
    } else {
      out.push_back(origin.value);
    }
  }
}

void read_distribution(TableReader& table, const std::string& folder, EdgeFile& file) {
  Distribution& distribution = file.setup.distribution;
  table.require("id", "the distribution's id, which stands in aws:SourceArn");
  table.parsed("id", parse_distribution_id, distribution.id);
  table.parsed("account", parse_account, distribution.account);
  read_hosts(table, "aliases", distribution.aliases);
  read_origins(table, distribution.access_control_allow_origin);
  table.tables("behavior", [&](TableReader& child) { read_behavior(child, folder, file); });
}

}  // namespace

EdgeReading read_edge(std::string_view text, std::string name, const std::string& folder,
                      config::KnownKeys* known) {
  config::Diagnostics diagnostics{std::move(name), std::string(text)};
  EdgeFile file;
  if (const auto document = config::parse_toml(diagnostics)) {
    TableReader table{*document, diagnostics, known};
    table.parsed("listen", parse_listen_text, file.setup.listen);
    table.require("distribution", "a table, [distribution]");
    table.table("distribution",
                [&](TableReader& child) { read_distribution(child, folder, file); });
    table.require("bucket", "a table, [bucket]");
    table.table("bucket", [&](TableReader& child) { read_bucket(child, folder, file); });
    table.table("clock", [&](TableReader& child) {
      child.parsed("offset", parse_offset, file.setup.clock_offset);
    });
    table.finish();
  }
  EdgeReading reading;
  if (!diagnostics.has_error()) reading.file = std::move(file);
  reading.diagnostics = diagnostics.take();
  return reading;
}

}  // namespace signgate::edge
