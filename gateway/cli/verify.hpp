// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace signgate::cli {

/// VerifyOptions is the command line of `verify`, each value as it was given.
struct VerifyOptions {
  std::string url;
  std::string public_key;                  // file://F, F or PEM text
  std::optional<std::string> key_pair_id;  // absent: the key is trusted under any id
  std::optional<std::string> at;           // absent: now
  std::optional<std::string> ip;           // the viewer's address
  std::vector<std::string> cookies;        // NAME=VALUE; ..., header lines, JSON of sign-cookies
};

/// verify_signed_url decides as CloudFront would about a request for options.url with
/// options.cookies, which count only where the URL bears no signing parameter. `allowed` goes to
/// `out`; a denial's code and message, and on the next line its likely cause, go to `err`. The
/// answer is the exit status: 0 allowed, 1 denied or the key could not be read, 2 when `at` or
/// `ip` is not legal.
[[nodiscard]] int verify_signed_url(const VerifyOptions& options, std::ostream& out,
                                    std::ostream& err);

}  // namespace signgate::cli
