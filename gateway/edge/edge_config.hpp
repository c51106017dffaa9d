// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/parsed.hpp"
#include "gateway/config/table_reader.hpp"
#include "gateway/edge/edge_setup.hpp"
#include "gateway/edge/store_config.hpp"

/// The edge's TOML configuration (interface.md, section 4).
namespace signgate::edge {

/// FileName is a file that the configuration names: its path, joined with the configuration's
/// folder, and where it is named.
struct FileName {
  std::string path;
  config::Place place;
};

/// KeyFile is one entry of a behaviour's trusted_keys.
struct KeyFile {
  std::string key_pair_id;
  FileName file;
};

/// EdgeFile is a configuration as read: the setup without what stands in other files, and their
/// names.
struct EdgeFile {
  EdgeSetup setup;
  std::vector<std::vector<KeyFile>> trusted_keys;  // for each of setup's behaviours
  std::vector<KeyFile> default_keys;               // and its default behaviour
  FileName policy;
  FileName root;
  std::optional<StoreReading> store;  // then there is neither policy nor root
};

/// EdgeReading is what came of a configuration's text: a file only if there is no error, and all
/// findings.
struct EdgeReading {
  std::optional<EdgeFile> file;
  std::vector<config::Diagnostic> diagnostics;
};

/// read_edge reads a configuration to its end. `file` is its name for messages, `folder` what
/// relative paths are joined with. Pure: opens nothing. `known`, when given, records the legal
/// keys.
[[nodiscard]] EdgeReading read_edge(std::string_view text, std::string file,
                                    const std::string& folder, config::KnownKeys* known = nullptr);

/// parse_clock_offset reads what is added to the clock: a duration (config::parse_duration) that
/// may have a sign, such as "-30m".
[[nodiscard]] config::Parsed<Milliseconds> parse_clock_offset(std::string_view text);

/// EdgeLoading is an edge ready to open, only if nothing is an error, and all findings. Those about
/// the bucket policy have places in its own file.
struct EdgeLoading {
  std::optional<EdgeSetup> setup;
  std::vector<config::Diagnostic> diagnostics;
};

/// load_edge reads the configuration at `path`, its public keys and its bucket policy, and sees
/// whether the bucket's folder is there; or the credentials of a real store, also from the
/// environment.
[[nodiscard]] EdgeLoading load_edge(const std::string& path);

}  // namespace signgate::edge
