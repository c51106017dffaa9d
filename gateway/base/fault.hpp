// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>

#include "gateway/base/error.hpp"

namespace signgate {

/// fault_of makes what was thrown, a bug or want of memory, an error of our own side: `fault`,
/// answered with 500, its text in `detail`. The boundary at which a coroutine has others work for
/// it catches, ends them, and goes on with this value: nobody may still work for a frame that is
/// unwound. `thrown` must not be null. Any thread.
[[nodiscard]] Error fault_of(const std::exception_ptr& thrown);

/// thrown_by calls `job` and gives what it threw, or null: a thread that works for another one's
/// request leaves the fault to that one.
[[nodiscard]] std::exception_ptr thrown_by(const std::function<void()>& job) noexcept;

}  // namespace signgate
