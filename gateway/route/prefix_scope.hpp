// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "gateway/config/config.hpp"

namespace signgate::route {

/// scope_conflict is the name of another media rule some of whose links a prefix policy of `rule`,
/// or its cookies, which are one with scope 0 whatever its policy, would open: its target lies
/// below `rule`'s (host, port and path; the scheme does not matter) and deeper than `scope`
/// segments, so that it shares a pattern with links of `rule`, or both have one target. Paths are
/// compared without their percent-escapes, %2F included, as the bucket compares them. Nothing
/// for a rule with another policy and without cookies, for targets that are no URLs, and where no
/// signature of `rule` reaches further than its own links. Pure.
[[nodiscard]] std::optional<std::string> scope_conflict(const config::Config& config,
                                                        const config::Media& rule);

/// scope_conflict_text says so to the operator, with what may be done.
[[nodiscard]] std::string scope_conflict_text(const config::Media& rule, const std::string& other);

}  // namespace signgate::route
