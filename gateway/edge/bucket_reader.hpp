// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/config/table_reader.hpp"
#include "gateway/edge/edge_config.hpp"

/// Parts of the reader of the edge's configuration (edge_config.hpp), for it alone.
namespace signgate::edge {

/// read_path reads the path at `key`, joined with `folder`; nothing when it is absent or illegal.
[[nodiscard]] std::optional<FileName> read_path(config::TableReader& table, std::string_view key,
                                                const std::string& folder);

/// read_bucket reads the table [bucket] into file.setup.bucket, and the names of its files.
void read_bucket(config::TableReader& table, const std::string& folder, EdgeFile& file);

}  // namespace signgate::edge
