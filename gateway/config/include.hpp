// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/config/diagnostic.hpp"
#include "gateway/config/document.hpp"
#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// IncludeFiles is where included files come from: files_on_disk, or in tests what they say.
struct IncludeFiles {
  /// The files that fit a pattern with `*`, `?` or `[...]`, sorted; none is no flaw.
  std::function<Parsed<std::vector<std::string>>(const std::string& pattern)> find;
  std::function<Parsed<std::string>(const std::string& path)> load;
};

/// files_on_disk finds and reads those of the system: glob(7), and load_text.
[[nodiscard]] IncludeFiles files_on_disk();

/// follow_includes adds to a document, to its [[server]]s and to their routes what the files hold
/// that the key `include` of each names, and these in turn: lists grow behind what is there, tables
/// such as [upstream] get further names, other keys are added where there are none. A name or a
/// single value that stands twice is an error that names both places; so is a file that includes
/// itself, more than limits::include_depth within each other, limits::included_files or
/// limits::included_bytes in all. Paths begin at `folder`, the configuration's. Gives the names of
/// the files, in the order of their numbers (Place::file). Source: nginx, `include`.
[[nodiscard]] std::vector<std::string> follow_includes(Value& root, const std::string& folder,
                                                       const IncludeFiles& files,
                                                       Diagnostics& diagnostics);

}  // namespace signgate::config
