// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/net/io.hpp"

namespace signgate::net {

class DeadlineWheel;

/// Deadline is one connection's limit in time: when it passes, `on_expiry(owner)` is called once on
/// the worker's thread. Setting it again is a store and a clock read, no system call, since every
/// read and write sets it. Not thread-safe; its owner must outlive no wheel.
class Deadline {
 public:
  using OnExpiry = void (*)(void* owner);

  Deadline(DeadlineWheel& wheel, OnExpiry on_expiry, void* owner) noexcept
      : wheel_(&wheel), on_expiry_(on_expiry), owner_(owner) {}
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// set moves the deadline to `span` from now, by the wheel's clock; it may fire up to two ticks
  /// (100 ms) late, and not early.
  void set(Milliseconds span);

  /// clear takes the deadline away.
  void clear() noexcept { due_ = SteadyTime::max(); }

  /// call has `on_expiry(owner)` called from now on.
  void call(OnExpiry on_expiry, void* owner) noexcept {
    on_expiry_ = on_expiry;
    owner_ = owner;
  }

  /// stopping says that the wheel ends all I/O.
  [[nodiscard]] bool stopping() const noexcept;

  /// due is the point set, or SteadyTime::max().
  [[nodiscard]] SteadyTime due() const noexcept { return due_; }

  [[nodiscard]] DeadlineWheel& wheel() const noexcept { return *wheel_; }

 private:
  friend class DeadlineWheel;

  DeadlineWheel* wheel_;
  OnExpiry on_expiry_;
  void* owner_;
  SteadyTime due_ = SteadyTime::max();
  SteadyTime visit_ = SteadyTime::max();  // when the wheel looks at this next; max = not linked
  Deadline* next_ = nullptr;
  Deadline* previous_ = nullptr;
};

/// DeadlineWheel holds a worker's deadlines in slots of 50 ms. A deadline that is moved on stays
/// where it is until its slot comes round, and is put into a later one then: moving costs nothing
/// per I/O.
class DeadlineWheel {
 public:
  explicit DeadlineWheel(asio::io_context& context);
  DeadlineWheel(const DeadlineWheel&) = delete;
  DeadlineWheel& operator=(const DeadlineWheel&) = delete;

  /// advance fires what was due at `now`; the wheel's own timer calls it, and tests do.
  void advance(SteadyTime now);

  /// expire_all fires every deadline that is set, now: the way to end all I/O of a worker, since
  /// every operation has a deadline. From then on stopping() is true.
  void expire_all();

  [[nodiscard]] bool stopping() const noexcept { return stopping_; }

  /// now is the worker's clock: what refresh() read last. While any deadline is set it is at most a
  /// tick old, and as long as the handler under way has run. Reading the system's for each of the
  /// ten times that a request asks costs more than parsing its head. (nginx: ngx_current_msec)
  [[nodiscard]] SteadyTime now() const noexcept { return now_; }

  /// refresh reads the system's clock: when something has arrived, and at each tick.
  SteadyTime refresh() noexcept { return now_ = std::chrono::steady_clock::now(); }

  /// stop cancels the timer, so that the io_context can run out of work.
  void stop();

 private:
  friend class Deadline;

  static constexpr std::size_t slot_count = 512;
  static constexpr Milliseconds tick{50};

  struct Slot {
    Deadline* first = nullptr;
  };

  [[nodiscard]] std::size_t slot_of(SteadyTime when) const noexcept;
  void link(Deadline& deadline, SteadyTime now);
  void unlink(Deadline& deadline) noexcept;
  void arm();

  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>, Executor>
      timer_;
  std::vector<Slot> slots_{slot_count};
  SteadyTime now_;
  SteadyTime swept_;  // every slot before this point was visited
  std::size_t linked_ = 0;
  bool armed_ = false;
  bool stopped_ = false;
  bool stopping_ = false;
};

}  // namespace signgate::net
