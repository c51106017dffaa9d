// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <ctime>
#include <memory>

#include "bench/commands.hpp"
#include "bench/policy_run.hpp"

namespace signgate::bench {
namespace {

struct Options {
  double seconds = 0.5;
  unsigned rounds = 5;
  bool json = false;
};

int measure(const Options& options) {
  const std::chrono::nanoseconds round(static_cast<std::int64_t>(options.seconds * 1e9));
  std::vector<PolicyResult> results;
  for (const PolicyCase& question : policy_cases()) {
    results.push_back(run_policy(question, round, options.rounds));
    if (results.back().as_expected) continue;
    std::fprintf(stderr, "signgate-bench policy: a wrong decision: %s\n",
                 std::string(question.name).c_str());
    return 1;
  }
  const MachineFacts machine = machine_facts();
  const std::string text =
      options.json ? policy_json(results, machine, SIGNGATE_VERSION, date_text(std::time(nullptr)))
                   : policy_text(results, machine);
  std::fputs(text.c_str(), stdout);
  if (machine.build != "optimised") {
    std::fprintf(stderr, "signgate-bench policy: this build is %s: its figures say nothing\n",
                 machine.build.c_str());
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

void add_policy(CLI::App& app, int& exit_status) {
  auto* command =
      app.add_subcommand("policy", "Decide requests by bucket policies, as the edge does");
  auto options = std::make_shared<Options>();
  command->add_option("--seconds", options->seconds, "of each round")
      ->check(CLI::Range(0.001, 86400.0))
      ->capture_default_str();
  command->add_option("--rounds", options->rounds, "that count, after one to warm up")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_flag("--json", options->json, "one JSON object instead of a table");
  command->footer(
      "One thread decides the tutorial's request by the tutorial's policy over and over, the "
      "Referer "
      "in an\n"
      "Allow or in a Deny; every decision is compared with what it should be. Exit status: 0 done, "
      "1 "
      "failed,\n"
      "2 wrong usage.\n\n"
      "Example:\n"
      "  signgate-bench policy --seconds 2 --json");
  command->callback([options, &exit_status] { exit_status = measure(*options); });
}

}  // namespace signgate::bench
