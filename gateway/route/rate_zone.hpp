// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace signgate::route {

/// RateZone counts requests by key in leaky buckets, with nginx's arithmetic: the excess of a key
/// is kept in thousandths of a request, grows by 1000 with each one and shrinks with the rate. Its
/// memory is bounded: the key that was asked for longest ago is forgotten first. Not thread-safe,
/// and without a clock: each call is told the time in milliseconds, of any clock that runs on.
/// Source: nginx, ngx_http_limit_req_module.
class RateZone {
 public:
  /// State is one key's bucket. A held one is not forgotten.
  struct State {
    std::string key;
    std::int64_t excess = 0;
    std::int64_t last = 0;
    std::uint32_t held = 0;
  };

  /// RateZone takes its memory in bytes and its rate in thousandths of a request a second.
  RateZone(std::uint64_t size, std::uint64_t milli_rate);

  enum class Outcome : std::uint8_t {
    counted,   // within the burst, and counted
    held,      // within the burst; to be counted with account, or let go with release
    exceeded,  // over the burst: nothing was changed but the order of keys
    no_room,   // every state is held
  };
  struct Look {
    Outcome outcome;
    std::int64_t excess = 0;
    State* state = nullptr;  // of `held`
  };

  /// look judges one more request of that key. `count` counts it at once, else its state is held
  /// until the limits of other zones were looked at.
  [[nodiscard]] Look look(std::string_view key, std::uint64_t milli_burst, bool count,
                          std::int64_t now);

  /// account counts a request whose state is held, and gives the excess. The state is let go.
  std::int64_t account(State& state, std::int64_t now);

  /// release lets a held state go without counting.
  static void release(State& state) noexcept { --state.held; }

  /// delay is for how many milliseconds a request has to wait by that excess; 0 = not at all.
  [[nodiscard]] std::int64_t delay(std::int64_t excess, std::uint64_t milli_delay) const noexcept;

  [[nodiscard]] std::size_t states() const noexcept { return order_.size(); }
  [[nodiscard]] std::uint64_t used() const noexcept { return used_; }

 private:
  [[nodiscard]] std::int64_t excess_at(const State& state, std::int64_t now,
                                       std::int64_t& passed) const noexcept;
  [[nodiscard]] bool make_room(std::uint64_t bytes);

  std::uint64_t size_;
  std::int64_t rate_;
  std::uint64_t used_ = 0;
  std::list<State> order_;                                                   // the latest first
  std::unordered_map<std::string_view, std::list<State>::iterator> states_;  // keys lie in order_
};

}  // namespace signgate::route
