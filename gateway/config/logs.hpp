// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/base/clock.hpp"

namespace signgate::config {

/// AccessLog is one destination of access_log: "PATH [FORMAT [buffer=SIZE] [gzip=LEVEL]
/// [flush=TIME] [if=CONDITION]]".
struct AccessLog {
  std::string path = "logs/access.log";  // relative to the configuration's folder; "stderr" and
                                         // "stdout" are special; a "$" begins a variable
  std::string format = "combined";       // "combined", "json" or a name in Config::log_formats
  std::uint64_t buffer = 0;    // bytes gathered before they are written; 0 = a moment's lines
  std::uint32_t gzip = 0;      // level at which what is gathered is compressed; 0 = not at all
  Milliseconds flush{0};       // how long a line may lie in that buffer; 0 = until it is full
  std::string condition = {};  // a value with variables: "", "0" leave the line out; empty = none

  [[nodiscard]] bool has_variables() const noexcept { return path.find('$') != std::string::npos; }

  friend bool operator==(const AccessLog&, const AccessLog&) = default;
};

/// OpenLogFileCache is `open_log_file_cache`: which files of logs with variables in their path stay
/// open between two lines.
struct OpenLogFileCache {
  std::uint32_t max = 0;         // files of one log, the longest unused is closed; 0 = "off"
  Milliseconds inactive{10000};  // a file without a line for so long is closed
  std::uint32_t min_uses = 1;    // writes within `inactive` from which on it stays open
  Milliseconds valid{60000};     // after that it is opened anew by its path

  friend bool operator==(const OpenLogFileCache&, const OpenLogFileCache&) = default;
};

/// LogEscape says how values stand in a line (log_format's `escape`).
enum class LogEscape : std::uint8_t {
  normal,  // escape=default: `"`, `\`, controls and bytes above 126 as \xXX; "-" for nothing
  json,    // as in a JSON string
  none,
};

/// LogFormat is one `log_format`.
struct LogFormat {
  std::string name;
  std::string text;  // with variables
  LogEscape escape = LogEscape::normal;

  friend bool operator==(const LogFormat&, const LogFormat&) = default;
};

}  // namespace signgate::config
