// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/config/parsed.hpp"
#include "gateway/config/table_reader.hpp"
#include "gateway/edge/store_setup.hpp"

/// The keys of [bucket] that put a real S3-compatible store in the embedded bucket's place.
namespace signgate::edge {

/// StoreEndpoint is scheme, host and port of a store.
struct StoreEndpoint {
  bool tls = false;
  std::string host;
  std::uint16_t port = 80;
};

/// parse_endpoint reads "http://HOST", "http://HOST:PORT" and the same with "https://"; HOST may be
/// a name, an IPv4 address or an IPv6 one in brackets. A path is none of it.
[[nodiscard]] config::Parsed<StoreEndpoint> parse_endpoint(std::string_view text);

/// StoreReading is a store as the configuration names it.
struct StoreReading {
  StoreSetup setup;
  config::Place place;      // of `endpoint`
  std::string secret_file;  // where the secret is to be read from; empty: nowhere
  config::Place secret_place;
};

/// read_store reads the keys of a store from [bucket]: nothing when there is no `endpoint`, after
/// telling which keys make no sense without one. `folder` is what relative paths are joined with.
[[nodiscard]] std::optional<StoreReading> read_store(config::TableReader& table,
                                                     const std::string& folder);

/// load_credentials reads the file of the secret, or takes key and secret from the environment
/// (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN) where the configuration has
/// neither, and tells what is missing. A store that signs nothing needs none.
void load_credentials(StoreReading& store, config::Diagnostics& found);

}  // namespace signgate::edge
