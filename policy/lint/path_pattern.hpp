// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// How the path patterns of cache behaviors lie to each other: `*` is any run of characters, `?`
/// exactly one, case counts, a slash in front may be left out. All are pure; any thread.
/// Source: CloudFront Developer Guide, "Cache behavior settings", Path pattern.
namespace signgate::policy::lint {

/// covers says whether every path that `inner` matches is one that `outer` matches. Never true
/// where that is not so; where both have several wildcards it may miss one.
[[nodiscard]] bool covers(std::string_view outer, std::string_view inner);

/// overlaps says whether there is a path that both match.
[[nodiscard]] bool overlaps(std::string_view a, std::string_view b);

}  // namespace signgate::policy::lint
