// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace signgate {

void check_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "signgate: broken invariant: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace signgate
