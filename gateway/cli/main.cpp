// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/commands.hpp"

int main(int argc, char** argv) {
  CLI::App app{
      "signgate: a reverse proxy that signs the links to private media in what passes through"};
  app.name("signgate");
  app.set_version_flag("--version", "signgate " SIGNGATE_VERSION);
  app.require_subcommand(1);
  int exit_status = 0;
  signgate::cli::add_check(app, exit_status);
  signgate::cli::add_demo(app, exit_status);
  signgate::cli::add_edge(app, exit_status);
  signgate::cli::add_keygen(app, exit_status);
  signgate::cli::add_run(app, exit_status);
  signgate::cli::add_sign(app, exit_status);
  signgate::cli::add_sign_cookies(app, exit_status);
  signgate::cli::add_verify(app, exit_status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_status;
}
