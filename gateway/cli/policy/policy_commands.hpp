// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

/// One function a subcommand of `signgate policy`, each in the file of its name, as in
/// commands.hpp.
namespace signgate::cli {

void add_policy_eval(CLI::App& policy, int& exit_status);
void add_policy_cloudfront(CLI::App& policy, int& exit_status);
void add_policy_distribution(CLI::App& policy, int& exit_status);
void add_policy_s3(CLI::App& policy, int& exit_status);
void add_policy_lint(CLI::App& app, int& exit_status);

}  // namespace signgate::cli
