// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/base/error.hpp"
#include "gateway/net/io.hpp"

namespace signgate::edge {

/// BodySource is a body that is still on its way from the origin, too long to be kept. Its owner is
/// the answer that it belongs to; dropping it before the end gives the connection up.
class BodySource {
 public:
  BodySource() = default;
  virtual ~BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;

  /// read waits for the next bytes: a view that dies at the next read, empty at the end. An error
  /// cuts the viewer's answer. It has a deadline of its own.
  [[nodiscard]] virtual net::Awaitable<Result<std::string_view>> read() = 0;
};

}  // namespace signgate::edge
