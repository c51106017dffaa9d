// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/config/config.hpp"
#include "policy/lint/lint.hpp"

namespace signgate::cli {

/// site_facts is what a gateway's configuration says of its sites and their media, for
/// `policy lint`. `file` is the number of the configuration itself; those that it includes follow.
[[nodiscard]] policy::lint::SiteFacts site_facts(const config::Config& config, std::uint32_t file);

/// spot_of is a place of the configuration likewise.
[[nodiscard]] policy::lint::Spot spot_of(config::Place place, std::uint32_t file) noexcept;

}  // namespace signgate::cli
