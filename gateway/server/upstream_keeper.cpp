// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/upstream_keeper.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <random>
#include <set>

#include "gateway/base/limits.hpp"
#include "gateway/config/address.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/server/event_loop.hpp"
#include "gateway/upstream/health_probe.hpp"

namespace signgate::server {
namespace {

Milliseconds up_to(Milliseconds most) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return Milliseconds(
      most.count() == 0
          ? 0
          : static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most.count() + 1)));
}

net::Resolver::Settings resolver_settings(const config::Upstream& upstream,
                                          const config::Config& config, const config::Peer& peer) {
  net::Resolver::Settings settings;
  if (!peer.resolve) return settings;  // the system's
  const std::optional<config::Resolver>& chosen =
      upstream.resolver ? upstream.resolver : config.settings.resolver;
  if (!chosen) return settings;
  return {chosen->servers, chosen->valid, chosen->ipv4, chosen->ipv6};
}

std::set<std::string> texts_of(const std::vector<net::Endpoint>& endpoints) {
  std::set<std::string> texts;
  for (const net::Endpoint& endpoint : endpoints)
    texts.insert(net::endpoint_text(endpoint));
  return texts;
}

std::string listed(const std::set<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts)
    list.append(list.empty() ? "" : ", ").append(text);
  return list;
}

}  // namespace

UpstreamKeeper::UpstreamKeeper(upstream::PeerRegistry& registry, OnAddresses on_addresses)
    : registry_(registry),
      on_addresses_(std::move(on_addresses)),
      guard_(net::asio::make_work_guard(context_)),
      wheel_(context_) {
  thread_ = std::thread([this] { run_loop(context_, "the upstream keeper"); });
}

UpstreamKeeper::~UpstreamKeeper() {
  stop();
}

void UpstreamKeeper::adopt(std::shared_ptr<const Snapshot> snapshot) {
  std::promise<void> taken_up;
  const std::future<void> done = taken_up.get_future();
  net::asio::post(context_,
                  [this, snapshot = std::move(snapshot), taken_up = std::move(taken_up)]() mutable {
                    take_up(snapshot);
                    taken_up.set_value();
                  });
  done.wait();
}

void UpstreamKeeper::stop() {
  if (!thread_.joinable()) return;
  net::asio::post(context_, [this] {
    end_generation();
    wheel_.expire_all();
    wheel_.stop();
    guard_.reset();
  });
  thread_.join();
}

void UpstreamKeeper::end_generation() {
  for (const auto& task : now_.names) {
    task->stopped = true;
    task->timer.cancel();
  }
  for (const auto& [key, task] : now_.checks) {
    task->stopped = true;
    task->timer.cancel();
  }
  now_ = {};
}

void UpstreamKeeper::take_up(std::shared_ptr<const Snapshot> snapshot) {
  const Generation before = now_;
  end_generation();
  now_.endpoints = snapshot->endpoints;
  now_.snapshot = std::move(snapshot);
  const auto& groups = now_.snapshot->router->groups();
  for (std::size_t group = 0; group < groups.size(); ++group) {
    // A name that could not be asked for keeps the addresses that it had, as the workers do.
    for (std::size_t old = 0; before.snapshot && old < before.endpoints.size(); ++old) {
      const auto& former = before.snapshot->router->groups()[old];
      if (former.name != groups[group].name) continue;
      for (std::size_t server = 0; server < groups[group].peers.size(); ++server) {
        for (std::size_t i = 0; i < former.peers.size(); ++i) {
          if (!now_.endpoints[group][server].empty() || before.endpoints[old][i].empty() ||
              former.peers[i].address != groups[group].peers[server].address)
            continue;
          now_.endpoints[group][server] = before.endpoints[old][i];
          // A worker that is new has not had them.
          on_addresses_(now_.snapshot, group, server, before.endpoints[old][i]);
        }
      }
    }
    sync_checks(group);
  }
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [&](const auto& entry) {
      if (now_.checks.contains(entry.first)) return false;
      entry.second.shared->healthy = true;
      return true;
    });
  }
  start_names();
}

void UpstreamKeeper::sync_checks(std::size_t group) {
  const route::Group& settings = now_.snapshot->router->groups()[group];
  if (!settings.health_check) return;
  std::set<Key> wanted;
  for (std::size_t server = 0; server < settings.peers.size(); ++server) {
    if (settings.peers[server].down) continue;
    for (const net::Endpoint& endpoint : now_.endpoints[group][server]) {
      const Key key{settings.name, net::endpoint_text(endpoint)};
      if (!wanted.insert(key).second || now_.checks.contains(key)) continue;
      {
        const std::lock_guard lock(mutex_);
        Entry& entry = entries_[key];
        if (!entry.shared) {
          entry.shared = registry_.get(key.first, key.second, !settings.health_check->mandatory);
          entry.state = upstream::HealthState(!settings.health_check->mandatory);
          entry.shared->healthy = entry.state.is_healthy();
        }
      }
      auto task = std::make_shared<Task>(context_.get_executor());
      now_.checks.emplace(key, task);
      net::asio::co_spawn(context_, check(task, group, endpoint), net::asio::detached);
    }
  }
  for (auto each = now_.checks.begin(); each != now_.checks.end();) {
    if (each->first.first != settings.name || wanted.contains(each->first)) {
      ++each;
      continue;
    }
    each->second->stopped = true;
    each->second->timer.cancel();
    const std::lock_guard lock(mutex_);
    entries_.erase(each->first);
    each = now_.checks.erase(each);
  }
}

net::Awaitable<void> UpstreamKeeper::check(std::shared_ptr<Task> task, std::size_t group,
                                           net::Endpoint endpoint) {
  if (task->stopped) co_return;  // before its first step: what it was for has changed
  const std::shared_ptr<const Snapshot> snapshot = now_.snapshot;
  const route::Group& upstream = snapshot->router->groups()[group];
  const config::HealthCheck& settings = *upstream.health_check;
  const std::string address = net::endpoint_text(endpoint);
  upstream::Probe probe;
  probe.endpoint = settings.port == 0 ? endpoint : net::with_port(endpoint, settings.port);
  probe.preamble = upstream::probe_preamble(upstream);
  probe.request = upstream::probe_request(upstream);
  if (upstream.check_tls) {
    probe.tls.context = snapshot->tls.upstreams[upstream.check_tls->tls];
    probe.tls.name = upstream::tls_host(upstream.check_tls->name);
    probe.tls.sends_name = upstream.check_tls->sends_name;
  }
  probe.timeout = settings.timeout;
  const net::Executor executor = context_.get_executor();
  while (!task->stopped) {
    const Result<int> answered = co_await upstream::probe(executor, wheel_, probe);
    if (task->stopped) co_return;
    record(upstream, address, answered);
    task->timer.expires_after(settings.interval + up_to(settings.jitter));
    const auto [cancelled] = co_await task->timer.async_wait(net::as_values);
    static_cast<void>(cancelled);
  }
}

void UpstreamKeeper::record(const config::Upstream& upstream, const std::string& address,
                            const Result<int>& answered) {
  const config::HealthCheck& settings = *upstream.health_check;
  const bool passed = answered && upstream::passes_check(settings, *answered);
  upstream::HealthState::Change change = upstream::HealthState::Change::none;
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[{upstream.name, address}];
    ++(passed ? entry.passed : entry.failed);
    change = entry.state.record(settings, passed);
    if (change == upstream::HealthState::Change::healthy) {
      entry.shared->healthy_since = std::chrono::steady_clock::now().time_since_epoch().count();
    }
    entry.shared->healthy = entry.state.is_healthy();
  }
  if (change == upstream::HealthState::Change::healthy) {
    proxy::log(proxy::ErrorLevel::notice, "peer {} of upstream \"{}\" is healthy", address,
               upstream.name);
  } else if (change == upstream::HealthState::Change::unhealthy) {
    const std::string why = answered ? "it answered " + std::to_string(*answered)
                            : answered.error().detail.empty()
                                ? std::string(error_name(answered.error().code))
                                : answered.error().detail;
    proxy::log(proxy::ErrorLevel::warn, "peer {} of upstream \"{}\" is unhealthy: {}", address,
               upstream.name, why);
  }
}

void UpstreamKeeper::start_names() {
  const auto& groups = now_.snapshot->router->groups();
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (std::size_t server = 0; server < groups[group].peers.size(); ++server) {
      const auto address = config::parse_peer(groups[group].peers[server].address);
      if (!address || !address->unix_path.empty() || address->is_numeric()) continue;
      auto task = std::make_shared<Task>(context_.get_executor());
      now_.names.push_back(task);
      net::asio::co_spawn(context_, keep_name(task, group, server), net::asio::detached);
    }
  }
}

net::Awaitable<void> UpstreamKeeper::keep_name(std::shared_ptr<Task> task, std::size_t group,
                                               std::size_t server) {
  if (task->stopped) co_return;
  const std::shared_ptr<const Snapshot> snapshot = now_.snapshot;
  const config::Upstream& upstream = snapshot->router->groups()[group];
  const config::Peer& peer = upstream.peers[server];
  const config::Address address = *config::parse_peer(peer.address);
  const Milliseconds patience =
      upstream.resolver_timeout.value_or(snapshot->config.settings.resolver_timeout);
  const net::Resolver::Settings settings = resolver_settings(upstream, snapshot->config, peer);
  bool missing = now_.endpoints[group][server].empty() && !peer.resolve;
  // What the start has just resolved can wait.
  Milliseconds wait = peer.resolve ? Milliseconds(0)
                      : missing    ? limits::missing_name_interval
                                   : limits::name_interval;
  while (true) {
    task->timer.expires_after(wait);
    const auto [cancelled] = co_await task->timer.async_wait(net::as_values);
    static_cast<void>(cancelled);
    if (task->stopped) co_return;
    // A new one each time: the system's settings may have changed, and an answer is not to be
    // remembered but had.
    net::Resolver resolver(context_, wheel_, settings);
    Result<net::Resolution> found = co_await resolver.resolve(address.host, patience);
    if (task->stopped) co_return;
    if (found && !peer.resolve) net::keep_reachable(found->addresses);
    report(group, server, found, address.port, missing);
    wait = !found         ? limits::missing_name_interval
           : peer.resolve ? std::max<Milliseconds>(found->ttl, limits::shortest_name_interval)
                          : limits::name_interval;
  }
}

void UpstreamKeeper::report(std::size_t group, std::size_t server,
                            const Result<net::Resolution>& found, std::uint16_t port,
                            bool& missing) {
  const config::Upstream& upstream = now_.snapshot->router->groups()[group];
  const std::string& name = upstream.peers[server].address;
  std::vector<net::Endpoint>& known = now_.endpoints[group][server];
  if (!found) {
    if (!missing)
      proxy::log(proxy::ErrorLevel::warn, "server \"{}\" of upstream \"{}\": {}; {}", name,
                 upstream.name, found.error().detail,
                 known.empty() ? "it is left out until it is found" : "its addresses stay");
    missing = true;
    return;
  }
  std::vector<net::Endpoint> addresses;
  for (const net::Endpoint& each : found->addresses)
    addresses.push_back(net::with_port(each, port));
  const std::set<std::string> texts = texts_of(addresses);
  const bool changed = texts != texts_of(known);
  if (changed || missing)
    proxy::log(proxy::ErrorLevel::notice, "server \"{}\" of upstream \"{}\" is at {}", name,
               upstream.name, listed(texts));
  missing = false;
  if (!changed) return;
  known = addresses;
  sync_checks(group);
  on_addresses_(now_.snapshot, group, server, addresses);
}

std::vector<PeerHealth> UpstreamKeeper::sample() const {
  const std::lock_guard lock(mutex_);
  std::vector<PeerHealth> all;
  for (const auto& [key, entry] : entries_)
    all.push_back({key.first, key.second, entry.state.is_healthy(), entry.passed, entry.failed});
  return all;
}

}  // namespace signgate::server
