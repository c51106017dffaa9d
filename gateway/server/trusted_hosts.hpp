// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/config/config.hpp"

namespace signgate::server {

/// LostHost is a name in `set_real_ip_from` that has no address.
struct LostHost {
  config::Place place;
  std::string message;  // for the operator, about the value at that place
};

/// resolve_trusted_hosts asks the system's resolver for each name in `set_real_ip_from`, once, and
/// adds its addresses to the networks beside it. It blocks: for start, reload and check. Gives
/// what was not found, which the caller treats as an error of the configuration, as nginx does: a
/// proxy that is not known would pass for the client of all that it sends.
[[nodiscard]] std::vector<LostHost> resolve_trusted_hosts(config::Config& config);

}  // namespace signgate::server
