// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/origin_message.hpp"
#include "gateway/http/fields.hpp"

/// What of a viewer's request reaches the origin, and is part of the cache key, by a behaviour.
/// Source: CloudFront Developer Guide, "Control the cache key", "Control origin requests".
namespace signgate::edge {

/// forwards says whether the behaviour lists that header, in any case.
[[nodiscard]] bool forwards(const Behavior& behavior, std::string_view header) noexcept;

/// is_condition says whether a header makes a request conditional: If-Match, If-Range and the
/// others that begin so, in any case. CloudFront answers a viewer's itself, and asks by its own
/// alone.
[[nodiscard]] bool is_condition(std::string_view header) noexcept;

/// forward fills what `out` says of the viewer's request: query, fields and authorization. `query`
/// is the viewer's without signing parameters. Of the query's parameters and the cookies those that
/// the behaviour names are kept, in the order in which they came.
void forward(const Behavior& behavior, std::string_view query, const http::Fields& fields,
             OriginRequest& out);

/// cache_key is what an answer to `request` is kept by: path, query, and the forwarded fields. The
/// method is not part of it: HEAD is answered from what GET left. `request` is as forward left it.
[[nodiscard]] std::string cache_key(const Behavior& behavior, const OriginRequest& request);

}  // namespace signgate::edge
