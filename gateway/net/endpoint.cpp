// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/endpoint.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <cstring>
#include <memory>

namespace signgate::net {
namespace {

// The generic endpoint keeps the bytes of a sockaddr; these read them as what their family says.
template <class Address>
Address address_as(const Endpoint& endpoint) {
  Address address{};
  std::memcpy(&address, endpoint.data(), std::min(sizeof address, endpoint.size()));
  return address;
}

std::string unix_path(const Endpoint& endpoint) {
  const auto address = address_as<sockaddr_un>(endpoint);
  constexpr std::size_t offset = offsetof(sockaddr_un, sun_path);
  if (endpoint.size() <= offset) return {};
  return {address.sun_path, ::strnlen(address.sun_path, endpoint.size() - offset)};
}

}  // namespace

Result<std::vector<Endpoint>> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
  const bool any = host == "*";
  if (any) {
    hints.ai_flags |= AI_PASSIVE;
    hints.ai_family = AF_INET;
  }
  addrinfo* list = nullptr;
  const std::string service = std::to_string(port);
  int code = ::getaddrinfo(any ? nullptr : host.c_str(), service.c_str(), &hints, &list);
  if (code == EAI_NONAME || code == EAI_ADDRFAMILY) {
    // AI_ADDRCONFIG hides loopback on a machine without any other address.
    hints.ai_flags &= ~AI_ADDRCONFIG;
    code = ::getaddrinfo(any ? nullptr : host.c_str(), service.c_str(), &hints, &list);
  }
  if (code != 0) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 "host \"" + host + "\" is not found: " + ::gai_strerror(code)};
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, &::freeaddrinfo);
  std::vector<Endpoint> endpoints;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    endpoints.emplace_back(entry->ai_addr, entry->ai_addrlen, 0);
  }
  return endpoints;
}

Endpoint ip_endpoint(const IpAddress& address, std::uint16_t port) {
  if (address.size == 4) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes.data(), 4);
    return {&v4, sizeof v4, 0};
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&v6.sin6_addr, address.bytes.data(), 16);
  return {&v6, sizeof v6, 0};
}

void keep_reachable(std::vector<Endpoint>& endpoints) {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner(first, &::freeifaddrs);
  for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET6) continue;
    sockaddr_in6 address{};
    std::memcpy(&address, each->ifa_addr, sizeof address);
    if (!IN6_IS_ADDR_LOOPBACK(&address.sin6_addr) && !IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr))
      return;
  }
  std::erase_if(endpoints,
                [](const Endpoint& endpoint) { return endpoint.data()->sa_family == AF_INET6; });
}

Result<Endpoint> unix_endpoint(const std::string& path) {
  // The generic endpoint claims to be made of anything, an Error too: the result's side is stated.
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    Error error{ErrorCode::resource, Side::own, Retry::no,
                "the path of unix socket \"" + path + "\" is longer than 107 bytes"};
    return Result<Endpoint>(boost::system::in_place_error, std::move(error));
  }
  const asio::local::stream_protocol::endpoint local(path);
  return Result<Endpoint>(boost::system::in_place_value, local);
}

std::string endpoint_host(const Endpoint& endpoint) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  switch (endpoint.data()->sa_family) {
    case AF_INET: {
      const auto address = address_as<sockaddr_in>(endpoint);
      ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
      return text.data();
    }
    case AF_INET6: {
      const auto address = address_as<sockaddr_in6>(endpoint);
      ::inet_ntop(AF_INET6, &address.sin6_addr, text.data(), text.size());
      return text.data();
    }
    default:
      return "unix:";
  }
}

std::uint16_t endpoint_port(const Endpoint& endpoint) noexcept {
  switch (endpoint.data()->sa_family) {
    case AF_INET:
      return ntohs(address_as<sockaddr_in>(endpoint).sin_port);
    case AF_INET6:
      return ntohs(address_as<sockaddr_in6>(endpoint).sin6_port);
    default:
      return 0;
  }
}

std::string endpoint_text(const Endpoint& endpoint) {
  switch (endpoint.data()->sa_family) {
    case AF_INET:
      return endpoint_host(endpoint) + ":" + std::to_string(endpoint_port(endpoint));
    case AF_INET6:
      return "[" + endpoint_host(endpoint) + "]:" + std::to_string(endpoint_port(endpoint));
    default:
      return "unix:" + unix_path(endpoint);
  }
}

}  // namespace signgate::net
