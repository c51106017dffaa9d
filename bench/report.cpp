// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>

#include "bench/commands.hpp"
#include "bench/report/page.hpp"
#include "bench/report/results.hpp"

namespace signgate::bench {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string output;
};

int fail(const std::string& what) {
  std::fprintf(stderr, "signgate-bench report: %s\n", what.c_str());
  return 1;
}

std::string reason() {
  return std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): one thread
}

std::optional<std::string> read_all(const std::string& file) {
  std::ostringstream text;
  if (file == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (errno != 0 || in.bad()) return std::nullopt;
  return text.str();
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  return out.good();
}

// A reader never sees half a page, and a failure leaves the old one. What is no regular file, such
// as a pipe, is written to as it is.
bool replace_file(const std::string& path, const std::string& text) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    return write_file(path, text);
  const std::string fresh = path + "." + std::to_string(::getpid()) + ".new";
  if (write_file(fresh, text) && std::rename(fresh.c_str(), path.c_str()) == 0) return true;
  const int failure = errno;
  std::remove(fresh.c_str());
  errno = failure;
  return false;
}

int draw(const Options& options) {
  std::vector<report::Results> all;
  for (const std::string& file : options.files) {
    const auto text = read_all(file);
    if (!text) return fail(file + ": cannot be read: " + reason());
    auto results = report::read_results(*text, file == "-" ? "standard input" : file);
    if (!results) {
      const auto& [position, message] = results.error();
      std::fprintf(stderr, "%s:%u:%u: error: %s\n", file.c_str(), position.line, position.column,
                   message.c_str());
      return 1;
    }
    all.push_back(*std::move(results));
  }
  const std::string page = report::report_page(all);
  if (options.output == "-") {
    std::fputs(page.c_str(), stdout);
    return std::fflush(stdout) == 0 ? 0 : fail("standard output: " + reason());
  }
  if (!replace_file(options.output, page))
    return fail(options.output + ": cannot be written: " + reason());
  return 0;
}

}  // namespace

void add_report(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand(
      "report", "Draw what sign and load have measured, as one HTML page that needs nothing else");
  auto options = std::make_shared<Options>();
  command
      ->add_option(
          "FILE", options->files,
          "what sign --json or load --json wrote, or bench/signers.sh; - is standard input")
      ->required();
  command->add_option("-o,--output", options->output, "the page; - is standard output")
      ->type_name("FILE")
      ->required();
  command->footer(
      "Exit status: 0 done, 1 failed, 2 wrong usage. A page that stands there already is replaced "
      "as a whole.\n\n"
      "Examples:\n"
      "  signgate-bench sign --mode all --type all --threads 1,2 --json > here.json\n"
      "  signgate-bench report here.json -o report.html\n"
      "  signgate-bench report before.json after.json -o change.html");
  command->callback([options, &exit_status] { exit_status = draw(*options); });
}

}  // namespace signgate::bench
