// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace signgate::http {

/// HeadEnd finds where a head ends in bytes that arrive in pieces, looking at each byte once.
class HeadEnd {
 public:
  /// find returns the head's size with its empty line, or 0 while it is not there. `bytes` always
  /// starts at the head's first byte. A line may end in CRLF or a bare LF (RFC 9112 section 2.2).
  [[nodiscard]] std::size_t find(std::string_view bytes) noexcept;
  void reset() noexcept { seen_ = 0; }

 private:
  std::size_t seen_ = 0;
};

}  // namespace signgate::http
