// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::edge {

/// media_type_of is the Content-Type that `aws s3 cp` would have stored with an object of that
/// name, by its extension in any case; "binary/octet-stream", S3's own default, for others. Static
/// text; any thread.
[[nodiscard]] std::string_view media_type_of(std::string_view key) noexcept;

}  // namespace signgate::edge
