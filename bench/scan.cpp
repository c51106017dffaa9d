// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "bench/commands.hpp"
#include "bench/list_option.hpp"
#include "bench/scan_options.hpp"
#include "bench/scan_output.hpp"
#include "bench/scan_page.hpp"
#include "signing/private_key.hpp"

namespace signgate::bench {
namespace {

struct Options {
  std::string types = "all";
  std::string codings = "all";
  std::string file;
  std::size_t links = 20;
  std::size_t size = 64;  // KiB
  double seconds = 0.2;
  TurnPlan plan;
  bool json = false;
  bool print_page = false;
};

Error wrong(std::string what) {
  return {ErrorCode::resource, Side::own, Retry::no, std::move(what)};
}

Result<std::string> read_document(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file || text.empty()) return wrong("cannot read " + path + ", or it is empty");
  return text;
}

// What is scanned: of each type a document without links to media and one with some, or the file.
Result<std::vector<ScanSubject>> make_subjects(const Options& options) {
  std::vector<ScanSubject> subjects;
  const auto formats = std::get<0>(parse_scan_types(options.types));
  if (!options.file.empty()) {
    auto text = read_document(options.file);
    if (!text) return text.error();
    for (const rewrite::Format format : formats)
      subjects.emplace_back(format, *text);
    return subjects;
  }
  for (const rewrite::Format format : formats) {
    subjects.emplace_back(format, scan_page(format, options.size * limits::kib, 0));
    if (options.links > 0)
      subjects.emplace_back(format, scan_page(format, options.size * limits::kib, options.links));
  }
  return subjects;
}

// The page whose codings are measured: a file may be of one type alone, else it is HTML.
Result<ScanSubject> make_coded_page(const Options& options) {
  using rewrite::Format;
  if (options.file.empty())
    return ScanSubject(Format::html,
                       scan_page(Format::html, options.size * limits::kib, options.links));
  auto text = read_document(options.file);
  if (!text) return text.error();
  return ScanSubject(std::get<0>(parse_scan_types(options.types)).front(), *std::move(text));
}

Result<std::vector<RecodeRun>> measure_codings(const Options& options) {
  std::vector<RecodeRun> runs;
  const auto codings = std::get<0>(parse_scan_codings(options.codings));
  if (codings.empty()) return runs;
  auto key = signing::PrivateKey::generate(signing::KeyType::rsa2048);
  if (!key) return wrong(key.error().message);
  auto ready = signing::make_signing_key("K2JCJMDEHXQW5F", *std::move(key));
  if (!ready) return wrong(ready.error().message);
  PageSigner signer(*std::move(ready));
  const auto page = make_coded_page(options);
  if (!page) return page.error();
  for (const codec::Coding coding : codings) {
    auto run = run_recode(*page, coding, signer, options.plan);
    if (!run) return run.error();
    runs.push_back(*std::move(run));
  }
  return runs;
}

int print_page(const Options& options) {
  const auto formats = std::get<0>(parse_scan_types(options.types));
  for (const rewrite::Format format : formats)
    std::fputs(scan_page(format, options.size * limits::kib, options.links).c_str(), stdout);
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? 0 : 1;
}

int scan(Options options) {
  if (options.print_page) return print_page(options);
  const auto fail = [](const Error& error) {
    std::fprintf(stderr, "signgate-bench scan: %s\n", error.detail.c_str());
    return 1;
  };
  options.plan.side = std::chrono::nanoseconds(static_cast<std::int64_t>(options.seconds * 1e9));
  ScanSession session{.version = SIGNGATE_VERSION,
                      .date = date_text(std::time(nullptr)),
                      .machine = machine_facts(),
                      .plan = options.plan,
                      .scans = {},
                      .codings = {}};
  const auto subjects = make_subjects(options);
  if (!subjects) return fail(subjects.error());
  auto scans = run_scans(*subjects, options.plan);
  if (!scans) return fail(scans.error());
  session.scans = *std::move(scans);
  auto codings = measure_codings(options);
  if (!codings) return fail(codings.error());
  session.codings = *std::move(codings);
  std::fputs((options.json ? scan_json(session) : scan_text(session)).c_str(), stdout);
  if (session.machine.build != "optimised") {
    std::fprintf(stderr, "signgate-bench scan: this build is %s: its figures say nothing\n",
                 session.machine.build.c_str());
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

constexpr const char* footer =
    "First the scanners alone: documents of each type, one without links to private media and one "
    "with --links of\n"
    "them, are fed as the gateway feeds them; links are found and matched, and nothing is signed. "
    "The columns `links`\n"
    "and `matched` say how many links of any kind were looked at, and how many are private media.\n"
    "Then the codings: what a page with --links costs to be decoded and encoded again, and what "
    "with its links signed,\n"
    "their signatures known. What is measured takes turns of 20 ms, by the thread's CPU time. "
    "conf/doc/benchmarks.md\n"
    "explains the figures. Exit status: 0 done, 1 failed, 2 wrong usage.\n\n"
    "Examples:\n"
    "  signgate-bench scan\n"
    "  signgate-bench scan --type html,json --links 200 --size 128 --coding none --json\n"
    "  signgate-bench scan --type html --file page.html --coding gzip";

}  // namespace

void add_scan(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand(
      "scan", "Scan documents for links, and decode, rewrite and encode a page, on one core");
  auto options = std::make_shared<Options>();
  command->add_option("--type", options->types, "html, css, json, xml, m3u8, mpd, all, or none")
      ->check(reads(parse_scan_types))
      ->type_name("LIST")
      ->capture_default_str();
  command
      ->add_option("--coding", options->codings,
                   "gzip, deflate, br, zstd; all: gzip, br and zstd; or none")
      ->check(reads(parse_scan_codings))
      ->type_name("LIST")
      ->capture_default_str();
  auto* file = command
                   ->add_option("--file", options->file,
                                "a document instead of the built-in ones, of one --type")
                   ->type_name("FILE");
  auto* links = command
                    ->add_option("--links", options->links,
                                 "to private media, on the documents that have some")
                    ->check(CLI::Range(0, 100000))
                    ->capture_default_str();
  auto* size = command->add_option("--size", options->size, "of the built-in documents, in KiB")
                   ->check(CLI::Range(1, 65536))
                   ->capture_default_str();
  command->add_option("--seconds", options->seconds, "of a round, for each document, or each part")
      ->check(CLI::Range(0.001, 86400.0))
      ->capture_default_str();
  command->add_option("--rounds", options->plan.rounds, "that count, after one to warm up")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  auto* json = command->add_flag("--json", options->json, "one JSON object instead of tables");
  file->excludes(links)->excludes(size);
  command
      ->add_flag("--print-page", options->print_page,
                 "print the documents with links, and measure nothing")
      ->excludes(json)
      ->excludes(file);
  command->footer(footer);
  command->callback([options, &exit_status] {
    if (!options->file.empty() && std::get<0>(parse_scan_types(options->types)).size() != 1)
      throw CLI::ValidationError("--file", "needs one --type");
    exit_status = scan(*options);
  });
}

}  // namespace signgate::bench
