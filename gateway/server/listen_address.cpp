// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/listen_address.hpp"

#include <unistd.h>

#include "gateway/net/listener.hpp"

namespace signgate::server {

Result<net::Endpoint> endpoint_of(const config::Address& address) {
  if (!address.unix_path.empty()) return net::unix_endpoint(address.unix_path);
  const auto found = net::resolve(address.host, address.port);
  if (!found) return Result<net::Endpoint>(boost::system::in_place_error, found.error());
  return Result<net::Endpoint>(boost::system::in_place_value, found->front());
}

Result<void> check_free(const config::Address& at, const ListenOptions& options) {
  const auto endpoint = endpoint_of(at);
  if (!endpoint) return endpoint.error();
  return net::ListeningSocket::check_free(*endpoint, options);
}

void remove_file(const std::string& bound) {
  constexpr std::string_view scheme = "unix:";
  if (bound.starts_with(scheme)) ::unlink(bound.substr(scheme.size()).c_str());
}

}  // namespace signgate::server
