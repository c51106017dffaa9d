// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/cli/file_argument.hpp"
#include "gateway/cli/policy/policy_commands.hpp"
#include "gateway/config/diagnostic.hpp"
#include "policy/access_request_file.hpp"
#include "policy/bucket_policy.hpp"
#include "policy/decision_report.hpp"
#include "policy/evaluate.hpp"

namespace signgate::cli {
namespace {

struct EvalOptions {
  std::string policy_file;
  std::string request_file;
  bool json = false;
  bool trace = false;
};

/// `-` is stdin, as at many other programs.
std::string path_of(const std::string& argument) {
  return argument == "-" ? "/dev/stdin" : argument;
}

/// A file that was read, or nothing: then the reason is told.
std::optional<std::string> read(const std::string& file, std::size_t limit) {
  auto text = read_file_argument(path_of(file), limit);
  if (text) return *std::move(text);
  std::fprintf(stderr, "signgate policy eval: %s\n",
               config::printable(text.error().message).c_str());
  return std::nullopt;
}

int fail(const EvalOptions& options, const std::string& file, const policy::DocumentError& error) {
  const std::string name = config::printable(file);
  if (options.json) {
    std::puts(policy::document_error_json(name, error).c_str());
  } else {
    std::fprintf(stderr, "%s\n", policy::document_error_text(name, error).c_str());
  }
  return 1;
}

int evaluate(const EvalOptions& options) {
  const auto policy_text = read(options.policy_file, policy::max_bucket_policy);
  if (!policy_text) return 1;
  const auto policy = policy::parse_bucket_policy(*policy_text);
  if (!policy) return fail(options, options.policy_file, policy.error());
  const auto request_text = read(options.request_file, policy::max_access_request_file);
  if (!request_text) return 1;
  const auto requests = policy::parse_access_requests(*request_text);
  if (!requests) return fail(options, options.request_file, requests.error());

  bool denied = false;
  for (const policy::PlacedRequest& placed : *requests) {
    const policy::DecisionReport report{
        .policy = *policy,
        .policy_file = config::printable(options.policy_file),
        .placed = placed,
        .request_file = config::printable(options.request_file),
        .decision = policy::evaluate(*policy, placed.request),
        .trace = options.trace,
        .several = requests->size() > 1,
    };
    denied |= !report.decision.allowed();
    if (options.json) {
      std::puts(policy::decision_json(report).c_str());
      continue;
    }
    std::FILE* stream = report.decision.allowed() ? stdout : stderr;
    std::fputs(policy::decision_text(report).c_str(), stream);
    // Both streams may be one terminal: the answers keep the order of the requests.
    std::fflush(stream);
  }
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  return denied || !written ? 1 : 0;
}

}  // namespace

void add_policy_eval(CLI::App& policy, int& exit_status) {
  const auto options = std::make_shared<EvalOptions>();
  auto* command = policy.add_subcommand(
      "eval", "decides requests by a bucket policy as S3 would, and says by which statement");
  command->add_option("policy", options->policy_file, "the bucket policy (JSON), - for stdin")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--request", options->request_file,
                   "the request, an array of them, or one a line (JSON), - for stdin")
      ->required()
      ->type_name("FILE");
  command->add_flag("--trace", options->trace, "tell of every statement whether it applies");
  command->add_flag("--json", options->json, "print one JSON object a request, in one line each");
  command->footer(
      "A request is {\"principal\": \"*\" or {\"AWS\": ARN} or {\"Service\": NAME}, \"action\":\n"
      "\"s3:GetObject\", \"resource\": \"arn:aws:s3:::BUCKET/KEY\", \"context\": {KEY: VALUE or "
      "[VALUES]}}.\n"
      "What is allowed goes to stdout; what is denied, and why, to stderr. Only this policy is "
      "asked: who asks\n"
      "may have rights of his own at AWS.\n"
      "Exit status: 0 all allowed, 1 one is denied or a file is not legal (FILE:LINE:COLUMN), 2 "
      "wrong usage.\n"
      "\n"
      "Examples:\n"
      "  signgate policy eval policy.json --request request.json --trace\n"
      "  echo '{\"principal\": \"*\", \"action\": \"s3:GetObject\", \"resource\": "
      "\"arn:aws:s3:::b/k\"}' |\n"
      "    signgate policy eval policy.json --request -");
  command->callback([options, command, &exit_status] {
    if (options->policy_file == "-" && options->request_file == "-") {
      throw CLI::ValidationError(command->get_name(), "stdin can be only one of the two files");
    }
    exit_status = evaluate(*options);
  });
}

}  // namespace signgate::cli
