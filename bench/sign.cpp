// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include "bench/commands.hpp"
#include "bench/sign_run.hpp"
#include "policy/json_writer.hpp"

namespace signgate::bench {
namespace {

struct Quantile {
  const char* name;
  double share;
};
constexpr Quantile quantiles[] = {
    {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1.0}};

struct Options {
  std::string key_file;
  std::string type = "rsa2048";
  std::string mode = "cold";
  double seconds = 5;
  SignPlan plan;
  bool json = false;
};

std::int64_t whole(double value) {
  return static_cast<std::int64_t>(value + 0.5);
}

void print_text(const Options& options, const signing::SigningKey& key, const SignResult& result) {
  std::printf("%s, %s, %s: %u threads, %.1f s, of which half for the bare side, %zu links\n",
              std::string(signing::key_type_name(key.key.type())).c_str(),
              std::string(signing::hash_name(key.hash)).c_str(), options.mode.c_str(),
              options.plan.threads, options.seconds, options.plan.links);
  std::printf("  signed links      %llu a second\n",
              static_cast<unsigned long long>(result.links_per_second()));
  std::printf("  bare OpenSSL      %llu signatures a second\n",
              static_cast<unsigned long long>(result.bare_per_second()));
  std::printf("  ratio             %.3f (%.3f by CPU time)\n", result.ratio(), result.cpu_ratio());
  for (std::size_t i = 0; i < result.threads.size(); ++i) {
    const SignThread& thread = result.threads[i];
    std::printf("  thread %-3zu        %.0f links, %.0f bare a second\n", i,
                thread.links.per_second(), thread.bare.per_second());
  }
  std::printf("  latency of a link");
  for (const auto& [name, share] : quantiles) {
    std::printf(" %s %.1f us", name, static_cast<double>(result.latency.quantile(share)) / 1e3);
  }
  std::printf("\n");
  if (options.plan.mode == SignMode::memo) {
    std::printf(
        "  memo              %llu hits, %llu misses, %llu evictions, %zu entries, %zu bytes\n",
        static_cast<unsigned long long>(result.memo.hits),
        static_cast<unsigned long long>(result.memo.misses),
        static_cast<unsigned long long>(result.memo.evictions), result.memo.entries,
        result.memo.bytes);
  }
}

void print_json(const Options& options, const signing::SigningKey& key, const SignResult& result) {
  const auto integer = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  std::string text;
  policy::JsonWriter json(text, 2);
  json.object([&] {
    json.name("key_type").string(signing::key_type_name(key.key.type()));
    json.name("hash").string(signing::hash_name(key.hash));
    json.name("mode").string(options.mode);
    json.name("threads").integer(options.plan.threads);
    json.name("links").integer(integer(options.plan.links));
    json.name("signatures_per_second").integer(integer(result.links_per_second()));
    json.name("bare_signatures_per_second").integer(integer(result.bare_per_second()));
    json.name("ratio_per_mille").integer(whole(result.ratio() * 1000));
    json.name("cpu_ratio_per_mille").integer(whole(result.cpu_ratio() * 1000));
    json.name("per_thread").array([&] {
      for (const SignThread& thread : result.threads) {
        json.object([&] {
          json.name("signatures").integer(integer(thread.links.count));
          json.name("signatures_per_second").integer(whole(thread.links.per_second()));
          json.name("signatures_per_cpu_second").integer(whole(thread.links.per_cpu_second()));
          json.name("bare_signatures").integer(integer(thread.bare.count));
          json.name("bare_signatures_per_second").integer(whole(thread.bare.per_second()));
          json.name("bare_signatures_per_cpu_second").integer(whole(thread.bare.per_cpu_second()));
        });
      }
    });
    json.name("latency_ns").object([&] {
      json.name("mean").integer(whole(result.latency.mean()));
      for (const auto& [name, share] : quantiles)
        json.name(name).integer(integer(result.latency.quantile(share)));
    });
    if (options.plan.mode == SignMode::memo) {
      json.name("memo").object([&] {
        json.name("hits").integer(integer(result.memo.hits));
        json.name("misses").integer(integer(result.memo.misses));
        json.name("evictions").integer(integer(result.memo.evictions));
        json.name("entries").integer(integer(result.memo.entries));
        json.name("bytes").integer(integer(result.memo.bytes));
      });
    }
  });
  std::printf("%s\n", text.c_str());
}

signing::Result<signing::SigningKey> make_key(const Options& options) {
  signing::Result<signing::PrivateKey> key =
      signing::Error{signing::ErrorCode::bad_key, "the key file cannot be read"};
  if (options.key_file.empty()) {
    key = signing::PrivateKey::generate(signing::parse_key_type_name(options.type).value());
  } else {
    const std::string path =
        options.key_file.starts_with("file://") ? options.key_file.substr(7) : options.key_file;
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in) key = signing::PrivateKey::parse(text);
  }
  if (!key) return key.error();
  return signing::make_signing_key("K2JCJMDEHXQW5F", *std::move(key));
}

int sign(Options options) {
  const auto fail = [](const signing::Error& error) {
    std::fprintf(stderr, "signgate-bench sign: %s\n", error.message.c_str());
    return 1;
  };
  options.plan.duration =
      std::chrono::nanoseconds(static_cast<std::int64_t>(options.seconds * 1e9));
  options.plan.mode = options.mode == "memo" ? SignMode::memo : SignMode::cold;
  const auto key = make_key(options);
  if (!key) return fail(key.error());
  const auto result = run_sign(*key, options.plan);
  if (!result) return fail(result.error());
  if (options.json)
    print_json(options, *key, *result);
  else
    print_text(options, *key, *result);
  return 0;
}

}  // namespace

void add_sign(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand(
      "sign", "Sign links as the gateway does, beside OpenSSL's bare signatures in the same run");
  auto options = std::make_shared<Options>();
  options->plan.threads = std::max(1U, std::thread::hardware_concurrency());
  auto* key = command->add_option("--key", options->key_file, "a private key: file://F or F")
                  ->type_name("FILE");
  command->add_option("--type", options->type, "without --key: make a new key of this type")
      ->check(CLI::IsMember({"rsa2048", "ecdsa-p256"}))
      ->excludes(key)
      ->capture_default_str();
  command->add_option("--threads", options->plan.threads, "all sign with the one key")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--seconds", options->seconds, "how long, half of it for each side")
      ->check(CLI::Range(0.3, 86400.0))
      ->capture_default_str();
  command->add_option("--links", options->plan.links, "how many different links")
      ->check(CLI::Range(1, 10000000))
      ->capture_default_str();
  command
      ->add_option("--mode", options->mode,
                   "cold: each link is signed; memo: its signature is remembered")
      ->check(CLI::IsMember({"cold", "memo"}))
      ->capture_default_str();
  command->add_flag("--json", options->json, "one JSON object instead of text");
  command->footer(
      "The two sides take turns of 0.1 s, on all threads at once; each thread of the bare side has "
      "a key of its own.\n"
      "One link a thread is verified at the end. Exit status: 0 done, 1 failed, 2 wrong usage.\n\n"
      "Example:\n"
      "  signgate-bench sign --type ecdsa-p256 --threads 4 --seconds 10");
  command->callback([options, &exit_status] { exit_status = sign(*options); });
}

}  // namespace signgate::bench
