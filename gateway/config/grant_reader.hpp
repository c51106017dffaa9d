// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/config/config.hpp"
#include "gateway/config/table_reader.hpp"

namespace signgate::config {

/// largest_scope bounds scope and grant_scope: deeper paths than any bucket has.
inline constexpr std::uint32_t largest_scope = 64;

/// read_grant reads what permits the signing of a media rule's links, beside the route's `sign`:
/// grant, what belongs to it, and reflect. `media` has its cookies already.
void read_grant(TableReader& table, Media& media);

}  // namespace signgate::config
