// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/commands.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/cli/allocator.hpp"

namespace {

// Last first, as CLI11 wants them. `--name=` gives an empty value, as for the AWS CLI; CLI11 would
// look for the value behind it.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> arguments;
  for (int i = argc - 1; i > 0; --i) {
    std::string_view text = argv[i];
    const bool joined =
        text.size() > 3 && text.starts_with("--") && text.find('=') + 1 == text.size();
    if (joined) {
      arguments.emplace_back();
      text.remove_suffix(1);
    }
    arguments.emplace_back(text);
  }
  return arguments;
}

// A standard stream that is closed must not become the next file that is opened: what stands in for
// it cannot be used either.
void hold_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    // The lowest number that is free is this one.
    const int held = ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    static_cast<void>(held);
  }
}

}  // namespace

int main(int argc, char** argv) {
  signgate::cli::set_up_allocator();
  hold_standard_streams();
  CLI::App app{
      "signgate: a reverse proxy that signs the links to private media in what passes through"};
  app.name("signgate");
  app.set_version_flag("--version", "signgate " SIGNGATE_VERSION);
  app.require_subcommand(1);
  int exit_status = 0;
  signgate::cli::add_check(app, exit_status);
  signgate::cli::add_demo(app, exit_status);
  signgate::cli::add_edge(app, exit_status);
  signgate::cli::add_explain(app, exit_status);
  signgate::cli::add_keygen(app, exit_status);
  signgate::cli::add_policy(app, exit_status);
  signgate::cli::add_run(app, exit_status);
  signgate::cli::add_sign(app, exit_status);
  signgate::cli::add_sign_cookies(app, exit_status);
  signgate::cli::add_verify(app, exit_status);
  try {
    app.parse(arguments_of(argc, argv));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  // The commands that print much look themselves, and sooner. What the demo does is not its output:
  // a reader may leave it.
  std::cout.flush();
  if (exit_status == 0 && !std::cout && !app.got_subcommand("demo")) {
    std::cerr << "signgate: cannot write to the standard output\n";
    exit_status = 1;
  }
  return exit_status;
}
