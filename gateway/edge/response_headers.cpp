// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/response_headers.hpp"

#include <algorithm>

namespace signgate::edge {

void add_cors(const Distribution& distribution, const ViewerRequest& request,
              EdgeResponse& response) {
  const auto& allowed = distribution.access_control_allow_origin;
  if (allowed.empty()) return;
  if (std::find(allowed.begin(), allowed.end(), "*") != allowed.end()) {
    response.add("Access-Control-Allow-Origin", "*");
    return;
  }
  response.add("Vary", "Origin");
  const http::Field* origin = request.fields->find("Origin");
  if (origin == nullptr) return;
  if (std::find(allowed.begin(), allowed.end(), origin->value) == allowed.end()) return;
  response.add("Access-Control-Allow-Origin", std::string(origin->value));
}

}  // namespace signgate::edge
