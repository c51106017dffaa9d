// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "gateway/base/clock.hpp"

namespace signgate::config {

/// AccessLog is one destination of access_log: "PATH [FORMAT [buffer=SIZE] [flush=TIME]
/// [if=CONDITION]]".
struct AccessLog {
  std::string path = "logs/access.log";  // relative to the configuration's folder; "stderr" and
                                         // "stdout" are special
  std::string format = "combined";       // "combined", "json" or a name in Config::log_formats
  std::uint64_t buffer = 0;    // bytes gathered before they are written; 0 = a moment's lines
  Milliseconds flush{0};       // how long a line may lie in that buffer; 0 = until it is full
  std::string condition = {};  // a value with variables: "", "0" leave the line out; empty = none

  friend bool operator==(const AccessLog&, const AccessLog&) = default;
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
