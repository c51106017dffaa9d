// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "policy/cloudfront_statement.hpp"
#include "signing/signer.hpp"

namespace signgate::cli {

/// SigningOptions is what `sign` and `sign-cookies` share of their command lines, each value as it
/// was given. The names and meanings are those of the AWS CLI Command Reference.
struct SigningOptions {
  std::string key_pair_id;
  std::string private_key;
  std::optional<std::string> date_less_than;  // required unless `policy` is given
  std::optional<std::string> date_greater_than;
  std::optional<std::string> ip_address;      // empty: a custom policy without the condition
  std::optional<std::string> hash_algorithm;  // SHA1 or SHA256
  std::optional<std::string> policy;          // a file with the whole policy
};

/// add_signing_options adds those to a subcommand and returns the one of `--policy`, which
/// excludes the conditions. `options` has to outlive the parsing.
CLI::Option* add_signing_options(CLI::App& command, SigningOptions& options);

/// ConditionOptions are those of them that make the policy.
struct ConditionOptions {
  CLI::Option* end = nullptr;  // --date-less-than
  CLI::Option* start = nullptr;
  CLI::Option* address = nullptr;
};

/// add_condition_options adds these three alone.
ConditionOptions add_condition_options(CLI::App& command, SigningOptions& options);

/// SigningRecipe is what the options come to: all that is the same for each URL.
struct SigningRecipe {
  std::optional<signing::SigningKey> key;  // there once read_signing_files has been
  policy::CloudFrontStatement statement;
  bool custom = false;                // conditions beyond the time ask for a custom policy
  std::optional<std::string> policy;  // given whole
};

/// read_signing_arguments fills in what the command line itself says; what is wrong there is wrong
/// usage. Warnings go to `err`, with `command` in front ("signgate sign").
[[nodiscard]] std::optional<signing::Error> read_signing_arguments(const SigningOptions& options,
                                                                   std::string_view command,
                                                                   SigningRecipe& recipe,
                                                                   std::ostream& err);

/// read_conditions fills in the statement from the times and the address alone.
[[nodiscard]] std::optional<signing::Error> read_conditions(const SigningOptions& options,
                                                            std::string_view command,
                                                            SigningRecipe& recipe,
                                                            std::ostream& err);

/// read_signing_files fills in what stands in the files that it names: the key, the policy.
/// Warnings, such as of a key file that others may read, go to `err` as above.
[[nodiscard]] std::optional<signing::Error> read_signing_files(const SigningOptions& options,
                                                               std::string_view command,
                                                               SigningRecipe& recipe,
                                                               std::ostream& err);

/// check_resource_characters refuses what could never match a request, as the AWS CLI does;
/// `option` is named in the message.
[[nodiscard]] std::optional<signing::Error> check_resource_characters(std::string_view option,
                                                                      std::string_view resource);

/// read_time reads the value of `option` in all the forms that the AWS CLI documents; what it lacks
/// is today's, and a zone that is not known is UTC, both with a warning on `err` in the name of
/// `command`. bad_time says which forms there are.
[[nodiscard]] signing::Result<signing::UnixSeconds> read_time(const std::string& option,
                                                              const std::string& text,
                                                              std::string_view command,
                                                              std::ostream& err);

}  // namespace signgate::cli
