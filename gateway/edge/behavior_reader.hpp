// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gateway/config/table_reader.hpp"
#include "gateway/edge/edge_config.hpp"

/// Parts of the reader of the edge's configuration (edge_config.hpp), for it alone.
namespace signgate::edge {

/// KeyGroups are the tables [key_group.NAME]: public keys by Key-Pair-Id.
using KeyGroups = std::map<std::string, std::vector<KeyFile>, std::less<>>;

/// read_key_groups reads them. More keys than CloudFront's quota are a warning.
[[nodiscard]] KeyGroups read_key_groups(config::TableReader& table, const std::string& folder);

/// read_behavior reads one behaviour into `behavior`, and the keys that it trusts, its own and its
/// groups', into `keys`.
void read_behavior(config::TableReader& table, const std::string& folder, const KeyGroups& groups,
                   Behavior& behavior, std::vector<KeyFile>& keys);

/// read_seconds reads a span of whole seconds.
std::optional<config::Place> read_seconds(config::TableReader& table, std::string_view key,
                                          std::int64_t& seconds);

}  // namespace signgate::edge
