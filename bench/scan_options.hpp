// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "bench/name_list.hpp"
#include "gateway/codec/coding.hpp"
#include "gateway/rewrite/format.hpp"

/// The lists that `signgate-bench scan` takes.
namespace signgate::bench {

/// parse_scan_types reads "html,css", "all", or "none", which is an empty list.
[[nodiscard]] Choice<rewrite::Format> parse_scan_types(std::string_view text);

/// parse_scan_codings reads "gzip,br", "all" (gzip, br and zstd), or "none", which is an empty
/// list.
[[nodiscard]] Choice<codec::Coding> parse_scan_codings(std::string_view text);

}  // namespace signgate::bench
