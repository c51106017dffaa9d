// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace signgate::cli {

/// SignOptions is the command line of `sign`, each value as it was given. The names and meanings
/// are those of `aws cloudfront sign` (AWS CLI Command Reference).
struct SignOptions {
  std::string url;  // "-": one a line from the input
  std::string key_pair_id;
  std::string private_key;
  std::optional<std::string> date_less_than;  // required unless `policy` is given
  std::optional<std::string> date_greater_than;
  std::optional<std::string> ip_address;  // empty: a custom policy without the condition
  std::optional<std::string> policy_resource;
  std::optional<std::string> hash_algorithm;  // SHA1 or SHA256
  std::optional<std::string> policy;          // a file with the whole policy
  bool resign = false;                        // sign afresh what is signed already
};

/// sign_urls signs options.url, or each line of `in`. The signed URL goes to `out`: one alone
/// without a newline, as the AWS CLI prints it; several with one each, an empty line where a URL
/// could not be signed, so that line n out belongs to line n in. Errors and warnings go to `err`.
/// The answer is the exit status: 0, 1 when anything could not be signed or a file could not be
/// used, 2 when another option's value is not legal.
[[nodiscard]] int sign_urls(const SignOptions& options, std::istream& in, std::ostream& out,
                            std::ostream& err);

}  // namespace signgate::cli
