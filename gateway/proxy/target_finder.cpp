// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/target_finder.hpp"

#include <algorithm>
#include <random>

#include "gateway/http/text.hpp"
#include "gateway/proxy/client_watch.hpp"
#include "gateway/route/dynamic_target.hpp"
#include "gateway/route/log_escape.hpp"

namespace signgate::proxy {
namespace {

// What a request has brought may hold anything, and may be long.
std::string shown(std::string_view host) {
  std::string out;
  route::append_log_escaped(host.substr(0, 100), out);
  return out;
}

std::shared_ptr<upstream::Group> find_group(const Runtime& runtime, const std::string& host) {
  for (const auto& group : runtime.groups) {
    if (http::equal_ignoring_case(group->settings().name, host)) return group;
  }
  return nullptr;
}

// An upstream of one request: nothing of it is known before and nothing is kept (nginx).
std::shared_ptr<upstream::Group> make_group(const std::string& host,
                                            std::vector<net::Endpoint> endpoints) {
  thread_local upstream::PeerRegistry registry;
  thread_local std::minstd_rand random{std::random_device{}()};
  route::Group settings;
  settings.name = host;
  settings.keepalive = 0;
  settings.peers.emplace_back().address = host;
  std::rotate(endpoints.begin(),
              endpoints.begin() + static_cast<std::ptrdiff_t>(random() % endpoints.size()),
              endpoints.end());
  return std::make_shared<upstream::Group>(settings, upstream::Group::Endpoints{endpoints},
                                           registry);
}

}  // namespace

net::Awaitable<Result<void>> find_target(Services& services, const Runtime& runtime,
                                         const route::Route& route, route::VariableValues& values,
                                         FoundTarget& found,
                                         const std::function<bool()>& is_wanted) {
  std::string url;
  route.proxy->url.append(values, route::Escape::none, url);
  const auto target = route::parse_dynamic_target(url);
  if (!target) {
    Error error = target.error();
    error.detail += " in \"" + shown(url) + "\"";
    co_return error;
  }
  found.host = target->host;
  found.is_secure = target->secure;
  found.uri = target->uri.value_or(std::string());
  values.proxy_host = found.host;
  values.proxy_port = target->address.port;
  values.proxy_uri = found.uri;
  found.group = find_group(runtime, found.host);
  if (found.group) co_return Result<void>();
  const config::Address& address = target->address;
  if (!address.unix_path.empty()) {
    const auto endpoint = net::unix_endpoint(address.unix_path);
    if (!endpoint) co_return endpoint.error();
    found.group = make_group(found.host, {*endpoint});
    co_return Result<void>();
  }
  if (address.is_numeric()) {
    const auto endpoints = net::resolve(address.host, address.port);
    if (!endpoints) co_return endpoints.error();
    found.group = make_group(found.host, *endpoints);
    co_return Result<void>();
  }
  if (!route.settings.resolver) {
    co_return Error{ErrorCode::no_live_upstreams, Side::own, Retry::no,
                    "no resolver defined to resolve " + shown(address.host)};
  }
  const std::shared_ptr<net::Resolver> resolver = services.resolver_for(*route.settings.resolver);
  std::string name = address.host;
  for (char& c : name)
    c = http::to_lower(c);
  const Result<net::Resolution> resolved =
      co_await resolver->resolve(name, route.settings.resolver_timeout, &is_wanted);
  if (!resolved) {
    if (is_wanted && !is_wanted()) co_return client_left();
    Error error = resolved.error();
    error.detail = shown(address.host) + ": " + error.detail;
    co_return error;
  }
  std::vector<net::Endpoint> endpoints;
  for (const net::Endpoint& each : resolved->addresses)
    endpoints.push_back(net::with_port(each, address.port));
  found.group = make_group(found.host, std::move(endpoints));
  co_return Result<void>();
}

}  // namespace signgate::proxy
