// SPDX-License-Identifier: Apache-2.0
#include "bench/commands.hpp"

int main(int argc, char** argv) {
  CLI::App app{"signgate-bench: how fast pages are scanned, links signed and requests answered"};
  app.name("signgate-bench");
  app.set_version_flag("--version", "signgate-bench " SIGNGATE_VERSION);
  app.require_subcommand(1);
  int exit_status = 0;
  signgate::bench::add_load(app, exit_status);
  signgate::bench::add_policy(app, exit_status);
  signgate::bench::add_scan(app, exit_status);
  signgate::bench::add_sign(app, exit_status);
  signgate::bench::add_verify(app, exit_status);
  signgate::bench::add_report(app, exit_status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return exit_status;
}
