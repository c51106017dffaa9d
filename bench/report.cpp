// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

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

// At most one byte more than a file may have, which read_results complains about.
std::optional<std::string> read_all(const std::string& name) {
  std::FILE* file = name == "-" ? stdin : std::fopen(name.c_str(), "rb");
  if (file == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 65536> part;
  while (text.size() <= report::most_bytes_of_results) {
    const std::size_t got = std::fread(part.data(), 1, part.size(), file);
    text.append(part.data(), got);
    if (got < part.size()) break;
  }
  const int failure = std::ferror(file) != 0 ? errno : 0;
  if (file != stdin) std::fclose(file);
  errno = failure;
  if (failure != 0) return std::nullopt;
  return text;
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  return out.good();
}

// A reader never sees half a page, and a failure leaves the old one. What is no regular file, such
// as a pipe, is written to as it is.
bool replace_file(std::string path, const std::string& text) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    return write_file(path, text);
  // Where a link leads to, the page stands, not in place of the link.
  if (const auto target = std::filesystem::canonical(path, error); !error) path = target.string();
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
    std::error_code not_there;
    if (std::filesystem::equivalent(file, options.output, not_there))
      return fail(file + ": the page would take the place of these results");
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
