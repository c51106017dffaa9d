// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace signgate::net {

/// Continuation is what is to be done once, with an error code, when a wait is over. It holds a
/// callable in place, of at most a few pointers, so that a wait allocates nothing. One that is
/// destroyed without having been called destroys the callable.
class Continuation {
 public:
  Continuation() noexcept = default;

  template <class Call>
  requires(!std::is_same_v<std::remove_cvref_t<Call>, Continuation>) explicit Continuation(
      Call&& call)
      : act_(&act_on<std::remove_cvref_t<Call>>) {
    using Held = std::remove_cvref_t<Call>;
    static_assert(sizeof(Held) <= room && std::is_nothrow_move_constructible_v<Held>);
    ::new (static_cast<void*>(place_)) Held(std::forward<Call>(call));
  }

  Continuation(Continuation&& other) noexcept { take(other); }
  Continuation& operator=(Continuation&& other) noexcept {
    if (this != &other) {
      drop();
      take(other);
    }
    return *this;
  }
  ~Continuation() { drop(); }

  explicit operator bool() const noexcept { return act_ != nullptr; }

  /// operator() calls what it holds, and holds nothing from then on: the callable may put another
  /// one in its place, or destroy the Continuation.
  void operator()(boost::system::error_code code) {
    std::exchange(act_, nullptr)(Act::call, place_, nullptr, code);
  }

 private:
  static constexpr std::size_t room = 4 * sizeof(void*);
  enum class Act : unsigned char { call, move, destroy };
  using ActOn = void (*)(Act, void* place, void* target, boost::system::error_code);

  template <class Held>
  static void act_on(Act act, void* place, void* target, boost::system::error_code code) {
    Held& held = *std::launder(reinterpret_cast<Held*>(place));
    if (act == Act::move) ::new (target) Held(std::move(held));
    if (act == Act::call) {
      Held moved(std::move(held));
      held.~Held();
      moved(code);
      return;
    }
    held.~Held();
  }

  void take(Continuation& other) noexcept {
    act_ = std::exchange(other.act_, nullptr);
    if (act_ != nullptr) act_(Act::move, other.place_, place_, {});
  }

  void drop() noexcept {
    if (act_ != nullptr) std::exchange(act_, nullptr)(Act::destroy, place_, nullptr, {});
  }

  ActOn act_ = nullptr;
  alignas(void*) std::byte place_[room];
};

}  // namespace signgate::net
