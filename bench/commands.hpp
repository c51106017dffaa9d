// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>

/// One function a subcommand, each in the file of its name. It adds the subcommand to `app`; when
/// chosen, its callback does the work and writes the exit status: 0 done, 1 failed (reason on
/// stderr). Wrong usage is CLI11's to find, and 2.
namespace signgate::bench {

void add_load(CLI::App& app, int& exit_status);
void add_policy(CLI::App& app, int& exit_status);
void add_report(CLI::App& app, int& exit_status);
void add_scan(CLI::App& app, int& exit_status);
void add_sign(CLI::App& app, int& exit_status);
void add_verify(CLI::App& app, int& exit_status);

}  // namespace signgate::bench
