// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace signgate {

/// check_failed writes where a broken invariant was seen and ends the process. Input and network
/// never lead here: they are errors, and values (base/error.hpp). May be called from any thread.
[[noreturn]] void check_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace signgate

/// SIGNGATE_CHECK ends the process when an invariant of our own is broken; it stays in release
/// builds.
#define SIGNGATE_CHECK(expression) \
  ((expression) ? void(0) : ::signgate::check_failed(#expression, __FILE__, __LINE__))
