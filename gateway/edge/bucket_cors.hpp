// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/origin_message.hpp"

/// A bucket's CORS rules, as S3 applies them to what reaches it: the behaviour has to forward
/// Origin, and of a preflight Access-Control-Request-Method and -Headers. Pure; any thread.
/// Source: S3 User Guide, "How does Amazon S3 evaluate the CORS configuration on a bucket?".
namespace signgate::edge {

/// answer_preflight is S3's answer to OPTIONS: 200 by the first rule that allows origin, method and
/// each header, else 403 AccessForbidden, or 400 without an Origin.
[[nodiscard]] OriginAnswer answer_preflight(const std::vector<CorsRule>& rules,
                                            const OriginRequest& request);

/// add_bucket_cors adds the fields of the first rule for the request's Origin and method, if any.
void add_bucket_cors(const std::vector<CorsRule>& rules, const OriginRequest& request,
                     OriginAnswer& answer);

}  // namespace signgate::edge
