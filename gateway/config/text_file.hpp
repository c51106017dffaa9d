// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "gateway/base/limits.hpp"
#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// load_text reads a regular file of at most `limit` bytes. The flaw is the system's reason, as it
/// follows the name of the file and a colon.
[[nodiscard]] Parsed<std::string> load_text(const std::string& path,
                                            std::size_t limit = limits::config_file);

/// folder_of is the path of the folder that `path` stands in, empty for the current one.
[[nodiscard]] std::string folder_of(const std::string& path);

/// join_path is `path` itself when absolute (a leading "file://" is taken off), and otherwise below
/// `folder`.
[[nodiscard]] std::string join_path(const std::string& folder, const std::string& path);

}  // namespace signgate::config
