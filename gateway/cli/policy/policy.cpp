// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/commands.hpp"
#include "gateway/cli/policy/policy_commands.hpp"

namespace signgate::cli {

void add_policy(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand(
      "policy", "writes, checks and evaluates bucket policies and CloudFront documents");
  command->require_subcommand(1);
  add_policy_eval(*command, exit_status);
  add_policy_cloudfront(*command, exit_status);
  add_policy_distribution(*command, exit_status);
  add_policy_s3(*command, exit_status);
  add_policy_lint(*command, exit_status);
}

}  // namespace signgate::cli
