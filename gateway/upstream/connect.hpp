// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/upstream/group.hpp"

namespace signgate::upstream {

/// connect opens a connection to a peer within `timeout`; the peer is the caller's to report.
[[nodiscard]] net::Awaitable<Result<std::unique_ptr<Connection>>> connect(Group& group,
                                                                          std::size_t peer,
                                                                          net::DeadlineWheel& wheel,
                                                                          Milliseconds timeout);

}  // namespace signgate::upstream
