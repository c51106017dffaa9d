// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/worker_team.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "gateway/proxy/error_log.hpp"
#include "gateway/server/metrics.hpp"

namespace signgate::server {
namespace {

bool is_over(const std::unique_ptr<Worker>& worker) {
  return worker->has_ended();
}

}  // namespace

WorkerTeam::WorkerTeam(Make make) : make_(std::move(make)) {}

WorkerTeam::~WorkerTeam() {
  clear();
}

Result<WorkerTeam::Workers> WorkerTeam::hire(std::size_t count) {
  const std::size_t present = size();
  Workers newcomers;
  try {
    if (count < present && !watcher_.joinable()) watcher_ = std::thread([this] { watch_ends(); });
    while (present + newcomers.size() < count) {
      newcomers.push_back(make_());
      const Result<void> started = newcomers.back()->start([this] { tell_of_end(); });
      if (!started) return started.error();
    }
  } catch (const std::runtime_error& refused) {
    // The system's, of epoll and threads.
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 std::string("a worker: ") + refused.what()};
  }
  return Result<Workers>(boost::system::in_place_value, std::move(newcomers));
}

void WorkerTeam::admit(Workers newcomers) {
  const std::lock_guard lock(mutex_);
  std::ranges::move(newcomers, std::back_inserter(serving_));
}

void WorkerTeam::dismiss(std::size_t count, Milliseconds limit) {
  const std::lock_guard lock(mutex_);
  while (serving_.size() > count) {
    leaving_.push_back(std::move(serving_.back()));
    serving_.pop_back();
    leaving_.back()->leave(limit);
  }
}

std::size_t WorkerTeam::size() const {
  const std::lock_guard lock(mutex_);
  return serving_.size();
}

Worker& WorkerTeam::at(std::size_t place) {
  const std::lock_guard lock(mutex_);
  return *serving_[place];
}

WorkerTeam::Sample WorkerTeam::sample() const {
  const std::lock_guard lock(mutex_);
  Sample sample;
  sample.counters = gone_;
  sample.workers = serving_.size();
  sample.leaving = leaving_.size();
  for (const Workers* workers : {&serving_, &leaving_}) {
    for (const auto& worker : *workers) {
      const auto [counters, connections] = worker->sample();
      add(sample.counters, counters);
      sample.connections += connections;
    }
  }
  return sample;
}

void WorkerTeam::tell_of_end() {
  // Whoever has looked at the workers just now waits by the time that the lock is free.
  { const std::lock_guard lock(mutex_); }
  changed_.notify_all();
}

void WorkerTeam::watch_ends() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closing_ || std::ranges::any_of(leaving_, is_over); });
    if (closing_) return;
    const auto ended = std::ranges::find_if(leaving_, is_over);
    std::unique_ptr<Worker> worker = std::move(*ended);
    leaving_.erase(ended);
    add(gone_, worker->sample().first);
    const std::size_t left = leaving_.size();
    lock.unlock();
    worker.reset();
    proxy::log(proxy::ErrorLevel::notice, "a worker that was leaving has ended, {} are left", left);
    lock.lock();
  }
}

void WorkerTeam::join() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] {
    return std::ranges::all_of(serving_, is_over) && std::ranges::all_of(leaving_, is_over);
  });
}

void WorkerTeam::clear() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  if (watcher_.joinable()) watcher_.join();
  // Nobody else is left who looks at them: a worker's last act takes the lock.
  Workers serving = std::move(serving_);
  Workers leaving = std::move(leaving_);
  serving_.clear();
  leaving_.clear();
}

}  // namespace signgate::server
