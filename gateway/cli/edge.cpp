// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "gateway/cli/commands.hpp"
#include "gateway/edge/edge_config.hpp"
#include "gateway/edge/server.hpp"
#include "signing/key_memory.hpp"
#include "signing/time_text.hpp"

namespace signgate::cli {
namespace {

struct Arguments {
  std::string path;
  std::string at;
};

constexpr int usage_error = 2;

/// The setup of a configuration, whose findings are told; nothing when one is an error.
std::optional<edge::EdgeSetup> load(const std::string& path) {
  edge::EdgeLoading loading = edge::load_edge(path);
  const bool colour = ::isatty(STDERR_FILENO) == 1;
  for (const config::Diagnostic& finding : loading.diagnostics) {
    std::cerr << config::render(finding, colour) << '\n';
  }
  return std::move(loading.setup);
}

void tell_certificate(const edge::Server& server) {
  if (const std::string fingerprint = server.fingerprint(); !fingerprint.empty()) {
    std::cout << "certificate: self-signed, SHA-256 " << fingerprint << '\n';
  }
}

bool reconfigure(edge::Server& server, const std::string& path) {
  std::optional<edge::EdgeSetup> setup = load(path);
  if (!setup) return false;
  const Result<void> taken = server.reconfigure(*std::move(setup));
  if (!taken) std::cerr << "signgate edge: " << taken.error().detail << '\n';
  return taken.has_value();
}

void reload(edge::Server& server, const std::string& path) {
  const std::string former = server.fingerprint();
  if (!reconfigure(server, path)) {
    std::cerr << "signgate edge: the configuration was not reloaded\n";
    return;
  }
  if (server.fingerprint() != former) tell_certificate(server);
  std::cout << "configuration reloaded" << std::endl;
}

int run_edge(const Arguments& arguments) {
  std::optional<Milliseconds> offset;
  if (!arguments.at.empty()) {
    const auto at = signing::parse_time(arguments.at);
    if (!at) {
      std::cerr << "signgate edge: --at: " << at.error().message << '\n';
      return usage_error;
    }
    offset = std::chrono::seconds(at->seconds - unix_now());
  }
  std::optional<edge::EdgeSetup> setup = load(arguments.path);
  if (!setup) return 1;
  if (offset) setup->clock_offset = *offset;
  if (setup->bucket.store) signing::forbid_cores();

  // Blocked before the server's thread begins, which inherits it: only sigwait below sees them.
  sigset_t ending;
  sigemptyset(&ending);
  for (const int number : {SIGINT, SIGTERM, SIGQUIT, SIGHUP})
    sigaddset(&ending, number);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);

  auto server = edge::Server::start(std::move(*setup), [](const std::string& line) {
    std::cerr << line + '\n' << std::flush;
  });
  if (!server) {
    std::cerr << "signgate edge: " << server.error().detail << '\n';
    return 1;
  }
  tell_certificate(*server);
  if (!server->admin_address().empty()) {
    std::cout << "admin calls on " << server->admin_address() << '\n';
  }
  std::cout << "listening on " << server->address() << std::endl;
  int number = 0;
  while (sigwait(&ending, &number) == 0 && number == SIGHUP)
    reload(*server, arguments.path);
  server->stop();
  return 0;
}

}  // namespace

void add_edge(CLI::App& app, int& exit_status) {
  const auto arguments = std::make_shared<Arguments>();
  auto* command = app.add_subcommand(
      "edge",
      "a CloudFront distribution and its S3 bucket on this machine: verifies signed URLs and "
      "cookies, evaluates the bucket policy, and says why it refuses");
  command->add_option("-c,--config", arguments->path, "the edge's configuration (.toml)")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--at", arguments->at,
                   "what the edge's clock shows at the start; it runs on from there. A date, RFC "
                   "3339 or epoch seconds, as `signgate sign` takes them. Overrides [clock] offset")
      ->type_name("T");
  command->footer(
      "Prints `listening on ADDRESS:PORT`, and one line on stderr for each refusal with its "
      "reason,\n"
      "signatures masked. SIGHUP reads keys, behaviors, bucket policy and certificate anew; what "
      "is "
      "cached stays.\n"
      "Ends at SIGINT, SIGTERM or SIGQUIT.\n"
      "Exit status: 0 when it was ended so; 1 when the configuration, a file that it names or the\n"
      "address cannot be used; 2 for wrong usage.\n"
      "\n"
      "Example, a minimal edge.toml:\n"
      "  listen = \"127.0.0.1:8443\"\n"
      "  [distribution]\n"
      "  id = \"EDFDVBD6EXAMPLE\"\n"
      "  [[distribution.behavior]]\n"
      "  path_pattern = \"private/*\"\n"
      "  trusted_keys = { K2JCJMDEHXQW5F = \"keys/public_key.pem\" }\n"
      "  forward_headers = [\"Referer\"]\n"
      "  [bucket]\n"
      "  name = \"mistonline-test-bucket\"\n"
      "  root = \"bucket\"\n"
      "  policy = \"bucket-policy.json\"\n"
      "\n"
      "  signgate edge -c edge.toml --at 2030-01-01T00:00:00Z");
  command->callback([arguments, &exit_status] { exit_status = run_edge(*arguments); });
}

}  // namespace signgate::cli
