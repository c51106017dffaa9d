// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/listening.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "gateway/config/address.hpp"

namespace signgate::edge {
namespace {

/// Whether nobody listens there. The listening socket itself shares its port, and would not tell.
bool is_free(const net::Endpoint& endpoint) {
  const int family = endpoint.data()->sa_family;
  const int probe = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return true;
  const int on = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool taken = ::bind(probe, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 &&
                     errno == EADDRINUSE;
  ::close(probe);
  return !taken;
}

}  // namespace

Result<net::ListeningSocket> listen_on(const std::string& text) {
  const auto address = config::parse_listen(text);
  if (!address) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 "listen \"" + text + "\" " + address.error().message};
  }
  const auto endpoints = net::resolve(address->host, address->port);
  if (!endpoints) return endpoints.error();
  const net::Endpoint& endpoint = endpoints->front();
  if (address->port != 0 && !is_free(endpoint)) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 net::endpoint_text(endpoint) + " is in use by another program"};
  }
  return net::ListeningSocket::open(endpoint);
}

}  // namespace signgate::edge
