// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace signgate::signing {

/// allocations is how often the calling thread has called operator new. For a program of its own,
/// as it replaces that operator.
[[nodiscard]] std::size_t allocations() noexcept;

}  // namespace signgate::signing
