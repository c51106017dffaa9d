// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <ctime>
#include <memory>

#include "bench/commands.hpp"
#include "bench/list_option.hpp"
#include "bench/sign_options.hpp"
#include "bench/verify_run.hpp"

namespace signgate::bench {
namespace {

struct VerifyOptions {
  std::string types = "all";
  double seconds = 0.5;
  unsigned rounds = 7;
  bool json = false;
};

int measure_verifying(const VerifyOptions& options) {
  const TurnPlan plan{std::chrono::nanoseconds(static_cast<std::int64_t>(options.seconds * 1e9)),
                      options.rounds};
  std::vector<VerifyResult> results;
  const auto types = std::get<0>(parse_key_types(options.types));
  for (const signing::KeyType type : types) {
    auto result = run_verify(type, plan);
    if (!result) {
      std::fprintf(stderr, "signgate-bench verify: %s\n", result.error().detail.c_str());
      return 1;
    }
    results.push_back(*std::move(result));
  }
  const MachineFacts machine = machine_facts();
  const std::string text =
      options.json ? verify_json(results, machine, SIGNGATE_VERSION, date_text(std::time(nullptr)))
                   : verify_text(results, machine);
  std::fputs(text.c_str(), stdout);
  if (machine.build != "optimised") {
    std::fprintf(stderr, "signgate-bench verify: this build is %s: its figures say nothing\n",
                 machine.build.c_str());
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace

void add_verify(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("verify", "Verify signed URLs, as the edge does");
  auto options = std::make_shared<VerifyOptions>();
  command
      ->add_option("--type", options->types, "new keys of these types: rsa2048, ecdsa-p256, or all")
      ->check(reads(parse_key_types))
      ->type_name("LIST")
      ->capture_default_str();
  command->add_option("--seconds", options->seconds, "of each way in a round")
      ->check(CLI::Range(0.001, 86400.0))
      ->capture_default_str();
  command->add_option("--rounds", options->rounds, "that count, after one to warm up")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_flag("--json", options->json, "one JSON object instead of a table");
  command->footer(
      "One thread verifies one signed URL over and over: OpenSSL alone with the digest at hand, "
      "the whole\n"
      "check of a URL that was never seen, and the same of one whose signature is remembered. A "
      "cost is CPU\n"
      "time, OpenSSL's being 1. Exit status: 0 done, 1 failed, 2 wrong usage.\n\n"
      "Example:\n"
      "  signgate-bench verify --type rsa2048 --json");
  command->callback([options, &exit_status] { exit_status = measure_verifying(*options); });
}

}  // namespace signgate::bench
