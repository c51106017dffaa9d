// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/base/clock.hpp"
#include "gateway/edge/message.hpp"

namespace signgate::edge {

/// mask_signatures is a request's target with the values of Signature and of X-Amz-Signature
/// replaced by "...", in any case and however the name is percent-encoded, so that a log hands out
/// no working link.
[[nodiscard]] std::string mask_signatures(std::string_view target);

/// denial_line is the log's line for an answer of 400 and above:
/// `TIME VIEWER METHOD "HOST" "TARGET" STATUS CODE REASON`, printable, one line.
[[nodiscard]] std::string denial_line(UnixSeconds now, std::string_view viewer,
                                      std::string_view method, std::string_view host,
                                      std::string_view target, const EdgeResponse& response);

}  // namespace signgate::edge
