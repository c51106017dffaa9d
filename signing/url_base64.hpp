// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace signgate::signing {

/// url_base64_encode writes base64 with CloudFront's substitutions: `+` is `-`, `=` is `_`, `/` is
/// `~`. This is not RFC 4648's URL-safe alphabet, and the padding stays (as `_`). Source:
/// CloudFront Developer Guide, "Create a URL signature ... custom policy". Any thread.
[[nodiscard]] std::string url_base64_encode(std::span<const unsigned char> bytes);

/// append_url_base64 does the same at the end of `out`.
void append_url_base64(std::string& out, std::string_view bytes);

/// url_base64_decode is its inverse; nothing when the text holds any other character, or padding
/// in the wrong place, or bits set that belong to no byte. Any thread.
[[nodiscard]] std::optional<std::string> url_base64_decode(std::string_view text);

}  // namespace signgate::signing
