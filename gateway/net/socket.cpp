// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

namespace signgate::net {

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool Socket::open(int family) noexcept {
  descriptor_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  return descriptor_ >= 0;
}

void Socket::set(int level, int option, int value) noexcept {
  ::setsockopt(descriptor_, level, option, &value, sizeof value);
}

Endpoint Socket::local_endpoint() const noexcept {
  Endpoint endpoint;
  auto length = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(descriptor_, endpoint.data(), &length) == 0) endpoint.resize(length);
  return endpoint;
}

}  // namespace signgate::net
