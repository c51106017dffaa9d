// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/services.hpp"

#include <atomic>

#include "gateway/http/http_date.hpp"
#include "gateway/proxy/error_log.hpp"

namespace signgate::proxy {

std::uint32_t Runtime::own_error_log(const route::Server& server) const noexcept {
  const auto& own = error_logs[router->index_of(server)];
  return own ? own->number() : 0;
}

std::uint64_t Services::next_connection() noexcept {
  static std::atomic<std::uint64_t> serial{0};
  return serial.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::shared_ptr<net::Resolver> Services::resolver_for(const config::Resolver& settings) {
  const net::Resolver::Settings wanted{settings.servers, settings.valid, settings.ipv4,
                                       settings.ipv6};
  for (const auto& resolver : resolvers_) {
    if (resolver->settings() == wanted) return resolver;
  }
  return resolvers_.emplace_back(std::make_shared<net::Resolver>(context, wheel, wanted));
}

std::string_view Services::date() {
  const UnixSeconds now = unix_now();
  if (now != date_second_) {
    date_second_ = now;
    date_text_ = http::format_http_date(now);
  }
  return date_text_;
}

}  // namespace signgate::proxy
