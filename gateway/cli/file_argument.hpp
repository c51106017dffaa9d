// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "signing/error.hpp"

namespace signgate::cli {

/// read_file_argument is the content of the file that an option names: `file://F` as the AWS CLI
/// has it, or `F`. Anything that can be read will do, a pipe too. On failure, or beyond `limit`
/// bytes, the error names the file and the system's reason.
[[nodiscard]] signing::Result<std::string> read_file_argument(const std::string& argument,
                                                              std::size_t limit);

/// read_key_argument is the same for key files; an argument that is itself PEM text is the key, as
/// the AWS CLI has it.
[[nodiscard]] signing::Result<std::string> read_key_argument(const std::string& argument);

}  // namespace signgate::cli
