// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signgate::signing {

/// ResourceGuess is a URL that may have been signed in place of the one requested, and what that
/// would tell.
struct ResourceGuess {
  std::string resource;
  std::string says;  // one sentence without a full stop
};

/// resource_guesses are the usual ways in which the URL `resource` (without fragment and signing
/// parameters) comes to differ from what was signed, the likely ones first; at most 50. Pure; any
/// thread. Source: CloudFront Developer Guide, "troubleshoot signed URL"; the signers'
/// differences.
[[nodiscard]] std::vector<ResourceGuess> resource_guesses(std::string_view resource);

}  // namespace signgate::signing
