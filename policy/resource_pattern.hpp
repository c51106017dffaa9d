// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::policy {

/// resource_matches says whether the `Resource` of a custom policy covers `url` (absolute, without
/// fragment and without CloudFront's parameters). `*` stands for any run of characters, `?` for
/// exactly one, both within one of the four sections only: protocol, domain (with a port), path,
/// query. Beyond that:
/// - `*` at the end of the path also covers any query: `/hello*` is `/hello*` and `/hello*?*`;
/// - `*` at the end of the domain, with nothing after it, covers every path and query;
/// - without a protocol a leading `*` is one of the domain, under any protocol; a lone `*` covers
///   every URL;
/// - a pattern without path or query means the path `/` and no query, as does a URL without them.
///
/// NOTE: the guide leaves open whether a `?` in a pattern is the wildcard or begins the query.
/// Here the first `?` always begins the query; a pattern that counts on it as a wildcard in the
/// path does not match, so the doubt never grants anything. Case-sensitive, no allocation, any
/// thread. Source: CloudFront Developer Guide, "Create a signed URL using a custom policy", use of
/// wildcards in Resource.
[[nodiscard]] bool resource_matches(std::string_view pattern, std::string_view url) noexcept;

/// resource_is_pattern says whether `resource` is one that resource_matches could ever match: it
/// begins with `http://`, `https://`, `http*://`, `*://` or, without a protocol, with `*`. Any
/// thread.
[[nodiscard]] bool resource_is_pattern(std::string_view resource) noexcept;

}  // namespace signgate::policy
