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

Result<net::Endpoint> endpoint_of(const std::string& listen) {
  const auto address = config::parse_listen(listen);
  SIGNGATE_CHECK(address.has_value());
  if (!address->unix_path.empty()) return net::unix_endpoint(address->unix_path);
  const auto found = net::resolve(address->host, address->port);
  if (!found) return Result<net::Endpoint>(boost::system::in_place_error, found.error());
  return Result<net::Endpoint>(boost::system::in_place_value, found->front());
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
  const std::size_t count =
      snapshot_->config.worker_processes.value_or(static_cast<std::uint32_t>(core_count()));
  for (std::size_t i = 0; i < count; ++i)
    workers_.push_back(std::make_unique<Worker>(*signers_, memo_, peers_));
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
    worker->publish(snapshot_, listens);
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

Result<Gateway::Address> Gateway::open_address(const std::string& text, std::size_t worker_count) {
  const auto endpoint = endpoint_of(text);
  if (!endpoint) return endpoint.error();
  if (const auto is_free = net::ListeningSocket::check_free(*endpoint); !is_free)
    return is_free.error();
  auto first = net::ListeningSocket::open(*endpoint);
  if (!first) return first.error();
  const net::Endpoint bound = first->local();
  Address address{.text = text, .bound = net::endpoint_text(bound), .open = true, .sockets = {}};
  address.sockets.push_back(std::move(*first));
  while (address.sockets.size() < worker_count) {
    // Each worker has its own queue of the same port; a unix socket has one queue for all.
    auto further = bound.data()->sa_family == AF_UNIX ? address.sockets.front().duplicate()
                                                      : net::ListeningSocket::open(bound);
    if (!further) return further.error();
    address.sockets.push_back(std::move(*further));
  }
  return Result<Address>(boost::system::in_place_value, std::move(address));
}

// All or none: what was opened before one that fails is closed again.
Result<void> Gateway::open_missing(const route::Router& router) {
  const std::vector<std::size_t> numbers = numbers_of(router);
  std::vector<Address> fresh;
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    if (numbers[index] != proxy::Runtime::gone) continue;
    auto opened = open_address(router.listens()[index].text, workers_.size());
    if (!opened) return opened.error();
    fresh.push_back(std::move(*opened));
  }
  std::ranges::move(fresh, std::back_inserter(addresses_));
  return {};
}

// By index into Router::listens. A text may stand there more than once: port 0 is another port each
// time.
std::vector<std::size_t> Gateway::numbers_of(const route::Router& router) const {
  std::vector<bool> taken(addresses_.size());
  std::vector<std::size_t> numbers;
  for (const route::Listen& listen : router.listens()) {
    std::size_t number = 0;
    while (number < addresses_.size() &&
           (taken[number] || !addresses_[number].open || addresses_[number].text != listen.text))
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
  return indexes;
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
    auto opened = open_address(text, 1);
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
