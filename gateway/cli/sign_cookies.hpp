// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "gateway/cli/signing_recipe.hpp"

namespace signgate::cli {

/// SignCookiesOptions is the command line of `sign-cookies`: as `aws cloudfront sign-cookies`.
struct SignCookiesOptions : SigningOptions {
  std::optional<std::string> resource;  // required unless `policy` is given
  bool set_cookie = false;              // Set-Cookie lines in place of JSON
  std::optional<std::string> domain;    // with set_cookie
  std::optional<std::string> path;      // with set_cookie; "/" without it
};

/// sign_cookies prints the cookies for options.resource: CloudFront-Expires (one exact URL) or
/// CloudFront-Policy (a start, an address, a `*` in the resource, or a policy given whole), then
/// -Signature, -Key-Pair-Id and, for SHA-256, -Hash-Algorithm; as JSON in the AWS CLI's form, or
/// as header lines. The answer is the exit status: 0, 1 when a file could not be used, 2 when an
/// option's value is not legal. Source: CloudFront Developer Guide, "Set signed cookies".
[[nodiscard]] int sign_cookies(const SignCookiesOptions& options, std::ostream& out,
                               std::ostream& err);

}  // namespace signgate::cli
