// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "policy/lint/codes.hpp"

namespace signgate::cli {

/// LintOptions says how `policy lint` reports, and what fails.
struct LintOptions {
  bool json = false;    // a list on `out` in place of texts
  bool colour = false;  // ANSI colours in the texts
  policy::lint::Severity fail_on = policy::lint::Severity::warning;
};

/// lint_files looks at policies, distributions and the gateway's configuration together. A path
/// that ends in ".toml" is a configuration, any other a JSON document whose kind its content tells.
/// Findings go to `err` as FILE:LINE:COL: error[CODE]: TEXT with the source line, a caret, why it
/// bites and how to mend it, and a summary to `out`; with `json` the findings go to `out` as a list
/// of {code, severity, file, line, column, message, why, mend}. A file that cannot be read is told
/// on `err`. The answer is the exit status: 0, or 1 when there is a finding at or above `fail_on`
/// or a file could not be read.
[[nodiscard]] int lint_files(const std::vector<std::string>& paths, const LintOptions& options,
                             std::ostream& out, std::ostream& err);

/// print_codes writes all codes, or with `only` that one, as texts or as a JSON list. False when
/// there is no such code.
[[nodiscard]] bool print_codes(const std::string& only, bool json, std::ostream& out);

}  // namespace signgate::cli
