// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>

#include "bench/commands.hpp"
#include "bench/list_option.hpp"
#include "bench/sign_options.hpp"
#include "bench/sign_output.hpp"
#include "bench/sign_work.hpp"
#include "gateway/config/key_file_reader.hpp"
#include "policy/utf8.hpp"

namespace signgate::bench {
namespace {

struct Options {
  std::string key_file;
  std::string types = "rsa2048";
  std::string modes = "cold";
  std::string threads;
  std::string label;
  double seconds = 2;
  SignPlan plan;
  bool json = false;
  bool print_links = false;
};

/// Matrix is what to measure: each key in each mode on each number of threads.
struct Matrix {
  std::vector<signing::SigningKey> keys;
  std::vector<SignMode> modes;
  std::vector<unsigned> threads;
};

signing::Result<signing::PrivateKey> read_key(const std::string& argument) {
  const std::string path = argument.starts_with("file://") ? argument.substr(7) : argument;
  const auto file = config::read_key_file(path, config::KeySource::anything);
  if (!file) {
    return signing::Error{signing::ErrorCode::bad_key,
                          "cannot read the key file " + path + ": " + file.error().message};
  }
  if (const auto warning = config::key_mode_warning("the key file", *file))
    std::fprintf(stderr, "signgate-bench sign: warning: --key: %s\n", warning->c_str());
  return signing::PrivateKey::parse(file->text.text());
}

signing::Result<std::vector<signing::SigningKey>> make_keys(const Options& options) {
  std::vector<signing::Result<signing::PrivateKey>> made;
  if (!options.key_file.empty()) {
    made.push_back(read_key(options.key_file));
  } else {
    const auto types = std::get<0>(parse_key_types(options.types));
    for (const auto type : types)
      made.push_back(signing::PrivateKey::generate(type));
  }
  std::vector<signing::SigningKey> keys;
  for (auto& key : made) {
    if (!key) return key.error();
    auto ready = signing::make_signing_key("K2JCJMDEHXQW5F", *std::move(key));
    if (!ready) return ready.error();
    keys.push_back(*std::move(ready));
  }
  return keys;
}

// Who waits at a terminal is told what is being measured.
void show_progress(const SignRun* run) {
  if (::isatty(STDERR_FILENO) == 0) return;
  if (run == nullptr) {
    std::fprintf(stderr, "\r\033[K");
    return;
  }
  std::fprintf(stderr, "\r\033[K%s, %s, threads: %u ...",
               std::string(sign_mode_name(run->plan.mode)).c_str(),
               std::string(signing::key_type_name(run->type)).c_str(), run->plan.threads);
}

signing::Result<std::vector<SignRun>> measure(const Matrix& matrix, const SignPlan& base) {
  std::vector<SignRun> runs;
  for (const SignMode mode : matrix.modes) {
    for (const signing::SigningKey& key : matrix.keys) {
      for (const unsigned threads : matrix.threads) {
        SignRun run{.type = key.key.type(), .hash = key.hash, .plan = base, .result = {}};
        run.plan.mode = mode;
        run.plan.threads = threads;
        show_progress(&run);
        auto result = run_sign(key, run.plan);
        show_progress(nullptr);
        if (!result) return result.error();
        run.result = *std::move(result);
        runs.push_back(std::move(run));
      }
    }
  }
  return runs;
}

int print_links(std::size_t count) {
  for (const std::string& link : sign_links(count))
    std::puts(link.c_str());
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? 0 : 1;
}

int sign(Options options) {
  if (options.print_links) return print_links(options.plan.links);
  const auto fail = [](const signing::Error& error) {
    std::fprintf(stderr, "signgate-bench sign: %s\n", error.message.c_str());
    return 1;
  };
  options.plan.round = std::chrono::nanoseconds(static_cast<std::int64_t>(options.seconds * 1e9));
  SignSession session{.version = SIGNGATE_VERSION,
                      .date = date_text(std::time(nullptr)),
                      .label = options.label,
                      .machine = machine_facts(),
                      .runs = {}};
  signing::forbid_cores();
  auto keys = make_keys(options);
  if (!keys) return fail(keys.error());
  const unsigned cores = std::min(session.machine.cores, max_threads);
  const Matrix matrix{.keys = *std::move(keys),
                      .modes = std::get<0>(parse_modes(options.modes)),
                      .threads = options.threads.empty()
                                     ? std::vector{cores}
                                     : std::get<0>(parse_thread_counts(options.threads))};
  auto runs = measure(matrix, options.plan);
  if (!runs) return fail(runs.error());
  session.runs = *std::move(runs);
  std::fputs((options.json ? sign_json(session) : sign_text(session)).c_str(), stdout);
  if (session.machine.build != "optimised") {
    std::fprintf(stderr, "signgate-bench sign: this build is %s: its figures say nothing\n",
                 session.machine.build.c_str());
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

std::string check_label(const std::string& label) {
  std::string_view rest = label;
  while (const std::size_t length = policy::utf8_sequence(rest))
    rest.remove_prefix(length);
  if (rest.empty() && label.size() <= 100) return {};
  return "a label is UTF-8 of at most 100 bytes";
}

constexpr const char* footer =
    "Modes:\n"
    "  cold     signed URLs, each with a signature of its own\n"
    "  memo     signed URLs whose signatures the gateway's memo knows\n"
    "  prefix   signed URLs below prefixes that one signature opens\n"
    "  cookies  texts of signed cookies, each set with a signature of its own\n"
    "Each round the two sides take turns of 0.1 s, on all threads at once, with the same key; each "
    "thread of\n"
    "the bare side has a copy of its own. After each round the last of each thread is verified. "
    "The figures\n"
    "are explained in conf/doc/benchmarks.md. Exit status: 0 done, 1 failed, 2 wrong usage.\n\n"
    "Examples:\n"
    "  signgate-bench sign --type ecdsa-p256 --threads 1..4\n"
    "  signgate-bench sign --mode all --type all --threads 1,2 --json > here.json\n"
    "  signgate-bench sign --key file://private_key.pem --mode memo --links 100000 --seconds 5";

}  // namespace

void add_sign(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand(
      "sign", "Sign links as the gateway does, beside OpenSSL's bare signatures in the same run");
  auto options = std::make_shared<Options>();
  auto* key = command->add_option("--key", options->key_file, "a private key: file://F or F")
                  ->type_name("FILE");
  command
      ->add_option("--type", options->types,
                   "without --key: new keys of these types: rsa2048, ecdsa-p256, or all")
      ->check(reads(parse_key_types))
      ->type_name("LIST")
      ->excludes(key)
      ->capture_default_str();
  command->add_option("--mode", options->modes, "cold, memo, prefix, cookies, or all")
      ->check(reads(parse_modes))
      ->type_name("LIST")
      ->capture_default_str();
  command
      ->add_option("--threads", options->threads,
                   "numbers and ranges, such as 1,2,4 or 1..4; all threads sign with the one key; "
                   "without it one a core")
      ->check(reads(parse_thread_counts))
      ->type_name("LIST");
  command->add_option("--seconds", options->seconds, "of each round, half of it for each side")
      ->check(CLI::Range(0.01, 86400.0))
      ->capture_default_str();
  command->add_option("--rounds", options->plan.rounds, "that count, after one to warm up")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--links", options->plan.links, "how many different links")
      ->check(CLI::Range(1, 10000000))
      ->capture_default_str();
  command->add_option("--label", options->label, "what reports call these results")
      ->check(check_label)
      ->type_name("TEXT");
  auto* json = command->add_flag("--json", options->json, "one JSON object instead of tables");
  command
      ->add_flag("--print-links", options->print_links,
                 "print the links, one a line, for other signers to sign, and measure nothing")
      ->excludes(json);
  command->footer(footer);
  command->callback([options, &exit_status] { exit_status = sign(*options); });
}

}  // namespace signgate::bench
