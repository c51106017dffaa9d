// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signgate::rewrite {

/// reserved_bit is a bit for each name that CloudFront reserves, in its exact case, and 0 for any
/// other.
enum ReservedBit : unsigned {
  reserved_none = 0,
  reserved_expires = 1,
  reserved_policy = 2,
  reserved_signature = 4,
  reserved_key_pair_id = 8,
  reserved_hash_algorithm = 16,
};
[[nodiscard]] ReservedBit reserved_bit(std::string_view name) noexcept;

/// QueryClass says how a link's query stands to CloudFront's own parameters.
enum class QueryClass : std::uint8_t {
  plain,           // none of the reserved names
  signed_already,  // Signature, Key-Pair-Id and one of Expires and Policy
  reserved,  // a reserved name, but no whole signature: CloudFront would take it for one and refuse
};

/// classify_query looks at the names in `query` (without `?`); they count in their exact case, as
/// CloudFront reads them. Source: CloudFront guide, "Use signed URLs": Expires, Policy, Signature,
/// Key-Pair-Id, Hash-Algorithm are reserved.
[[nodiscard]] QueryClass classify_query(std::string_view query) noexcept;

/// drop_signature takes the reserved parameters out and keeps everything else as it is written.
void drop_signature(std::string& query);

}  // namespace signgate::rewrite
