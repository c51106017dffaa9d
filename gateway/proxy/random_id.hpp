// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace signgate::proxy {

/// make_random_id fills `id` with hexadecimal digits, lower case and not all 0, for names that must
/// be told apart over all processes of a fleet ($request_id, trace ids). They are no secrets. Any
/// thread.
void make_random_id(std::span<char> id);

}  // namespace signgate::proxy
