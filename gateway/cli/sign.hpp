// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "gateway/cli/signing_recipe.hpp"

namespace signgate::cli {

/// SignOptions is the command line of `sign`: as `aws cloudfront sign`.
struct SignOptions : SigningOptions {
  std::string url;  // "-": one a line from the input
  std::optional<std::string> policy_resource;
  bool resign = false;   // sign afresh what is signed already
  unsigned threads = 0;  // for url "-": how many sign; 0: one a core
};

/// sign_urls signs options.url, or each line of `in`. The signed URL goes to `out`: one alone
/// without a newline, as the AWS CLI prints it; several with one each, an empty line where a URL
/// could not be signed, so that line n out belongs to line n in. Errors and warnings go to `err`.
/// When `out` fails `stop_input` is called to end a wait for `in`. The answer is the exit status:
/// 0, 1 when anything could not be signed or a file could not be used, 2 when another option's
/// value is not legal.
[[nodiscard]] int sign_urls(const SignOptions& options, std::istream& in, std::ostream& out,
                            std::ostream& err, const std::function<void()>& stop_input = {});

}  // namespace signgate::cli
