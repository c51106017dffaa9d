// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace signgate::signing {

/// max_key_pair_id bounds a Key-Pair-Id in bytes; CloudFront's own have 13 to 21.
inline constexpr std::size_t max_key_pair_id = 128;

/// is_key_pair_id says whether `id` has the form of a Key-Pair-Id: 1 to max_key_pair_id ASCII
/// letters and digits, such as K2JCJMDEHXQW5F. The one rule for those who sign, verify and
/// configure; any other id in a request is MissingKey. Any thread. Source: CloudFront API
/// Reference, PublicKey, the ids that it hands out.
[[nodiscard]] constexpr bool is_key_pair_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= max_key_pair_id &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

}  // namespace signgate::signing
