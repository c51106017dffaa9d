// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/gateway.hpp"

#include <unistd.h>

#include "gateway/base/check.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/config/address.hpp"

namespace signgate::server {
namespace {

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
  for (std::size_t i = 0; i < count; ++i) {
    workers_.push_back(std::make_unique<Worker>(*signers_, memo_));
    workers_.back()->publish(snapshot_);
  }
  if (auto opened = open_listeners(count); !opened) {
    workers_.clear();
    return opened;
  }
  for (const auto& worker : workers_)
    worker->start();
  return {};
}

Result<void> Gateway::open_listeners(std::size_t worker_count) {
  const auto& listens = snapshot_->router->listens();
  for (std::size_t index = 0; index < listens.size(); ++index) {
    const auto endpoint = endpoint_of(listens[index].text);
    if (!endpoint) return endpoint.error();
    if (const auto is_free = net::ListeningSocket::check_free(*endpoint); !is_free) return is_free;
    auto first = net::ListeningSocket::open(*endpoint);
    if (!first) return first.error();
    const net::Endpoint bound = first->local();
    addresses_.push_back(net::endpoint_text(bound));
    const bool is_unix = bound.data()->sa_family == AF_UNIX;
    if (is_unix) unix_paths_.push_back(addresses_.back().substr(5));
    for (std::size_t i = 1; i < worker_count; ++i) {
      // Each worker has its own queue of the same port; a unix socket has one queue for all.
      auto further = is_unix ? first->duplicate() : net::ListeningSocket::open(bound);
      if (!further) return further.error();
      workers_[i]->listen(index, std::move(*further));
    }
    workers_[0]->listen(index, std::move(*first));
  }
  return {};
}

void Gateway::stop() {
  for (const auto& worker : workers_)
    worker->stop();
}

void Gateway::drain() {
  for (const auto& worker : workers_)
    worker->drain(snapshot_->config.worker_shutdown_timeout);
}

void Gateway::join() {
  for (const auto& worker : workers_)
    worker->join();
}

void Gateway::wait() {
  join();
  workers_.clear();
  for (const std::string& path : unix_paths_)
    ::unlink(path.c_str());
  unix_paths_.clear();
}

}  // namespace signgate::server
