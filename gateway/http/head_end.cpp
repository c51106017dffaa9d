// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/head_end.hpp"

namespace signgate::http {

std::size_t HeadEnd::find(std::string_view bytes) noexcept {
  while (true) {
    const std::size_t newline = bytes.find('\n', seen_);
    if (newline == std::string_view::npos) {
      seen_ = bytes.size();
      return 0;
    }
    // The line after this end must be seen before it can be told from the empty one.
    std::size_t next = newline + 1;
    if (next < bytes.size() && bytes[next] == '\r') ++next;
    if (next >= bytes.size()) {
      seen_ = newline;
      return 0;
    }
    if (bytes[next] == '\n') return next + 1;
    seen_ = newline + 1;
  }
}

}  // namespace signgate::http
