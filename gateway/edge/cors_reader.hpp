// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/config/table_reader.hpp"
#include "gateway/edge/edge_setup.hpp"

/// Parts of the reader of the edge's configuration (edge_config.hpp), for it alone.
namespace signgate::edge {

/// read_cors_headers reads the distribution's keys access_control_*.
void read_cors_headers(config::TableReader& table, CorsHeaders& out);

/// read_cors_rules reads the tables [[bucket.cors]].
void read_cors_rules(config::TableReader& table, std::vector<CorsRule>& out);

}  // namespace signgate::edge
