// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/tls_settings.hpp"
#include "gateway/config/place.hpp"

namespace signgate::config {

/// TlsPlaces are where the TLS settings of one server or route stand, by their names and by the
/// number of the value: what is wrong with a file shows only when it is loaded.
using TlsPlaces = std::map<std::string, std::vector<Place>, std::less<>>;

/// place_of is where that value stands; the setting's last one for a number too high, `otherwise`
/// for a setting that is not there.
[[nodiscard]] Place place_of(const TlsPlaces& places, std::string_view setting, std::size_t index,
                             Place otherwise);

/// ServerTls is a server's TLS to its clients: the ssl_* keys.
struct ServerTls {
  TlsServerSettings settings;
  std::vector<TlsPaths> written;  // certificates and keys as the file has them
  TlsPlaces places;

  friend bool operator==(const ServerTls&, const ServerTls&) = default;
};

/// UpstreamTls is TLS to an upstream, for proxy_pass with https: the proxy_ssl_* keys.
struct UpstreamTls {
  TlsClientSettings settings;
  TlsPaths written;                  // certificate and key as the file has them
  std::string name = "$proxy_host";  // what the certificate must be for; takes variables
  bool server_name = false;          // whether that name is sent (SNI)
  TlsPlaces places;

  friend bool operator==(const UpstreamTls&, const UpstreamTls&) = default;
};

}  // namespace signgate::config
