// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace signgate::signing {

/// explain_mismatch shows a policy's Resource against a URL that it does not cover: which of
/// protocol, domain, path and query differs, and from which character on where that can be told;
/// or that only a wildcard reaching from one of them into the next would cover it. One sentence
/// without a full stop. Any thread. Source: CloudFront Developer Guide, "Create a signed URL using
/// a custom policy", use of wildcards in Resource.
[[nodiscard]] std::string explain_mismatch(std::string_view pattern, std::string_view url);

}  // namespace signgate::signing
