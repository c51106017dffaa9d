// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/policy/policy_lint.hpp"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "gateway/cli/policy/policy_commands.hpp"
#include "gateway/cli/policy/site_facts.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/reader.hpp"
#include "gateway/config/text_file.hpp"
#include "gateway/route/cookie_check.hpp"
#include "policy/json_writer.hpp"
#include "policy/lint/lint.hpp"
#include "signing/public_key.hpp"

namespace signgate::cli {
namespace {

using policy::lint::code;
using policy::lint::CodeEntry;
using policy::lint::Finding;
using policy::lint::Findings;
using policy::lint::LintInput;
using policy::lint::Severity;
using policy::lint::Spot;

std::optional<std::string> key_flaw(std::string_view pem) {
  const auto key = signing::PublicKey::parse(pem);
  if (key) return std::nullopt;
  return key.error().message;
}

/// Reading gathers the files, and gives each of them a number.
class Reading {
 public:
  explicit Reading(std::ostream& err) : err_(err) { input_.key_flaw = key_flaw; }

  void add(const std::string& path) {
    if (path.ends_with(".toml")) return add_configuration(path);
    const auto text = config::load_text(path, policy::lint::max_document);
    if (!text) return fail(path, text.error().message);
    const std::uint32_t file = add_source(path, *text);
    policy::lint::read_document(*text, file, input_.documents, findings_);
  }

  /// What is wrong, in the order of the files as they were given, and of their lines.
  Findings finish() {
    Findings more = policy::lint::check_documents(input_);
    findings_.insert(findings_.end(), std::make_move_iterator(more.begin()),
                     std::make_move_iterator(more.end()));
    std::ranges::stable_sort(findings_, {}, &Finding::spot);
    return std::move(findings_);
  }

  [[nodiscard]] bool failed() const noexcept { return failed_; }

  [[nodiscard]] config::Diagnostic describe(const Finding& finding) const {
    const Severity severity = finding.entry().severity;
    config::Diagnostic shown =
        sources_.at(finding.spot.file)
            .describe({finding.spot.line, finding.spot.column},
                      severity == Severity::error     ? config::Severity::error
                      : severity == Severity::warning ? config::Severity::warning
                                                      : config::Severity::note,
                      finding.message);
    shown.code = finding.entry().code;
    return shown;
  }

 private:
  void fail(const std::string& path, const std::string& reason) {
    failed_ = true;
    err_ << "signgate: " << config::printable(path) << ": " << reason << '\n';
  }

  std::uint32_t add_source(const std::string& name, std::string text) {
    sources_.emplace_back(name, std::move(text));
    return static_cast<std::uint32_t>(sources_.size() - 1);
  }

  /// The file of that name, which a configuration may include.
  std::uint32_t source_of(const std::string& name) {
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (sources_[i].file() == name) return static_cast<std::uint32_t>(i);
    }
    const auto text = config::load_text(name);
    return add_source(name, text ? *text : std::string{});
  }

  void add_configuration(const std::string& path) {
    // Otherwise only the reason is a finding, without a line.
    if (const auto text = config::load_text(path); !text) return fail(path, text.error().message);
    const config::Reading reading = config::read_file(path);
    for (const config::Diagnostic& one : reading.diagnostics) {
      if (one.severity != config::Severity::error) continue;
      findings_.push_back({code("config-invalid"),
                           {source_of(one.file), one.place.line, one.place.column},
                           one.message});
    }
    if (!reading.config) return;
    const auto file = static_cast<std::uint32_t>(sources_.size());
    for (std::size_t i = 0; i <= reading.config->included.size(); ++i) {
      const std::string& name = i == 0 ? path : reading.config->included[i - 1];
      const auto text = config::load_text(name);
      add_source(name, text ? *text : std::string{});
    }
    input_.sites.push_back(site_facts(*reading.config, file));
    for (route::CookieFinding& one : route::check_cookies(*reading.config)) {
      findings_.push_back(
          {one.severity == config::Severity::error ? code("cookie-domain") : code("cookie-doubt"),
           spot_of(one.place, file), std::move(one.message)});
    }
  }

  std::ostream& err_;
  LintInput input_;
  Findings findings_;
  std::deque<config::Diagnostics> sources_;  // by the files' numbers
  bool failed_ = false;
};

void write_entry(policy::JsonWriter& json, const CodeEntry& entry) {
  json.name("code").string(entry.code);
  json.name("severity").string(policy::lint::severity_name(entry.severity));
}

void write_advice(policy::JsonWriter& json, const CodeEntry& entry) {
  json.name("why").string(entry.why);
  json.name("mend").string(entry.mend);
}

void write_json(const Reading& reading, const Findings& findings, std::ostream& out) {
  std::string text;
  policy::JsonWriter json{text, 2};
  json.array([&] {
    for (const Finding& finding : findings) {
      const config::Diagnostic shown = reading.describe(finding);
      json.object([&] {
        write_entry(json, finding.entry());
        json.name("file").string(config::printable(shown.file));
        json.name("line").integer(shown.place.line);
        json.name("column").integer(shown.place.column);
        json.name("message").string(shown.message);
        write_advice(json, finding.entry());
      });
    }
  });
  out << text << '\n';
}

void write_text(const Reading& reading, const Findings& findings, bool colour, std::ostream& err) {
  for (const Finding& finding : findings) {
    err << render(reading.describe(finding), colour) << '\n'
        << "  why:  " << finding.entry().why << '\n'
        << "  mend: " << finding.entry().mend << '\n';
  }
}

void write_summary(std::size_t files, const Findings& findings, std::ostream& out) {
  std::map<Severity, std::size_t> counts;
  for (const Finding& finding : findings)
    ++counts[finding.entry().severity];
  out << files << (files == 1 ? " file: " : " files: ");
  if (findings.empty()) out << "nothing to say";
  bool first = true;
  for (const auto& [severity, count] : counts) {
    out << (first ? "" : ", ") << count << ' ' << policy::lint::severity_name(severity)
        << (count == 1 ? "" : "s");
    first = false;
  }
  out << '\n';
}

}  // namespace

int lint_files(const std::vector<std::string>& paths, const LintOptions& options, std::ostream& out,
               std::ostream& err) {
  Reading reading(err);
  for (const std::string& path : paths)
    reading.add(path);
  const Findings findings = reading.finish();
  if (options.json) {
    write_json(reading, findings, out);
  } else {
    write_text(reading, findings, options.colour, err);
    write_summary(paths.size(), findings, out);
  }
  out.flush();
  const bool found = std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.entry().severity <= options.fail_on;
  });
  return found || reading.failed() ? 1 : 0;
}

bool print_codes(const std::string& only, bool json, std::ostream& out) {
  if (!only.empty() && policy::lint::find_code(only) == nullptr) return false;
  std::string text;
  policy::JsonWriter writer{text, 2};
  const auto each = [&](const auto& write) {
    for (const CodeEntry& entry : policy::lint::codes) {
      if (only.empty() || entry.code == only) write(entry);
    }
  };
  if (json) {
    writer.array([&] {
      each([&](const CodeEntry& entry) {
        writer.object([&] {
          write_entry(writer, entry);
          writer.name("what").string(entry.what);
          write_advice(writer, entry);
        });
      });
    });
    out << text << '\n';
    return true;
  }
  each([&](const CodeEntry& entry) {
    out << entry.code << " (" << policy::lint::severity_name(entry.severity) << "): " << entry.what
        << '\n'
        << "  why:  " << entry.why << '\n'
        << "  mend: " << entry.mend << '\n';
  });
  return true;
}

void add_policy_lint(CLI::App& app, int& exit_status) {
  struct Arguments {
    std::vector<std::string> paths;
    LintOptions options;
    std::string fail_on = "warning";
    bool codes = false;
    std::string explain;
  };
  const auto arguments = std::make_shared<Arguments>();
  auto* command = app.add_subcommand(
      "lint", "find what is wrong with policies, distributions and the gateway's configuration");
  auto* files =
      command
          ->add_option("FILE", arguments->paths,
                       "bucket policies, signed policies, JSON of `aws cloudfront create-*` and "
                       "`get-*`, Block Public Access; *.toml is the gateway's configuration")
          ->type_name("FILE");
  command->add_flag("--json", arguments->options.json,
                    "print a list of {code, severity, file, line, column, message, why, mend}");
  command
      ->add_option("--fail-on", arguments->fail_on,
                   "the least severity with which the exit status is 1: error, warning (the "
                   "default) or note")
      ->check(CLI::IsMember({"error", "warning", "note"}))
      ->type_name("SEVERITY");
  auto* codes = command->add_flag("--codes", arguments->codes, "print all codes and what they mean")
                    ->excludes(files);
  command->add_option("--explain", arguments->explain, "print what one code means")
      ->type_name("CODE")
      ->excludes(files)
      ->excludes(codes);
  command->footer(
      "Give all files of one chain together: checks that need two of them are made when both are "
      "there.\n"
      "Exit status: 0 when there is no finding at or above --fail-on, 1 when there is one or a "
      "file\n"
      "cannot be read, 2 for wrong usage. The codes: conf/doc/policy-lint.md.\n"
      "\n"
      "Example:\n"
      "  aws s3api get-bucket-policy --bucket B --query Policy --output text > policy.json\n"
      "  aws cloudfront get-distribution --id E2EXAMPLE > distribution.json\n"
      "  signgate policy lint policy.json distribution.json conf/signgate.toml");
  command->callback([arguments, &exit_status] {
    const bool tells_codes = arguments->codes || !arguments->explain.empty();
    if (!tells_codes && arguments->paths.empty())
      throw CLI::RequiredError("FILE, --codes or --explain");
    if (!tells_codes) {
      arguments->options.colour = ::isatty(STDERR_FILENO) == 1;
      arguments->options.fail_on = arguments->fail_on == "error"  ? Severity::error
                                   : arguments->fail_on == "note" ? Severity::note
                                                                  : Severity::warning;
      exit_status = lint_files(arguments->paths, arguments->options, std::cout, std::cerr);
    } else if (!print_codes(arguments->explain, arguments->options.json, std::cout)) {
      throw CLI::ValidationError("--explain",
                                 "no code is named " + config::in_quotes(arguments->explain) +
                                     "; `signgate policy lint --codes` lists them all");
    }
  });
}

}  // namespace signgate::cli
