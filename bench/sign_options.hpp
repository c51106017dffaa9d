// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bench/name_list.hpp"
#include "bench/sign_mode.hpp"
#include "signing/algorithm.hpp"

/// The lists that `signgate-bench sign` takes. A list's values come in the order given, without
/// those that stood there before.
namespace signgate::bench {

/// max_threads bounds each number of threads.
inline constexpr unsigned max_threads = 256;

/// parse_modes reads "cold,memo", or "all".
[[nodiscard]] Choice<SignMode> parse_modes(std::string_view text);

/// parse_key_types reads "rsa2048,ecdsa-p256", or "all".
[[nodiscard]] Choice<signing::KeyType> parse_key_types(std::string_view text);

/// parse_thread_counts reads numbers and ranges, "4", "1,2,4", "1..4", "1..4,8", each from 1 to
/// max_threads; the result is sorted.
[[nodiscard]] Choice<unsigned> parse_thread_counts(std::string_view text);

}  // namespace signgate::bench
