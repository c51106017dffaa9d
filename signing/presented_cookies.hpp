// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "signing/verifier.hpp"

namespace signgate::signing {

/// take_cookies adds what CloudFront's cookies in a Cookie field's value present
/// (CloudFront-Expires, -Policy, -Signature, -Key-Pair-Id, -Hash-Algorithm) to `presented`: views
/// into `value`. Other cookies are passed over. Any thread. Source: CloudFront Developer Guide,
/// "Set signed cookies"; RFC 6265, section 5.4.
void take_cookies(std::string_view value, Presented& presented);

/// is_presented says whether any signing parameter is there. If one is in the URL, CloudFront
/// ignores cookies.
[[nodiscard]] bool is_presented(const Presented& presented) noexcept;

}  // namespace signgate::signing
