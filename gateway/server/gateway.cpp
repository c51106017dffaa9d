// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/gateway.hpp"

#include <algorithm>
#include <iterator>

#include "gateway/base/limits.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/server/listen_address.hpp"
#include "gateway/server/metrics.hpp"

namespace signgate::server {
namespace {

std::size_t core_count() {
  return std::max(1U, std::thread::hardware_concurrency());
}

std::size_t worker_count(const config::Config& config) {
  return config.worker_processes.value_or(static_cast<std::uint32_t>(core_count()));
}

bool is_unix(const config::Address& at) {
  return !at.unix_path.empty();
}

}  // namespace

Gateway::Gateway()
    : memo_(limits::signature_memo),
      workers_([this] { return std::make_unique<Worker>(*signers_, *passwords_, memo_, peers_); }),
      admin_([this](std::string_view path) { return answer_admin(path); }) {}

Gateway::~Gateway() {
  stop();
  wait();
}

Result<void> Gateway::start(std::shared_ptr<const Snapshot> snapshot) {
  snapshot_ = std::move(snapshot);
  signers_ = std::make_unique<net::SignerPool>(core_count());
  // All cores but one, so that a flood of guesses leaves one to those who were let in.
  passwords_ = std::make_unique<net::PasswordThreads>(core_count() - 1);
  keeper_ = std::make_unique<UpstreamKeeper>(
      peers_, [this](const std::shared_ptr<const Snapshot>& of, std::size_t group,
                     std::size_t server, const std::vector<net::Endpoint>& addresses) {
        workers_.for_each(
            [&](Worker& worker) { worker.replace_addresses(of, group, server, addresses); });
      });
  const auto served = reload(snapshot_);
  if (!served) keeper_.reset();
  return served;
}

Result<void> Gateway::reload(std::shared_ptr<const Snapshot> snapshot) {
  const std::size_t before = workers_.size();
  const std::size_t count = worker_count(snapshot->config);
  auto newcomers = workers_.hire(count);
  if (!newcomers) return newcomers.error();
  auto admin = admin_.open(snapshot->config.admin.listen);
  if (!admin) return admin.error();
  if (auto opened = open_missing(*snapshot->router, count); !opened) return opened;
  // From here on nothing fails.
  const Milliseconds patience = snapshot_->config.worker_shutdown_timeout;
  snapshot_ = std::move(snapshot);
  workers_.admit(std::move(*newcomers));
  const std::vector<std::size_t> listens = listens_of(*snapshot_->router);
  const std::vector<proxy::Runtime::Local> behind_wildcards = locals();
  workers_.for_each([&](Worker& worker) { worker.publish(snapshot_, listens, behind_wildcards); });
  // Before a new worker accepts: it knows no addresses of names but those.
  keeper_->adopt(snapshot_);
  key_watch_.adopt(snapshot_);
  workers_.dismiss(count, patience);
  share_queues(listens, before);
  for (std::size_t number = 0; number < addresses_.size(); ++number) {
    if (addresses_[number].open && listens[number] == proxy::Runtime::gone) close_address(number);
  }
  admin_.adopt(std::move(*admin));
  if (before != 0 && before != count)
    proxy::log(proxy::ErrorLevel::notice, "{} workers serve from now on, {} did before", count,
               before);
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
  auto first = net::ListeningSocket::open(*endpoint, options, net::ListeningSocket::Access::all);
  if (!first) return first.error();
  const net::Endpoint bound = first->local();
  Address address;
  address.at = at;
  address.options = options;
  address.bound = net::endpoint_text(bound);
  address.queues.push_back({std::make_shared<net::ListeningSocket>(std::move(*first))});
  while (!is_unix(at) && address.queues.size() < worker_count) {
    auto further = net::ListeningSocket::open(bound, options);
    if (!further) return further.error();
    address.queues.push_back({std::make_shared<net::ListeningSocket>(std::move(*further))});
  }
  return Result<Address>(boost::system::in_place_value, std::move(address));
}

// All or none: what was opened before one that fails is closed again.
Result<void> Gateway::open_missing(const route::Router& router, std::size_t worker_count) {
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
      Address behind;
      behind.at = at;
      behind.bound = net::endpoint_text(*endpoint);
      behind.has_socket = false;
      fresh.emplace_back(number, std::move(behind));
      continue;
    }
    auto opened = open_address(at, router.listens()[index].options, worker_count);
    if (!opened) return opened.error();
    fresh.emplace_back(number, std::move(*opened));
  }
  // Last: clients come to these at once.
  if (auto opened = open_queues(router, worker_count); !opened) return opened;
  for (auto& [number, address] : fresh) {
    for (const ListenQueue& queue : address.queues)
      queue.socket->release_file();
    if (number == proxy::Runtime::gone) {
      addresses_.push_back(std::move(address));
    } else {
      addresses_[number] = std::move(address);
    }
  }
  return {};
}

// A queue for each of more workers, at those addresses that are open and stay so. One that is there
// has clients: when a further one fails it stays, and is everybody's.
Result<void> Gateway::open_queues(const route::Router& router, std::size_t worker_count) {
  for (const std::size_t number : numbers_of(router)) {
    if (number == proxy::Runtime::gone) continue;
    Address& address = addresses_[number];
    if (!address.has_socket || is_unix(address.at)) continue;
    const net::Endpoint bound = address.queues.front().socket->local();
    while (address.queues.size() < worker_count) {
      auto further = net::ListeningSocket::open(bound, address.options);
      if (!further) {
        share_queues({}, workers_.size());
        return further.error();
      }
      address.queues.push_back({std::make_shared<net::ListeningSocket>(std::move(*further))});
    }
  }
  return {};
}

// Has the workers that serve accept from the queues of all addresses. None of these closes by that,
// so nobody in them is lost, whoever is the first to do what he is told. From those of an address
// that is about to close only the `veterans` do: newcomers have no configuration that has it.
void Gateway::share_queues(const std::vector<std::size_t>& listens, std::size_t veterans) {
  const std::size_t count = workers_.size();
  for (std::size_t number = 0; number < addresses_.size(); ++number) {
    Address& address = addresses_[number];
    const bool closes = number < listens.size() && listens[number] == proxy::Runtime::gone;
    for (std::size_t index = 0; index < address.queues.size(); ++index) {
      ListenQueue& queue = address.queues[index];
      std::vector<std::size_t> places;
      for (std::size_t place = 0; place < count; ++place) {
        const bool is_one = std::ranges::find(queue.places, place) != queue.places.end();
        const bool will_be =
            (!closes || place < veterans) && accepts_from(index, place, count, is_unix(address.at));
        if (will_be) places.push_back(place);
        if (will_be && !is_one) workers_.at(place).listen(number, queue.socket);
        if (is_one && !will_be) workers_.at(place).leave_to_others(queue.socket);
      }
      queue.places = std::move(places);
    }
  }
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
  address.queues.clear();
  workers_.for_each([&](Worker& worker) { worker.close_listener(number); });
  remove_file(address.bound);
}

void Gateway::close_queues() {
  for (Address& address : addresses_)
    address.queues.clear();
}

std::vector<std::string> Gateway::addresses() const {
  std::vector<std::string> open;
  for (const Address& address : addresses_) {
    if (address.open) open.push_back(address.bound);
  }
  return open;
}

AdminAnswer Gateway::answer_admin(std::string_view path) const {
  if (path == "/metrics") {
    const WorkerTeam::Sample team = workers_.sample();
    MetricsSample sample;
    sample.counters = team.counters;
    sample.connections = team.connections;
    sample.workers = team.workers;
    sample.workers_leaving = team.leaving;
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
  close_queues();
  workers_.for_each([](Worker& worker) { worker.stop(); });
}

void Gateway::drain() {
  draining_ = true;
  close_queues();
  workers_.for_each(
      [&](Worker& worker) { worker.drain(snapshot_->config.worker_shutdown_timeout); });
}

void Gateway::join() {
  workers_.join();
}

void Gateway::wait() {
  join();
  admin_.stop();
  keeper_.reset();
  workers_.clear();
  for (const Address& address : addresses_) {
    if (address.open) remove_file(address.bound);
  }
  addresses_.clear();
}

}  // namespace signgate::server
