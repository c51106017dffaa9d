// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/worker.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "gateway/base/fault.hpp"
#include "gateway/proxy/error_log.hpp"
#include "gateway/proxy/rare_lines.hpp"
#include "gateway/proxy/session.hpp"
#include "gateway/server/event_loop.hpp"

namespace signgate::server {
namespace {

// How often written log lines reach their file, and how often a stopping worker looks whether it is
// empty.
constexpr Milliseconds house_tick{100};
constexpr Milliseconds ending_tick{20};
constexpr Milliseconds sweep_interval{1000};

// A configuration's upstream of that name. One before a reload lends its warm connections and its
// peers' accounts.
upstream::Group* group_named(const std::shared_ptr<const proxy::Runtime>& runtime,
                             const std::string& name) {
  if (!runtime) return nullptr;
  for (const auto& group : runtime->groups) {
    if (group->settings().name == name) return group.get();
  }
  return nullptr;
}

}  // namespace

Worker::Worker(net::SignerPool& signers, net::PasswordThreads& passwords,
               signing::SignatureMemo& memo, upstream::PeerRegistry& peers)
    : peers_(peers),
      guard_(net::asio::make_work_guard(context_)),
      services_(context_, signers, passwords, memo),
      housekeeping_(context_.get_executor()),
      ending_(context_.get_executor()) {
  // Where the system refuses it the program does not start; later it would be a connection's fault.
  static_cast<void>(net::Poller::of(context_.get_executor()));
}

Worker::~Worker() {
  if (thread_.joinable()) {
    stop();
    thread_.join();
  }
}

void Worker::listen(std::size_t number, std::shared_ptr<const net::ListeningSocket> socket) {
  net::asio::post(context_, [this, number, socket = std::move(socket)] {
    if (services_.leaving) return;
    auto listener = std::make_unique<net::Listener>(
        context_, socket,
        [this, number](net::Socket accepted, const net::Endpoint& remote) {
          accept(std::move(accepted), remote, number);
        },
        [this](const std::string& reason) {
          accept_log_.critical(std::chrono::steady_clock::now(), "accept() failed: " + reason);
        });
    listener->start();
    listeners_.push_back({number, socket, std::move(listener)});
  });
}

// What the loop has in hand for them, and ends with their stop, was queued before their end is.
template <class Which>
void Worker::remove_listeners(const Which& which) {
  std::vector<NumberedListener> others;
  for (NumberedListener& each : listeners_) {
    if (!which(each)) {
      others.push_back(std::move(each));
      continue;
    }
    each.listener->stop();
    net::asio::post(context_, [ended = std::move(each.listener)] {});
  }
  listeners_ = std::move(others);
}

void Worker::leave_to_others(std::shared_ptr<const net::ListeningSocket> socket) {
  net::asio::post(context_, [this, socket = std::move(socket)] {
    remove_listeners([&](const NumberedListener& each) { return each.socket == socket; });
  });
}

void Worker::close_listener(std::size_t number) {
  net::asio::post(context_, [this, number] {
    remove_listeners([&](const NumberedListener& each) {
      if (each.number == number) each.listener->finish();
      return each.number == number;
    });
  });
}

void Worker::publish(std::shared_ptr<const Snapshot> snapshot, std::vector<std::size_t> listens,
                     std::vector<proxy::Runtime::Local> locals) {
  net::asio::post(context_, [this, snapshot = std::move(snapshot), listens = std::move(listens),
                             locals = std::move(locals)]() mutable {
    adopt(snapshot, std::move(listens), std::move(locals));
  });
}

void Worker::replace_addresses(std::shared_ptr<const Snapshot> snapshot, std::size_t group,
                               std::size_t server, std::vector<net::Endpoint> addresses) {
  net::asio::post(context_, [this, snapshot = std::move(snapshot), group, server,
                             addresses = std::move(addresses)] {
    if (snapshot == snapshot_) services_.runtime->groups[group]->replace(server, addresses);
  });
}

void Worker::adopt(const std::shared_ptr<const Snapshot>& snapshot,
                   std::vector<std::size_t> listens, std::vector<proxy::Runtime::Local> locals) {
  auto runtime = std::make_shared<proxy::Runtime>();
  if (services_.runtime) runtime->generation = services_.runtime->generation + 1;
  runtime->router = snapshot->router;
  runtime->access_logs = snapshot->access_logs;
  runtime->error_logs = snapshot->server_error_logs;
  runtime->limits = snapshot->limits;
  runtime->listens = std::move(listens);
  runtime->locals = std::move(locals);
  runtime->server_tls = snapshot->tls.servers;
  runtime->upstream_tls = snapshot->tls.upstreams;
  runtime->upstream_sessions = std::make_shared<upstream::TlsSessionMemory>();
  const auto& groups = snapshot->router->groups();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    runtime->groups.push_back(std::make_shared<upstream::Group>(
        groups[i], snapshot->endpoints[i], peers_, group_named(services_.runtime, groups[i].name)));
  }
  flush_logs();
  // What it remembers would keep keys that the configuration may have dropped.
  services_.urls = signing::UrlSigner(services_.memo);
  services_.grants.clear();
  const std::shared_ptr<const proxy::Runtime> former = services_.runtime;
  services_.runtime = std::move(runtime);
  snapshot_ = snapshot;
  if (former) former_.push_back({former, former->access_logs});
  replace_tenures(former);
  services_.idle.abort_kept_if(
      [this](std::size_t listen) { return !services_.runtime->serves(listen); });
  max_connections_ = snapshot->config.worker_connections;
}

void Worker::replace_tenures(const std::shared_ptr<const proxy::Runtime>& former) {
  auto& tenures = services_.tenures;
  tenures.resize(std::max(tenures.size(), services_.runtime->listens.size()));
  for (std::size_t number = 0; number < tenures.size(); ++number) {
    if (services_.runtime->serves(number)) {
      if (!tenures[number]) tenures[number] = std::make_shared<proxy::Tenure>();
    } else if (tenures[number] && !tenures[number]->last) {
      tenures[number]->last = former;
    }
  }
}

// Those that are over are their connections' alone, once nobody is accepted there any more.
void Worker::forget_tenures() {
  const auto is_over = [](const std::shared_ptr<proxy::Tenure>& tenure) {
    return tenure && tenure->last;
  };
  for (const NumberedListener& each : listeners_) {
    if (each.number < services_.tenures.size() && is_over(services_.tenures[each.number])) return;
  }
  for (std::shared_ptr<proxy::Tenure>& tenure : services_.tenures) {
    if (is_over(tenure)) tenure.reset();
  }
}

Result<void> Worker::start(std::function<void()> on_end) {
  try {
    thread_ = std::thread([this, on_end = std::move(on_end)] {
      keep_house();
      run_loop(context_, "a worker");
      take_sample();
      has_ended_ = true;
      on_end();
    });
  } catch (const std::system_error& refused) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 std::string("a thread for a worker: ") + refused.what()};
  }
  return {};
}

// Whether there is a place for another connection; those idle the longest give theirs.
bool Worker::make_room() {
  std::size_t open = services_.connections - services_.idle.yielding();
  const std::size_t reused = proxy::reused_at_once(max_connections_, open, services_.idle.size());
  if (reused > 0) {
    reuse_log_.warning(std::chrono::steady_clock::now(),
                       std::to_string(max_connections_) +
                           " worker_connections are not enough, reusing connections");
    services_.counters.reused_connections += reused;
    services_.idle.yield(reused);
    open -= reused;
  }
  return open < max_connections_;
}

void Worker::accept(net::Socket socket, const net::Endpoint& remote, std::size_t number) {
  ++services_.counters.accepted;
  // Its first configuration was not taken up: see run_loop.
  if (!services_.runtime) return;
  if (!make_room()) {
    ++services_.counters.refused_connections;
    accept_log_.alert(std::chrono::steady_clock::now(),
                      std::to_string(max_connections_) + " worker_connections are not enough");
    return;
  }
  net::asio::co_spawn(context_,
                      proxy::serve_connection(std::move(socket), remote, number, &services_),
                      [](const std::exception_ptr& failure) {
                        // Errors are values: an exception is a bug, which ends this connection
                        // alone.
                        if (failure)
                          proxy::log(proxy::ErrorLevel::alert, "a connection ended by {}",
                                     fault_of(failure).detail);
                      });
}

void Worker::keep_house() {
  housekeeping_.expires_after(house_tick);
  housekeeping_.async_wait([this](boost::system::error_code stopped) {
    // A tick that is due already cannot be cancelled: it must not begin another one.
    if (stopped || ended_) return;
    // First, so that what throws below does not end the housekeeping.
    keep_house();
    take_sample();
    const SteadyTime now = std::chrono::steady_clock::now();
    proxy::RareLines::shared().tick(now);
    if (services_.log_dirty) tick_logs(now);
    // A new worker may have no configuration yet.
    if (services_.runtime && now - swept_ >= sweep_interval) {
      swept_ = now;
      sweep(now);
      forget_tenures();
    }
  });
}

void Worker::tick_logs(SteadyTime now) {
  const auto tick = [now](const std::vector<std::shared_ptr<proxy::AccessLog>>& logs) {
    bool goes_on = false;
    for (const auto& log : logs)
      goes_on = log->tick(now) || goes_on;
    return goes_on;
  };
  services_.log_dirty = tick(services_.runtime->access_logs);
  std::erase_if(former_, [&](const Former& former) {
    const bool has_ended = former.runtime.expired();
    const bool goes_on = tick(former.logs);
    services_.log_dirty = goes_on || services_.log_dirty;
    return has_ended && !goes_on;
  });
}

void Worker::flush_logs() {
  if (services_.runtime) {
    for (const auto& log : services_.runtime->access_logs)
      log->flush();
  }
  for (const Former& former : former_) {
    for (const auto& log : former.logs)
      log->flush();
  }
}

// Closes upstream connections that have been idle for too long, those of former configurations
// too.
void Worker::sweep(SteadyTime now) {
  for (const auto& group : services_.runtime->groups)
    group->idle().sweep(now);
  for (const Former& each : former_) {
    const std::shared_ptr<const proxy::Runtime> former = each.runtime.lock();
    if (!former) continue;
    for (const auto& group : former->groups) {
      // One that has a successor shares its connections with it.
      upstream::Group* const namesake = group_named(services_.runtime, group->settings().name);
      if (namesake == nullptr || &namesake->idle() != &group->idle()) group->idle().sweep(now);
    }
  }
  // Nothing has been logged since, so nothing is left to write.
  if (!services_.log_dirty)
    std::erase_if(former_, [](const Former& former) { return former.runtime.expired(); });
}

void Worker::take_sample() {
  const std::lock_guard lock(sampled_mutex_);
  sampled_ = {services_.counters, services_.connections};
}

std::pair<proxy::Counters, std::uint64_t> Worker::sample() const {
  const std::lock_guard lock(sampled_mutex_);
  return sampled_;
}

void Worker::stop_accepting(Milliseconds limit) {
  services_.leaving = true;
  remove_listeners([](const NumberedListener&) { return true; });
  if (limit.count() > 0) cut_at_ = std::min(cut_at_, std::chrono::steady_clock::now() + limit);
}

void Worker::stop() {
  net::asio::post(context_, [this] {
    stop_accepting(Milliseconds(0));
    services_.draining = true;
    cut_at_ = SteadyTime{};
    finish_when_empty();
  });
}

void Worker::drain(Milliseconds limit) {
  net::asio::post(context_, [this, limit] {
    stop_accepting(limit);
    services_.draining = true;
    services_.idle.abort_if([](std::size_t) { return true; });
    finish_when_empty();
  });
}

void Worker::leave(Milliseconds limit) {
  net::asio::post(context_, [this, limit] {
    stop_accepting(limit);
    // Whom it has just accepted is a connection soon, and is not one yet.
    look_again();
  });
}

void Worker::finish_when_empty() {
  // First: what is thrown below must not keep the worker from its end.
  look_again();
  services_.stopping = std::chrono::steady_clock::now() >= cut_at_;
  if (services_.stopping) services_.wheel.expire_all();
  if (services_.connections == 0) {
    services_.tenures.clear();
    flush_logs();
    if (services_.runtime) {
      for (const auto& group : services_.runtime->groups)
        group->idle().clear();
    }
    ended_ = true;
    services_.close_resolvers();
    housekeeping_.cancel();
    ending_.cancel();
    services_.wheel.stop();
    guard_.reset();
  }
}

void Worker::look_again() {
  ending_.expires_after(ending_tick);
  ending_.async_wait([this](boost::system::error_code cancelled) {
    // By another look, which goes on, or by the end.
    if (!cancelled && !ended_) finish_when_empty();
  });
}

}  // namespace signgate::server
