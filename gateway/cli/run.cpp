// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/commands.hpp"

namespace signgate::cli {

void add_run(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("run", "run the gateway in the foreground");
  command->callback([&exit_status] { exit_status = 1; });
}

}  // namespace signgate::cli
