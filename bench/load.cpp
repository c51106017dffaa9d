// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>

#include "bench/commands.hpp"
#include "bench/load_output.hpp"
#include "bench/machine.hpp"

namespace signgate::bench {
namespace {

struct Options {
  std::string url;
  LoadPlan plan;
  double seconds = 10;
  double timeout = 10;
  std::vector<std::string> headers;
  std::string links_key_file;
  bool json = false;
};

signing::Result<signing::PublicKey> read_key(const std::string& argument) {
  const std::string path = argument.starts_with("file://") ? argument.substr(7) : argument;
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in || in.bad()) {
    return signing::Error{signing::ErrorCode::bad_key,
                          "--verify-links: cannot read the key file " + path};
  }
  auto key = signing::PublicKey::parse(text);
  if (!key)
    return signing::Error{signing::ErrorCode::bad_key, "--verify-links: " + key.error().message};
  return key;
}

int load(Options options) {
  const auto target = make_load_target(options.url, options.headers);
  if (const auto* complaint = std::get_if<std::string>(&target)) {
    std::fprintf(stderr, "signgate-bench load: %s\n", complaint->c_str());
    return 2;
  }
  if (!options.links_key_file.empty()) {
    auto key = read_key(options.links_key_file);
    if (!key) {
      std::fprintf(stderr, "signgate-bench load: %s\n", key.error().message.c_str());
      return 1;
    }
    options.plan.links_key = *std::move(key);
  }
  options.plan.duration = Milliseconds(static_cast<std::int64_t>(options.seconds * 1000));
  options.plan.timeout = Milliseconds(static_cast<std::int64_t>(options.timeout * 1000));
  auto result = run_load(std::get<LoadTarget>(target), options.plan);
  if (result.has_error()) {
    std::fprintf(stderr, "signgate-bench load: %s\n", result.error().detail.c_str());
    return 1;
  }
  const LoadSession session{.version = SIGNGATE_VERSION,
                            .date = date_text(std::time(nullptr)),
                            .url = options.url,
                            .plan = options.plan,
                            .result = *std::move(result)};
  std::fputs((options.json ? load_json(session) : load_text(session)).c_str(), stdout);
  const bool written = std::fflush(stdout) == 0;
  const std::string complaint = load_complaint(session);
  if (complaint.empty()) return written ? 0 : 1;
  std::fprintf(stderr, "signgate-bench load: %s\n", complaint.c_str());
  return 1;
}

}  // namespace

void add_load(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("load",
                                     "Ask for one URL over kept-alive connections, in a closed "
                                     "loop or at a steady rate, and count");
  auto options = std::make_shared<Options>();
  command->add_option("URL", options->url, "http://HOST[:PORT][/PATH][?QUERY], of any host")
      ->required();
  command
      ->add_option("--connections", options->plan.connections, "in all, dealt out to the threads")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--threads", options->plan.threads, "each with its own connections")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  auto* seconds = command->add_option("--seconds", options->seconds, "how long to ask")
                      ->check(CLI::Range(0.001, 86400.0))
                      ->capture_default_str();
  command
      ->add_option("--requests", options->plan.requests, "how many requests, instead of how long")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40))
      ->excludes(seconds);
  command
      ->add_option("--rate", options->plan.rate,
                   "requests a second in all, due at even intervals whatever the server does; "
                   "without it each is sent after the answer to the last")
      ->check(CLI::Range(0.001, 1e7));
  command
      ->add_option("--timeout", options->timeout, "seconds for one connect, and for one exchange")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  command
      ->add_option("--header", options->headers, "'Name: value' to send as well; may be repeated")
      ->allow_extra_args(false);
  command
      ->add_option("--verify-links", options->links_key_file,
                   "a public key, file://F or F: hold the signed links in the answers to it")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "one JSON object instead of text");
  command->footer(
      "Without --rate the loop is closed: while the server stalls, less is asked, and the "
      "percentiles flatter it.\n"
      "With it the loop is open: latency runs from when a request was due, and what no connection "
      "was free for\n"
      "by the end is counted as unsent.\n"
      "With --verify-links the first 4 MiB of each body are searched for http and https URLs that "
      "carry a Signature,\n"
      "bodies that are the same once a second, and each distinct URL is verified as CloudFront "
      "would.\n"
      "The figures are explained in conf/doc/benchmarks.md.\n"
      "Exit status: 0 every request was sent and answered, with whatever status; 1 some were not, "
      "there was no\n"
      "answer, or a link failed, or with --verify-links there was none; 2 wrong usage.\n\n"
      "Examples:\n"
      "  signgate-bench load http://127.0.0.1:8080/ --connections 64 --seconds 10 --header "
      "'Accept-Encoding: gzip'\n"
      "  signgate-bench load http://127.0.0.1:8080/ --rate 2000 --json > steady.json\n"
      "  signgate-bench load http://127.0.0.1:8080/ --rate 100 --verify-links "
      "file://public_key.pem");
  command->callback([options, &exit_status] { exit_status = load(*options); });
}

}  // namespace signgate::bench
