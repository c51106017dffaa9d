// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/http/fields.hpp"
#include "signing/presented_cookies.hpp"

namespace signgate::edge {

/// presented_cookies gathers CloudFront's cookies (CloudFront-Expires, -Policy, -Signature,
/// -Key-Pair-Id, -Hash-Algorithm) from the Cookie fields of a request: views into them. Source:
/// CloudFront Developer Guide, "Set signed cookies".
[[nodiscard]] signing::Presented presented_cookies(const http::Fields& fields);

}  // namespace signgate::edge
