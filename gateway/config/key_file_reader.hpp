// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>
#include <optional>
#include <string>

#include "gateway/config/parsed.hpp"
#include "signing/key_memory.hpp"

namespace signgate::config {

/// KeyFile is what a key file holds, in the key memory, and its mode.
struct KeyFile {
  signing::SecretText text;
  mode_t mode = 0;
  bool regular = true;  // not a pipe or a device, whose mode says nothing
};

/// KeySource says what may be read.
enum class KeySource : unsigned char {
  regular_file,  // a pipe in its place would hold up whoever reads a configuration
  anything,      // what a command's option names, a pipe too
};

/// read_key_file reads a key file into the key memory, limits::key_file at most; nothing of it
/// passes through a buffer that stays. The flaw is the system's reason, or what is wrong with it;
/// it names no path, as an option may hold the key itself by mistake. Blocks; any thread.
[[nodiscard]] Parsed<KeyFile> read_key_file(const std::string& path, KeySource source);

/// key_mode_warning is a line for the operator when others may use a key file of that mode.
[[nodiscard]] std::optional<std::string> key_mode_warning(const std::string& name,
                                                          const KeyFile& file);

}  // namespace signgate::config
