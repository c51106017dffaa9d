// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/edge_config.hpp"

#include <algorithm>

#include "gateway/config/address.hpp"
#include "gateway/config/document.hpp"
#include "gateway/config/text_file.hpp"
#include "gateway/config/units.hpp"
#include "gateway/edge/behavior_reader.hpp"
#include "gateway/edge/bucket_reader.hpp"
#include "gateway/edge/cors_reader.hpp"
#include "gateway/http/host.hpp"
#include "gateway/http/text.hpp"
#include "policy/s3_names.hpp"

namespace signgate::edge {
namespace {

using config::Flaw;
using config::Parsed;
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

Parsed<std::string> parse_partition(std::string_view text) {
  if (policy::is_partition(text)) return as_written(text);
  return Flaw{"must be \"aws\", \"aws-cn\" or \"aws-us-gov\""};
}

Parsed<std::string> parse_distribution_id(std::string_view text) {
  if (all_of(text, is_alphanumeric)) return as_written(text);
  return Flaw{"must be a distribution's id: letters and digits, such as \"EDFDVBD6EXAMPLE\""};
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

bool covers_all(const Behavior& behavior) {
  return behavior.path_pattern == "*" || behavior.path_pattern == "/*";
}

void read_distribution(TableReader& table, const std::string& folder, const KeyGroups& groups,
                       EdgeFile& file) {
  Distribution& distribution = file.setup.distribution;
  table.require("id", "the distribution's id, which stands in aws:SourceArn");
  table.parsed("id", parse_distribution_id, distribution.id);
  table.parsed("account", parse_account, distribution.account);
  table.parsed("partition", parse_partition, distribution.partition);
  read_hosts(table, "aliases", distribution.aliases);
  read_cors_headers(table, distribution.cors);
  read_seconds(table, "error_caching_min_ttl", distribution.error_caching_min_ttl);
  auto& behaviors = distribution.behaviors;
  table.tables("behavior", [&](TableReader& child) {
    if (!behaviors.empty() && covers_all(behaviors.back())) {
      child.warning(child.place(),
                    "no request reaches this behavior: the one before covers every path");
    }
    Behavior behavior;
    read_behavior(child, folder, groups, behavior, file.trusted_keys.emplace_back());
    behaviors.push_back(std::move(behavior));
  });
  table.table("default_behavior", [&](TableReader& child) {
    read_behavior(child, folder, groups, distribution.default_behavior, file.default_keys);
  });
}

void read_tls(TableReader& table, const std::string& folder, Tls& out) {
  std::string certificate;
  table.require("certificate", "a PEM file, or \"self-signed\"");
  const auto place = table.text("certificate", certificate);
  out.self_signed = certificate == "self-signed";
  if (out.self_signed) {
    if (auto path = read_path(table, "certificate_file", folder)) out.certificate = path->path;
    return;
  }
  if (place && certificate.empty()) table.error(*place, "certificate must not be empty");
  out.certificate = config::join_path(folder, certificate);
  table.require("certificate_key", "the certificate's private key, a PEM file");
  if (auto path = read_path(table, "certificate_key", folder)) out.certificate_key = path->path;
}

/// The address, and behind it "ssl" where viewers are to speak TLS.
void read_listen(TableReader& table, EdgeSetup& setup) {
  const auto parse = [&](std::string_view text) -> Parsed<std::string> {
    constexpr std::string_view suffix = " ssl";
    if (text.ends_with(suffix)) {
      text.remove_suffix(suffix.size());
      setup.tls = Tls{true, {}, {}};
    }
    return parse_listen_text(text);
  };
  table.parsed("listen", parse, setup.listen);
}

}  // namespace

config::Parsed<Milliseconds> parse_clock_offset(std::string_view text) {
  const bool back = text.starts_with('-');
  const bool is_signed = back || text.starts_with('+');
  auto span = config::parse_duration(text.substr(is_signed ? 1 : 0));
  if (!span) return Flaw{span.error().message, span.error().offset + (is_signed ? 1 : 0)};
  return back ? -*span : *span;
}

EdgeReading read_edge(std::string_view text, std::string name, const std::string& folder,
                      config::KnownKeys* known) {
  config::Diagnostics diagnostics{std::move(name), std::string(text)};
  EdgeFile file;
  if (const auto document = config::parse_toml(diagnostics)) {
    TableReader table{*document, diagnostics, known};
    read_listen(table, file.setup);
    table.table("tls", [&](TableReader& child) {
      file.setup.tls.emplace();
      read_tls(child, folder, *file.setup.tls);
    });
    table.table("admin", [&](TableReader& child) {
      child.require("listen", "an address such as \"127.0.0.1:9181\"");
      child.parsed("listen", parse_listen_text, file.setup.admin_listen);
    });
    const KeyGroups groups = read_key_groups(table, folder);
    table.require("distribution", "a table, [distribution]");
    table.table("distribution",
                [&](TableReader& child) { read_distribution(child, folder, groups, file); });
    table.require("bucket", "a table, [bucket]");
    table.table("bucket", [&](TableReader& child) { read_bucket(child, folder, file); });
    table.table("clock", [&](TableReader& child) {
      child.parsed("offset", parse_clock_offset, file.setup.clock_offset);
    });
    table.finish();
  }
  EdgeReading reading;
  if (!diagnostics.has_error()) reading.file = std::move(file);
  reading.diagnostics = diagnostics.take();
  return reading;
}

}  // namespace signgate::edge
