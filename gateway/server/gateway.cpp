// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/gateway.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/config/address.hpp"
#include "gateway/server/metrics.hpp"

namespace signgate::server {
namespace {

constexpr std::string_view unix_scheme = "unix:";

std::size_t core_count() {
  return std::max(1U, std::thread::hardware_concurrency());
}

Result<net::Endpoint> endpoint_of(const config::Address& address) {
  if (!address.unix_path.empty()) return net::unix_endpoint(address.unix_path);
  const auto found = net::resolve(address.host, address.port);
  if (!found) return Result<net::Endpoint>(boost::system::in_place_error, found.error());
  return Result<net::Endpoint>(boost::system::in_place_value, found->front());
}

// Whether nobody listens at the address.
Result<void> check_free(const config::Address& at, const ListenOptions& options) {
  const auto endpoint = endpoint_of(at);
  if (!endpoint) return endpoint.error();
  return net::ListeningSocket::check_free(*endpoint, options);
}

}  // namespace

Gateway::Gateway() : memo_(limits::signature_memo) {}

Gateway::~Gateway() {
  stop();
  wait();
}

Result<void> Gateway::start(std::shared_ptr<const Snapshot> snapshot) {
  snapshot_ = std::move(snapshot);
  signers_ = std::make_unique<net::SignerPool>(core_count());
  // All cores but one, so that a flood of guesses leaves one to those who were let in.
  passwords_ = std::make_unique<net::PasswordThreads>(core_count() - 1);
  const std::size_t count =
      snapshot_->config.worker_processes.value_or(static_cast<std::uint32_t>(core_count()));
  for (std::size_t i = 0; i < count; ++i)
    workers_.push_back(std::make_unique<Worker>(*signers_, *passwords_, memo_, peers_));
  keeper_ = std::make_unique<UpstreamKeeper>(
      peers_, [this](const std::shared_ptr<const Snapshot>& of, std::size_t group,
                     std::size_t server, const std::vector<net::Endpoint>& addresses) {
        for (const auto& worker : workers_)
          worker->replace_addresses(of, group, server, addresses);
      });
  auto served = reload(snapshot_);
  if (served) served = start_admin(snapshot_->config.admin.listen);
  if (!served) {
    keeper_.reset();
    workers_.clear();
    return served;
  }
  for (const auto& worker : workers_)
    worker->start();
  return {};
}

Result<void> Gateway::reload(std::shared_ptr<const Snapshot> snapshot) {
  if (auto opened = open_missing(*snapshot->router); !opened) return opened;
  snapshot_ = std::move(snapshot);
  const std::vector<std::size_t> listens = listens_of(*snapshot_->router);
  for (const auto& worker : workers_)
    worker->publish(snapshot_, listens, locals());
  keeper_->adopt(snapshot_);
  key_watch_.adopt(snapshot_);
  for (std::size_t number = 0; number < addresses_.size(); ++number) {
    Address& address = addresses_[number];
    for (std::size_t i = 0; i < address.sockets.size(); ++i)
      workers_[i]->listen(number, std::move(address.sockets[i]));
    address.sockets.clear();
    if (address.open && listens[number] == proxy::Runtime::gone) close_address(number);
  }
  return {};
}

// Two programs do not share an address, but the sockets of this one do: so all addresses are looked
// at before the first of them is opened.
Result<void> Gateway::check_missing(const route::Router& router) const {
  const std::vector<std::size_t> numbers = numbers_of(router);
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    const std::size_t number = numbers[index];
    if (number != proxy::Runtime::gone && addresses_[number].has_socket) continue;
    const route::Listen& listen = router.listens()[index];
    if (is_beside_ours(listen.address)) continue;
    if (auto is_free = check_free(listen.address, listen.options); !is_free) return is_free;
  }
  return {};
}

Result<Gateway::Address> Gateway::open_address(const config::Address& at,
                                               const ListenOptions& options,
                                               std::size_t worker_count) {
  const auto endpoint = endpoint_of(at);
  if (!endpoint) return endpoint.error();
  auto first = net::ListeningSocket::open(*endpoint, options);
  if (!first) return first.error();
  const net::Endpoint bound = first->local();
  Address address{.at = at, .bound = net::endpoint_text(bound), .sockets = {}};
  address.sockets.push_back(std::move(*first));
  while (address.sockets.size() < worker_count) {
    // Each worker has its own queue of the same port; a unix socket has one queue for all.
    auto further = bound.data()->sa_family == AF_UNIX ? address.sockets.front().duplicate()
                                                      : net::ListeningSocket::open(bound, options);
    if (!further) return further.error();
    address.sockets.push_back(std::move(*further));
  }
  return Result<Address>(boost::system::in_place_value, std::move(address));
}

// All or none: what was opened before one that fails is closed again.
Result<void> Gateway::open_missing(const route::Router& router) {
  if (const Result<void> checked = check_missing(router); !checked) return checked.error();
  const std::vector<std::size_t> numbers = numbers_of(router);
  std::vector<std::pair<std::size_t, Address>> fresh;
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    const std::size_t number = numbers[index];
    const bool is_known = number != proxy::Runtime::gone;
    if (is_known && addresses_[number].has_socket) continue;
    const config::Address& at = router.listens()[index].address;
    const bool is_covered = std::ranges::any_of(router.listens(), [&](const route::Listen& listen) {
      return config::covers(listen.address, at);
    });
    if (is_covered && !router.listens()[index].binds) {
      // Bound beside the wildcard it would have a queue of its own, which `bind` asks for.
      if (is_known) continue;
      const auto endpoint = endpoint_of(at);
      if (!endpoint) return endpoint.error();
      Address behind{.at = at, .bound = net::endpoint_text(*endpoint), .sockets = {}};
      behind.has_socket = false;
      fresh.emplace_back(number, std::move(behind));
      continue;
    }
    auto opened = open_address(at, router.listens()[index].options, workers_.size());
    if (!opened) return opened.error();
    fresh.emplace_back(number, std::move(*opened));
  }
  for (auto& [number, address] : fresh) {
    if (number == proxy::Runtime::gone) {
      addresses_.push_back(std::move(address));
    } else {
      addresses_[number] = std::move(address);
    }
  }
  return {};
}

// A wildcard and an address that it covers may both be bound while a reload leaves one for the
// other: SO_REUSEPORT lets one user's sockets do that, and the system prefers the narrower one.
bool Gateway::is_beside_ours(const config::Address& at) const {
  return std::ranges::any_of(addresses_, [&](const Address& address) {
    return address.open && address.has_socket &&
           (config::covers(address.at, at) || config::covers(at, address.at));
  });
}

// By index into Router::listens. An address may stand there more than once: port 0 is another port
// each time.
std::vector<std::size_t> Gateway::numbers_of(const route::Router& router) const {
  std::vector<bool> taken(addresses_.size());
  std::vector<std::size_t> numbers;
  for (const route::Listen& listen : router.listens()) {
    std::size_t number = 0;
    while (number < addresses_.size() &&
           (taken[number] || !addresses_[number].open || addresses_[number].at != listen.address))
      ++number;
    const bool known = number < addresses_.size();
    if (known) taken[number] = true;
    numbers.push_back(known ? number : proxy::Runtime::gone);
  }
  return numbers;
}

std::vector<std::size_t> Gateway::listens_of(const route::Router& router) const {
  std::vector<std::size_t> indexes(addresses_.size(), proxy::Runtime::gone);
  const std::vector<std::size_t> numbers = numbers_of(router);
  for (std::size_t index = 0; index < numbers.size(); ++index)
    indexes[numbers[index]] = index;
  // An address that was named beside its wildcard, and is no more, is the wildcard's: its
  // connections go on, and so does its socket, where it was bound before the wildcard was.
  for (std::size_t number = 0; number < addresses_.size(); ++number) {
    if (indexes[number] != proxy::Runtime::gone || !addresses_[number].open) continue;
    for (std::size_t index = 0; index < numbers.size(); ++index) {
      if (config::covers(router.listens()[index].address, addresses_[number].at))
        indexes[number] = index;
    }
  }
  return indexes;
}

std::vector<proxy::Runtime::Local> Gateway::locals() const {
  std::vector<proxy::Runtime::Local> found;
  for (std::size_t number = 0; number < addresses_.size(); ++number) {
    const Address& address = addresses_[number];
    for (std::size_t wildcard = 0; address.open && wildcard < addresses_.size(); ++wildcard) {
      const Address& other = addresses_[wildcard];
      if (other.open && other.has_socket && config::covers(other.at, address.at))
        found.push_back({wildcard, address.at.host, address.at.port, number});
    }
  }
  return found;
}

void Gateway::close_address(std::size_t number) {
  Address& address = addresses_[number];
  address.open = false;
  for (const auto& worker : workers_)
    worker->close_listener(number);
  if (address.bound.starts_with(unix_scheme))
    ::unlink(address.bound.substr(unix_scheme.size()).c_str());
}

std::vector<std::string> Gateway::addresses() const {
  std::vector<std::string> open;
  for (const Address& address : addresses_) {
    if (address.open) open.push_back(address.bound);
  }
  return open;
}

Result<void> Gateway::start_admin(const std::vector<std::string>& listen) {
  std::vector<net::ListeningSocket> sockets;
  for (const std::string& text : listen) {
    const auto at = config::parse_listen(text);
    SIGNGATE_CHECK(at.has_value());
    const config::Address address = config::canonical(*at);
    if (auto is_free = check_free(address, {}); !is_free) return is_free;
    auto opened = open_address(address, {}, 1);
    if (!opened) return opened.error();
    admin_addresses_.push_back(opened->bound);
    sockets.push_back(std::move(opened->sockets.front()));
  }
  if (sockets.empty()) return {};
  admin_ = std::make_unique<Admin>([this](std::string_view path) { return answer_admin(path); });
  admin_->start(std::move(sockets));
  return {};
}

AdminAnswer Gateway::answer_admin(std::string_view path) const {
  if (path == "/metrics") {
    MetricsSample sample;
    sample.workers = workers_.size();
    for (const auto& worker : workers_) {
      const auto [counters, connections] = worker->sample();
      add(sample.counters, counters);
      sample.connections += connections;
    }
    sample.peers = keeper_->sample();
    sample.memo = memo_.statistics();
    sample.signers = signers_->statistics();
    return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_text(sample)};
  }
  if (path == "/healthz" || path == "/readyz") {
    if (draining_) return {.status = 503, .body = "draining\n"};
    return {.body = "ok\n"};
  }
  return {.status = 404, .body = "there are /healthz, /readyz and /metrics\n"};
}

void Gateway::stop() {
  draining_ = true;
  if (passwords_) passwords_->stop();
  for (const auto& worker : workers_)
    worker->stop();
}

void Gateway::drain() {
  draining_ = true;
  for (const auto& worker : workers_)
    worker->drain(snapshot_->config.worker_shutdown_timeout);
}

void Gateway::join() {
  for (const auto& worker : workers_)
    worker->join();
}

void Gateway::wait() {
  join();
  admin_.reset();
  keeper_.reset();
  workers_.clear();
  for (const Address& address : addresses_) {
    if (address.open && address.bound.starts_with(unix_scheme))
      ::unlink(address.bound.substr(unix_scheme.size()).c_str());
  }
  addresses_.clear();
}

}  // namespace signgate::server
