// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/http/fields.hpp"
#include "signing/verifier.hpp"

namespace signgate::edge {

/// presented_cookies gathers CloudFront's cookies (CloudFront-Expires, -Policy, -Signature,
/// -Key-Pair-Id, -Hash-Algorithm) from the Cookie fields of a request: views into them. Source:
/// CloudFront Developer Guide, "Set signed cookies".
[[nodiscard]] signing::Presented presented_cookies(const http::Fields& fields);

/// is_presented says whether any signing parameter is there. If one is in the URL, CloudFront
/// ignores cookies.
[[nodiscard]] bool is_presented(const signing::Presented& presented) noexcept;

}  // namespace signgate::edge
