// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::cli::demo {

/// site_file is the text of a file of conf/demo, built into the program. Asking for a name that is
/// not there is a bug and ends the process.
[[nodiscard]] std::string_view site_file(std::string_view name);

}  // namespace signgate::cli::demo
