// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/origin_message.hpp"
#include "gateway/http/fields.hpp"

/// What of a viewer's request reaches the origin, and is part of the cache key, by a behaviour.
/// Source: CloudFront Developer Guide, "Control the cache key", "Control origin requests".
namespace signgate::edge {

/// lists_header says whether `header` is one of `names`, in any case.
[[nodiscard]] bool lists_header(const std::vector<std::string>& names,
                                std::string_view header) noexcept;

/// forwards says whether the behaviour lists that header for the origin, in any case, be it part of
/// the cache key or not.
[[nodiscard]] bool forwards(const Behavior& behavior, std::string_view header) noexcept;

/// is_condition says whether a header makes a request conditional: If-Match, If-Range and the
/// others that begin so, in any case. CloudFront answers a viewer's itself, and asks by its own
/// alone.
[[nodiscard]] bool is_condition(std::string_view header) noexcept;

/// forward fills what `out` says of the viewer's request and is part of the cache key: query,
/// fields and authorization. `query` is the viewer's without signing parameters. Of the query's
/// parameters and the cookies those that the behaviour names are kept, in the order in which they
/// came.
void forward(const Behavior& behavior, std::string_view query, const http::Fields& fields,
             OriginRequest& out);

/// cache_key is what an answer to `request` is kept by: path, query, and the forwarded fields. The
/// method is not part of it: HEAD is answered from what GET left. `request` is as forward left it.
[[nodiscard]] std::string cache_key(const Behavior& behavior, const OriginRequest& request);

/// forward_beside adds the viewer's fields that reach the origin without being part of the cache
/// key, as an origin request policy has them: the origin sees them on a miss alone. After
/// cache_key.
void forward_beside(const Behavior& behavior, const http::Fields& fields, OriginRequest& out);

}  // namespace signgate::edge
