// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.hpp"
#include "policy/distribution_writer.hpp"

namespace signgate::cli {

/// add_media takes over what media rules of a configuration say of the distribution behind them:
/// the targets' paths as signed path patterns (the root as the default behaviour), their host as
/// an alias unless it is CloudFront's own, the keys' ids, and no IPv6 where signatures are bound
/// to addresses. `names` are the rules, all of them when empty. Adds nothing that the plan holds.
/// A message when a rule is unknown, the targets are those of several hosts, or a path cannot be a
/// pattern; doubts go to `err` with `command` in front.
[[nodiscard]] std::optional<std::string> add_media(const config::Config& config,
                                                   const std::vector<std::string>& names,
                                                   std::string_view command,
                                                   policy::DistributionPlan& plan,
                                                   std::ostream& err);

}  // namespace signgate::cli
