// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string>

namespace signgate::cli {

/// CheckOptions says how `check` reports.
struct CheckOptions {
  bool json = false;    // a list on `out` in place of texts
  bool colour = false;  // ANSI colours in the texts
};

/// check_configuration reads the configuration at `path` and the private keys that it names.
/// Findings go to `err` as FILE:LINE:COL: error: TEXT with the source line and a caret,
/// `configuration FILE is ok` to `out`; with `json` the findings go to `out` as a list of {file,
/// line, column, severity, message}. The answer is the exit status: 0, or 1 when there is an
/// error. Warnings alone are 0.
[[nodiscard]] int check_configuration(const std::string& path, const CheckOptions& options,
                                      std::ostream& out, std::ostream& err);

}  // namespace signgate::cli
