// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signgate::rewrite {

/// append_utf8 appends the code point; a surrogate or a value above U+10FFFF becomes U+FFFD.
void append_utf8(std::uint32_t code_point, std::string& out);

/// is_utf8 says whether `text` is well formed (Unicode Standard, table 3-7). Pure.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace signgate::rewrite
