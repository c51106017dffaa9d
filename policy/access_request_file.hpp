// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policy/evaluate.hpp"
#include "policy/json.hpp"

namespace signgate::policy {

/// max_access_request_file is the longest text of requests, in bytes.
inline constexpr std::size_t max_access_request_file = 4 * 1024 * 1024;

/// PlacedRequest is a request of a file and where it stands there.
struct PlacedRequest {
  AccessRequest request;
  std::string name;  // the file's own; may be empty
  Position position;
};

/// parse_access_requests reads requests from JSON: one object, an array of objects, or objects one
/// after the other (JSON lines); one request at least. Members of each:
///
///     principal  "*", or an object with one of AWS (an ARN, or an account's 12 digits), Service,
///                Federated and CanonicalUser
///     action     "s3:GetObject"
///     resource   "arn:aws:s3:::BUCKET/KEY", the key unescaped
///     context    optional: condition keys, each with a string, number, true or false, or an array
///                of such; null or an empty array is a missing key
///     name       optional: what answers call the request
///
/// Keys that the principal tells are filled in where `context` does not name them
/// (add_principal_keys). All else is an error at its place. Bounded by max_access_request_file. Any
/// thread.
[[nodiscard]] DocumentResult<std::vector<PlacedRequest>> parse_access_requests(
    std::string_view json);

}  // namespace signgate::policy
