// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <ctime>
#include <memory>

#include "bench/commands.hpp"
#include "bench/load_run.hpp"
#include "bench/machine.hpp"
#include "bench/percentiles.hpp"
#include "policy/json_writer.hpp"

namespace signgate::bench {
namespace {

struct Options {
  std::string url;
  LoadPlan plan;
  double seconds = 10;
  double timeout = 10;
  std::vector<std::string> headers;
  bool json = false;
};

double seconds_of(const LoadResult& result) {
  return std::max(std::chrono::duration<double>(result.elapsed).count(), 1e-9);
}

void print_text(const Options& options, const LoadResult& result) {
  const double seconds = seconds_of(result);
  std::printf("%s: %u connections on %u threads, %.2f s, closed loop\n", options.url.c_str(),
              options.plan.connections, std::min(options.plan.threads, options.plan.connections),
              seconds);
  std::printf("  answers     %llu, %.1f a second, %.3f MB a second\n",
              static_cast<unsigned long long>(result.answers()),
              static_cast<double>(result.answers()) / seconds,
              static_cast<double>(result.bytes) / seconds / 1e6);
  std::printf("  status     ");
  for (const auto& [status, count] : result.statuses) {
    std::printf(" %u: %llu", status, static_cast<unsigned long long>(count));
  }
  std::printf("%s\n  errors      %llu", result.statuses.empty() ? " none" : "",
              static_cast<unsigned long long>(result.error_sum()));
  for (std::size_t i = 0; i < load_error_count; ++i) {
    if (result.errors[i] == 0) continue;
    std::printf(", %s: %llu", load_error_name(static_cast<LoadError>(i)).data(),
                static_cast<unsigned long long>(result.errors[i]));
  }
  std::printf("\n  latency    ");
  for (const auto& [name, share] : text_percentiles) {
    std::printf(" %s %.3f ms", name, static_cast<double>(result.latency.quantile(share)) / 1e6);
  }
  std::printf("\n");
}

void print_json(const Options& options, const LoadResult& result) {
  const double seconds = seconds_of(result);
  const auto rate = [seconds](std::uint64_t count) {
    return static_cast<std::int64_t>(static_cast<double>(count) / seconds + 0.5);
  };
  const auto integer = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  std::string text;
  policy::JsonWriter json(text, 2);
  json.object([&] {
    json.name("tool").string("signgate-bench load");
    json.name("schema").integer(1);
    json.name("version").string(SIGNGATE_VERSION);
    json.name("date").string(date_text(std::time(nullptr)));
    json.name("url").string(options.url);
    json.name("connections").integer(options.plan.connections);
    json.name("threads").integer(std::min(options.plan.threads, options.plan.connections));
    json.name("elapsed_ms")
        .integer(std::chrono::duration_cast<Milliseconds>(result.elapsed).count());
    json.name("answers").integer(integer(result.answers()));
    json.name("answers_per_second").integer(rate(result.answers()));
    json.name("bytes").integer(integer(result.bytes));
    json.name("bytes_per_second").integer(rate(result.bytes));
    json.name("status").object([&] {
      for (const auto& [status, count] : result.statuses)
        json.name(std::to_string(status)).integer(integer(count));
    });
    json.name("errors").object([&] {
      for (std::size_t i = 0; i < load_error_count; ++i) {
        json.name(load_error_name(static_cast<LoadError>(i))).integer(integer(result.errors[i]));
      }
    });
    write_latency(json.name("latency_ns"), result.latency);
  });
  std::printf("%s\n", text.c_str());
}

int load(Options options) {
  const auto target = make_load_target(options.url, options.headers);
  if (const auto* complaint = std::get_if<std::string>(&target)) {
    std::fprintf(stderr, "signgate-bench load: %s\n", complaint->c_str());
    return 2;
  }
  options.plan.duration = Milliseconds(static_cast<std::int64_t>(options.seconds * 1000));
  options.plan.timeout = Milliseconds(static_cast<std::int64_t>(options.timeout * 1000));
  const auto result = run_load(std::get<LoadTarget>(target), options.plan);
  if (result.has_error()) {
    std::fprintf(stderr, "signgate-bench load: %s\n", result.error().detail.c_str());
    return 1;
  }
  if (options.json)
    print_json(options, *result);
  else
    print_text(options, *result);
  if (result->error_sum() == 0 && result->answers() > 0) return 0;
  std::fprintf(stderr, "signgate-bench load: %llu exchanges failed, %llu were answered\n",
               static_cast<unsigned long long>(result->error_sum()),
               static_cast<unsigned long long>(result->answers()));
  return 1;
}

}  // namespace

void add_load(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("load",
                                     "Ask for one URL over kept-alive connections, each request "
                                     "after the answer to the last, and count");
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
      ->add_option("--timeout", options->timeout, "seconds for one connect, and for one exchange")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();
  command
      ->add_option("--header", options->headers, "'Name: value' to send as well; may be repeated")
      ->allow_extra_args(false);
  command->add_flag("--json", options->json, "one JSON object instead of text");
  command->footer(
      "Exit status 0: every exchange was answered, with whatever status; 1: some failed, or none "
      "was answered;\n"
      "2: wrong usage. Percentiles are those of a closed loop: while the server stalls, less is "
      "asked.\n\n"
      "Example:\n"
      "  signgate-bench load http://127.0.0.1:8080/ --connections 64 --seconds 10 --header "
      "'Accept-Encoding: gzip'");
  command->callback([options, &exit_status] { exit_status = load(*options); });
}

}  // namespace signgate::bench
