// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>
#include <string>

#include "gateway/cli/commands.hpp"
#include "gateway/server/supervisor.hpp"

namespace signgate::cli {

void add_run(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("run", "run the gateway in the foreground");
  const auto file = std::make_shared<std::string>();
  command->add_option("-c,--config", *file, "the configuration, a .toml file")
      ->required()
      ->type_name("FILE");
  command->footer(
      "Prints \"listening on ADDRESS\" for each socket. TERM and INT stop at once, QUIT lets the "
      "requests under way\n"
      "end first.\n\nExample:\n  signgate run -c signgate.toml");
  command->callback(
      [&exit_status, file] { exit_status = server::run_gateway(*file, std::cout, std::cerr); });
}

}  // namespace signgate::cli
