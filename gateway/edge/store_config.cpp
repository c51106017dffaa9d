// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/store_config.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "gateway/base/limits.hpp"
#include "gateway/config/address.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/text_file.hpp"
#include "gateway/http/host.hpp"

namespace signgate::edge {
namespace {

using config::Flaw;
using config::Parsed;
using config::Place;
using config::TableReader;

constexpr std::string_view endpoint_form =
    "must be http:// or https:// with a host and nothing behind it but a port, such as "
    "\"https://s3.eu-central-1.amazonaws.com\" or \"http://127.0.0.1:7480\"";

bool is_visible(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// Parsed is also made from a Flaw, which a string could be.
Parsed<std::string> as_written(std::string_view text) {
  return Parsed<std::string>(boost::system::in_place_value, text);
}

Parsed<std::string> parse_access_key_id(std::string_view text) {
  if (is_visible(text) && text.find_first_of(",/") == std::string_view::npos)
    return as_written(text);
  return Flaw{"must be an access key's id, such as \"AKIAIOSFODNN7EXAMPLE\""};
}

Parsed<std::string> parse_region(std::string_view text) {
  if (is_visible(text) && text.find_first_of(",/") == std::string_view::npos)
    return as_written(text);
  return Flaw{"must be a region's name, such as \"us-east-1\""};
}

// What is secret is not shown, so its flaws have no place within it.
Parsed<std::string> parse_secret(std::string_view text) {
  if (is_visible(text)) return as_written(text);
  return Flaw{"must be one word of visible ASCII characters"};
}

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

void read_secret_file(StoreReading& store, config::Diagnostics& found) {
  auto text = config::load_text(store.secret_file, limits::key_file);
  if (!text) {
    found.error(store.secret_place, "secret_access_key_file " +
                                        config::in_quotes(store.secret_file) + ": " +
                                        text.error().message);
    return;
  }
  while (text->ends_with('\n') || text->ends_with('\r'))
    text->pop_back();
  if (is_visible(*text)) {
    store.setup.secret_access_key = std::move(*text);
  } else {
    found.error(store.secret_place,
                "secret_access_key_file must hold one word of visible ASCII characters");
  }
}

}  // namespace

Parsed<StoreEndpoint> parse_endpoint(std::string_view text) {
  StoreEndpoint endpoint;
  std::string_view rest = text;
  endpoint.tls = text.starts_with("https://");
  if (!endpoint.tls && !text.starts_with("http://")) return Flaw{std::string(endpoint_form)};
  rest.remove_prefix(endpoint.tls ? 8 : 7);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.starts_with("unix:") || !http::is_valid_host(rest))
    return Flaw{std::string(endpoint_form)};
  const auto address = config::parse_peer(rest);
  if (!address) return config::moved(address.error(), "", endpoint.tls ? 8 : 7);
  endpoint.host = address->host;
  const std::size_t colon = rest.rfind(':');
  const bool has_port = colon != std::string_view::npos && !rest.ends_with(']');
  endpoint.port = endpoint.tls && !has_port ? 443 : address->port;
  return endpoint;
}

std::optional<StoreReading> read_store(TableReader& table, const std::string& folder) {
  StoreReading store;
  StoreSetup& setup = store.setup;
  StoreEndpoint endpoint;
  const bool is_named = table.find("endpoint") != nullptr;
  const auto place = table.parsed("endpoint", parse_endpoint, endpoint);
  table.parsed("region", parse_region, setup.region);
  table.parsed("access_key_id", parse_access_key_id, setup.access_key_id);
  const auto secret = table.parsed("secret_access_key", parse_secret, setup.secret_access_key);
  std::string file;
  const auto file_place = table.text("secret_access_key_file", file);
  table.parsed("session_token", parse_secret, setup.session_token);
  table.choice("addressing", {{"path", Addressing::path}, {"virtual", Addressing::virtual_host}},
               setup.addressing);
  table.choice("signing",
               {{"always", OacSigning::always},
                {"never", OacSigning::never},
                {"no-override", OacSigning::no_override}},
               setup.signing);
  table.duration("connect_timeout", setup.connect_timeout, Milliseconds(1));
  table.duration("read_timeout", setup.read_timeout, Milliseconds(1));
  std::string authorities;
  const auto authorities_place = table.text("ca_certificate", authorities);
  if (!is_named) {
    for (const char* key :
         {"region", "access_key_id", "secret_access_key", "secret_access_key_file", "session_token",
          "addressing", "signing", "connect_timeout", "read_timeout", "ca_certificate"}) {
      const config::Value* value = table.find(key);
      if (value == nullptr) continue;
      table.error(value->place, std::string(key) + " is for a real store, which `endpoint` names");
    }
    return std::nullopt;
  }
  setup.tls = endpoint.tls;
  setup.host = endpoint.host;
  setup.port = endpoint.port;
  if (setup.addressing == Addressing::virtual_host && place) {
    config::Address address;
    address.host = setup.host;
    if (address.is_numeric())
      table.error(*place,
                  "addressing = \"virtual\" needs a host's name in endpoint: the bucket "
                  "stands in front of it");
  }
  if (file_place && file.empty())
    table.error(*file_place, "secret_access_key_file must not be empty");
  if (file_place && secret)
    table.error(*file_place, "secret_access_key and secret_access_key_file exclude each other");
  if (authorities_place && authorities.empty())
    table.error(*authorities_place, "ca_certificate must not be empty");
  if (!authorities.empty()) setup.ca_certificate = config::join_path(folder, authorities);
  store.place = place.value_or(table.place());
  if (file_place) store.secret_place = *file_place;
  if (!file.empty()) store.secret_file = config::join_path(folder, file);
  return store;
}

void load_credentials(StoreReading& store, config::Diagnostics& found) {
  StoreSetup& setup = store.setup;
  if (!store.secret_file.empty()) {
    read_secret_file(store, found);
    if (setup.secret_access_key.empty()) return;
  }
  if (setup.access_key_id.empty() && setup.secret_access_key.empty()) {
    setup.access_key_id = from_environment("AWS_ACCESS_KEY_ID");
    setup.secret_access_key = from_environment("AWS_SECRET_ACCESS_KEY");
    setup.session_token = from_environment("AWS_SESSION_TOKEN");
    const bool is_legal =
        (setup.access_key_id.empty() || parse_access_key_id(setup.access_key_id)) &&
        (setup.secret_access_key.empty() || is_visible(setup.secret_access_key)) &&
        (setup.session_token.empty() || is_visible(setup.session_token));
    if (!is_legal) {
      found.error(store.place,
                  "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN must each be one "
                  "word of visible ASCII characters");
      return;
    }
  }
  if (setup.signing == OacSigning::never) return;
  if (setup.access_key_id.empty() || setup.secret_access_key.empty()) {
    found.error(store.place,
                "requests to a store are signed: it takes access_key_id with secret_access_key or "
                "secret_access_key_file, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the "
                "environment; signing = \"never\" asks without");
  }
}

}  // namespace signgate::edge
