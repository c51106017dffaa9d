// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>

#include "gateway/cli/demo/places.hpp"
#include "gateway/cli/demo/workshop.hpp"

namespace signgate::cli::demo {

/// check walks through the running demo as a browser would: the page through the gateway, every
/// private link on it once with the Referer that a browser sends, then in each of the ways that
/// must be refused. It prints every link with its answer to `out`, signatures shortened, and each
/// thing that did not hold to `problems`. True when all held: the page's links are all signed, each
/// object came whole (compared with `media`), each refusal had the status, code and message that
/// are due, and each link of the chain's page lit the checks that it has to. `is_interrupted` ends
/// it early, as not held.
[[nodiscard]] bool check(const Places& places, const Media& media, const signing::SigningKey& key,
                         bool (*is_interrupted)(), std::ostream& out, std::ostream& problems);

}  // namespace signgate::cli::demo
