// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace signgate::policy {

/// utf8_sequence is the length in bytes (1 to 4) of the valid UTF-8 sequence that `text` begins
/// with; 0 when it is empty, cut, overlong, a surrogate or above U+10FFFF. Any thread. Source: RFC
/// 3629, section 4.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text) noexcept;

/// utf8_append writes `point` to the end of `out`. It must be a Unicode scalar value. Source: RFC
/// 3629.
void utf8_append(std::string& out, std::uint32_t point);

}  // namespace signgate::policy
