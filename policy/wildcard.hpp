// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::policy {

/// wildcard_match says whether the whole of `text` matches `pattern`, in which `*` stands for any
/// run of characters (also none, also `/`) and `?` for exactly one. Case-sensitive, linear in the
/// product of the lengths at worst, no allocation. May be called from any thread. Source: IAM User
/// Guide, "String condition operators" (StringLike).
[[nodiscard]] bool wildcard_match(std::string_view pattern, std::string_view text) noexcept;

}  // namespace signgate::policy
