// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/check.hpp"

#include <string>

namespace signgate {

void check_failed(const char* expression, const char* file, int line) {
  throw BrokenInvariant(std::string("broken invariant: ") + expression + " (" + file + ":" +
                        std::to_string(line) + ")");
}

}  // namespace signgate
