// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace signgate {

/// BrokenInvariant is a bug of our own that was noticed. Whoever serves a request takes it at the
/// request's boundary, as other faults (base/fault.hpp), and that request alone ends. Nobody else
/// does: what is thrown at the start, or in a thread without a request, ends the process. It must
/// not pass through a noexcept function, a destructor among them, which ends the process as well.
class BrokenInvariant : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// check_failed throws a BrokenInvariant that says what was seen and where. Input and network never
/// lead here: they are errors, and values (base/error.hpp). May be called from any thread.
[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace signgate

/// SIGNGATE_CHECK throws a BrokenInvariant when an invariant of our own is broken; it stays in
/// release builds.
#define SIGNGATE_CHECK(expression) \
  ((expression) ? void(0) : ::signgate::check_failed(#expression, __FILE__, __LINE__))
