// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/json.hpp"
#include "policy/lint/finding.hpp"

namespace signgate::policy::lint {

/// is_signed_policy tells a policy that is signed for a CloudFront URL or cookie from a bucket
/// policy: it has a Statement, and no statement has Effect, Principal or Action.
[[nodiscard]] bool is_signed_policy(const JsonValue& root) noexcept;

/// check_signed_policy looks at a policy that is signed for URLs or cookies: times, addresses, the
/// resource. `json` is the text that `root` was read from. Any thread. Source: CloudFront Developer
/// Guide, "Create a signed URL using a custom policy".
void check_signed_policy(std::string_view json, const JsonValue& root, std::uint32_t file,
                         Findings& findings);

}  // namespace signgate::policy::lint
