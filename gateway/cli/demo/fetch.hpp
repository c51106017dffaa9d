// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/net/io.hpp"

namespace signgate::cli::demo {

/// Headers are fields in the order of the wire.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// Fetched is a whole answer.
struct Fetched {
  int status = 0;
  Headers headers;
  std::string body;

  /// header is the value of the first field of that name, without regard to case; empty when there
  /// is none.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

/// fetch asks for `url`, which is "http://127.0.0.1:PORT/...", by GET over a connection of its own,
/// with `headers` beside Host; it follows no redirect. Errors (side upstream): connect_failed,
/// timed_out after 10 s, bad_response, and body_too_large beyond 16 MiB. May be awaited on any
/// io_context.
[[nodiscard]] net::Awaitable<Result<Fetched>> fetch(std::string url, Headers headers);

/// fetch_now does the same and waits for it, on an io_context of its own. Any thread.
[[nodiscard]] Result<Fetched> fetch_now(std::string_view url, const Headers& headers);

}  // namespace signgate::cli::demo
