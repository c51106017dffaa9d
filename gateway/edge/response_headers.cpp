// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/response_headers.hpp"

#include <algorithm>
#include <string>

#include "gateway/http/text.hpp"
#include "policy/wildcard.hpp"

namespace signgate::edge {
namespace {

void add_list(EdgeResponse& response, std::string name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  std::string text;
  for (const std::string& value : values)
    text += (text.empty() ? "" : ", ") + value;
  response.add(std::move(name), std::move(text));
}

/// The policy's fields take the place of the origin's.
void drop_cors(EdgeResponse& response) {
  constexpr std::string_view prefix = "access-control-";
  std::erase_if(response.fields, [&](const auto& field) {
    const std::string_view name = field.first;
    return name.size() > prefix.size() &&
           http::equal_ignoring_case(name.substr(0, prefix.size()), prefix);
  });
}

}  // namespace

void add_cors(const Distribution& distribution, const ViewerRequest& request,
              EdgeResponse& response) {
  const CorsHeaders& cors = distribution.cors;
  if (cors.origins.empty()) return;
  drop_cors(response);
  const bool for_all =
      std::find(cors.origins.begin(), cors.origins.end(), "*") != cors.origins.end();
  if (for_all) {
    response.add("Access-Control-Allow-Origin", "*");
  } else {
    response.add("Vary", "Origin");
    const http::Field* origin = request.fields->find("Origin");
    if (origin == nullptr) return;
    const auto is_listed = [&](const std::string& listed) {
      return policy::wildcard_match(listed, origin->value);
    };
    if (std::none_of(cors.origins.begin(), cors.origins.end(), is_listed)) return;
    response.add("Access-Control-Allow-Origin", std::string(origin->value));
  }
  if (cors.credentials) response.add("Access-Control-Allow-Credentials", "true");
  add_list(response, "Access-Control-Expose-Headers", cors.exposed);
  if (request.method != http::Method::options) return;
  add_list(response, "Access-Control-Allow-Methods", cors.methods);
  add_list(response, "Access-Control-Allow-Headers", cors.headers);
  if (cors.max_age) response.add("Access-Control-Max-Age", std::to_string(*cors.max_age));
}

}  // namespace signgate::edge
