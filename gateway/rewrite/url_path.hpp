// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace signgate::rewrite {

/// EncodeSet names the characters that a URL part writes as %XX. Source: WHATWG URL section 1.3.
enum class EncodeSet : unsigned char { fragment = 1, query = 2, path = 4 };

/// append_percent_encoded appends `text`, UTF-8, with the set's characters as %XX; what is %XX
/// already stays.
void append_percent_encoded(std::string_view text, EncodeSet set, std::string& out);

/// append_path appends `input`, a path without its leading slash, to the normalised path `path`
/// (empty, or "/a/b"), resolving dot segments. Source: WHATWG URL section 4.4, path state, special
/// schemes.
void append_path(std::string_view input, std::string& path);

/// behind_dots is what follows the last `..` segment of `path` and the `.` segments there, in
/// whatever spelling, without slashes at its front. A view into `path`.
[[nodiscard]] std::string_view behind_dots(std::string_view path) noexcept;

}  // namespace signgate::rewrite
