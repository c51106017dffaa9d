// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

namespace signgate::server {

/// run_gateway reads the configuration at `path`, starts the gateway and serves until a signal
/// ends it: TERM or INT at once, QUIT after the requests under way; HUP reads the file anew
/// (nginx's signals). It prints "listening on ADDRESS" to `out` for each socket, and errors to
/// `err`. Returns the exit status: 0 after a signal, 1 when it could not start.
[[nodiscard]] int run_gateway(const std::string& path, std::ostream& out, std::ostream& err);

}  // namespace signgate::server
