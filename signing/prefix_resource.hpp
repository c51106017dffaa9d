// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signgate::signing {

/// is_pattern says whether a custom policy would take `url`, an absolute URL without fragment, for
/// a pattern: a `*` anywhere, or a `?` that does not merely begin the query. Any thread.
/// Source: CloudFront Developer Guide, "Create a signed URL using a custom policy", wildcard
/// characters.
[[nodiscard]] bool is_pattern(std::string_view url) noexcept;

/// ResourceScope is how much of a URL a Resource takes: its first `length` bytes and then, with
/// `wildcard`, a `*` for what lies beside and below.
struct ResourceScope {
  std::size_t length;
  bool wildcard;
};

/// prefix_scope is the Resource that opens `url` and what lies beside and below it: `url` up to
/// `target_length` bytes and the slash that ends the `scope`th path segment after them, then `*`,
/// which covers any query too; empty segments do not count. A URL that does not lie so deep is its
/// own Resource, so that nothing is ever opened further up than `scope` says. Nothing when a part
/// that has to stay literal holds a wildcard. `url` is normalised, without fragment; target_length
/// ends within its path or before it. Any thread. Source: as for is_pattern, "the * at the end of
/// the path".
[[nodiscard]] std::optional<ResourceScope> prefix_scope(std::string_view url,
                                                        std::size_t target_length,
                                                        std::size_t scope) noexcept;

/// prefix_resource is that Resource as text.
[[nodiscard]] std::optional<std::string> prefix_resource(std::string_view url,
                                                         std::size_t target_length,
                                                         std::size_t scope);

}  // namespace signgate::signing
