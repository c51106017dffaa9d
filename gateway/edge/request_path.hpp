// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signgate::edge {

/// object_key is the S3 key that a request's path names: percent-decoded, without the first slash,
/// nothing resolved, `+` left alone. Nothing when a percent code is malformed or the key is not
/// UTF-8, which S3 answers with InvalidURI. Any thread.
[[nodiscard]] std::optional<std::string> object_key(std::string_view path);

/// normalised_path is the path after RFC 3986 section 6.2.2: percent codes of unreserved characters
/// decoded, hexadecimal digits upper-case, dot segments removed. Behaviours are chosen by it, as
/// CloudFront does. Source: CloudFront Developer Guide, "Cache behavior settings", path pattern.
[[nodiscard]] std::string normalised_path(std::string_view path);

/// path_matches says whether a behaviour's pattern covers a path: `*` any run, `?` one character,
/// case-sensitive, a leading slash in the pattern optional. The normalised path and the decoded key
/// are both tried, so that `private%2Fa.jpg`, which is the object private/a.jpg to S3, cannot slip
/// past a behaviour that guards `private/*`.
[[nodiscard]] bool path_matches(std::string_view pattern, std::string_view normalised,
                                std::string_view key);

}  // namespace signgate::edge
