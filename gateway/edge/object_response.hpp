// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/edge/object_cache.hpp"
#include "gateway/edge/origin_message.hpp"

/// Answers of the origin as the viewer gets them.
namespace signgate::edge {

/// to_cached is what the cache keeps of an answer, but for its times. The body stays where it is,
/// only `bytes` are shared.
[[nodiscard]] CachedObject to_cached(const OriginAnswer& answer, UnixSeconds now);

/// object_response answers the viewer's conditions and Range from a whole object (status 200):
/// 200, 206, 304, or S3's 412 and 416. `source` holds it, from offset 0. No X-Cache in the first
/// three.
[[nodiscard]] EdgeResponse object_response(const CachedObject& object, Body source,
                                           const ViewerRequest& request, UnixSeconds now,
                                           std::uint64_t number);

/// plain_response is any other answer, as it came: errors and redirections.
[[nodiscard]] EdgeResponse plain_response(const CachedObject& answer, Body body);

/// error_response is an error that the edge gives in the origin's name.
[[nodiscard]] EdgeResponse error_response(OriginAnswer answer);

}  // namespace signgate::edge
