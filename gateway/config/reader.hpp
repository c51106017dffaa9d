// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/config/diagnostic.hpp"
#include "gateway/config/include.hpp"
#include "gateway/config/table_reader.hpp"

namespace signgate::config {

/// Reading is what came of a configuration: the config only if there is no error, and everything
/// that was found, in the order of the file. Warnings may stand beside a config.
struct Reading {
  std::optional<Config> config;
  std::vector<Diagnostic> diagnostics;
};

/// read_toml reads a whole configuration in TOML (interface.md, section 3), to the end. `file` is
/// the name for messages, `folder` what relative paths are joined with; what `include` names comes
/// from `includes`. Opens no file otherwise, resolves no name. Whether key files exist and fit is
/// seen when they are loaded.
[[nodiscard]] Reading read_toml(std::string_view text, std::string file, std::string folder,
                                const IncludeFiles& includes);

/// The same where there are no files to be included.
[[nodiscard]] Reading read_toml(std::string_view text, std::string file, std::string folder);

/// read_file reads the configuration at `path`, whose name ends in ".toml", and what it includes;
/// its folder is the file's. A file that cannot be read, or is larger than limits::config_file, is
/// an error without a line.
[[nodiscard]] Reading read_file(const std::string& path);

/// known_keys are the keys that read_toml knows, by kind of table: "" (top level), "server",
/// "server.route", "upstream", "key", "media".
[[nodiscard]] KnownKeys known_keys();

}  // namespace signgate::config
