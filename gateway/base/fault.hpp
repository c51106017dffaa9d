// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>

#include "gateway/base/error.hpp"

namespace signgate {

/// fault_of makes what was thrown, a bug or want of memory, an error of our own side: `resource`,
/// answered with 500, its text in `detail`. The boundary at which a coroutine has others work for
/// it catches, ends them, and goes on with this value: nobody may still work for a frame that is
/// unwound. `thrown` must not be null. Any thread.
[[nodiscard]] Error fault_of(const std::exception_ptr& thrown);

}  // namespace signgate
