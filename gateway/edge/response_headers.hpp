// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/message.hpp"

namespace signgate::edge {

/// add_cors adds what the distribution's response headers policy says about CORS, to answers of
/// every kind. Any thread. Source: CloudFront Developer Guide, "Response headers policies".
void add_cors(const Distribution& distribution, const ViewerRequest& request,
              EdgeResponse& response);

}  // namespace signgate::edge
