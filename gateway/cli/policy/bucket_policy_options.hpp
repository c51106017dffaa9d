// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/bucket_policy_writer.hpp"

namespace signgate::cli {

/// BucketPolicyOptions is what the commands that write a bucket policy share of their command
/// lines, each value as it was given.
struct BucketPolicyOptions {
  std::string bucket;
  std::vector<std::string> sites;
  bool www = false;
  bool http = false;
  std::vector<std::string> referers;
  bool deny_other = false;
  bool allow_missing_referer = false;
  bool list_bucket = false;
};

/// add_bucket_policy_options adds them to a subcommand; `referer_option` is how the one for
/// patterns is called there. `options` has to outlive the parsing.
void add_bucket_policy_options(CLI::App& command, const std::string& referer_option,
                               BucketPolicyOptions& options);

/// read_bucket_policy_options fills in the plan, all but the distribution and the partition. What
/// is wrong with an option's value, or with two of them, comes back as a message with its name.
/// Doubts about patterns go to `err` as warnings, with `command` in front.
[[nodiscard]] std::optional<std::string> read_bucket_policy_options(
    const BucketPolicyOptions& options, const std::string& referer_option, std::string_view command,
    policy::BucketPolicyPlan& plan, std::ostream& err);

/// warn_of_partitions says on `err` when the bucket's partition, which `option` chose, is another
/// than the distribution's, as lint does (arn-partition), with `command` in front.
void warn_of_partitions(std::string_view bucket, std::string_view distribution,
                        std::string_view option, std::string_view command, std::ostream& err);

/// check_written_policy says why S3 would not take a written policy, nothing if it would: its size,
/// or a form that this program's own reader does not take.
[[nodiscard]] std::optional<std::string> check_written_policy(const std::string& text);

}  // namespace signgate::cli
