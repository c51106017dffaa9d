// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signgate::edge {

/// alias_matches says whether a distribution with those aliases answers to `host` (a Host value,
/// the port is ignored, in any case). "*.example.com" covers every name below example.com. A
/// distribution also answers under *.cloudfront.net and, in China, *.cloudfront.cn, the local one
/// on "localhost" and numeric addresses too. Without aliases it answers to any host. Any thread.
/// Source: CloudFront Developer Guide, "Alternate domain names".
[[nodiscard]] bool alias_matches(const std::vector<std::string>& aliases, std::string_view host);

}  // namespace signgate::edge
