// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/base/error.hpp"
#include "gateway/config/config.hpp"
#include "gateway/route/variables.hpp"

namespace spdlog {
class logger;
}

namespace signgate::proxy {

/// AccessLog writes one line a request to a file, stderr or stdout, in nginx's combined format or
/// as one JSON object. CloudFront signatures in addresses are blotted out. One object serves all
/// workers; write may be called from any.
class AccessLog {
 public:
  /// open creates the file, and its folder, if they are missing; relative paths are taken from
  /// `folder`. Fails with `resource`, whose detail names the path.
  [[nodiscard]] static Result<std::shared_ptr<AccessLog>> open(const config::AccessLog& settings,
                                                               const std::string& folder);
  ~AccessLog();

  void write(const route::VariableValues& values);

  /// flush hands what was written to the system; the worker calls it at least ten times a second
  /// while there is something.
  void flush();

 private:
  AccessLog(std::shared_ptr<spdlog::logger> logger, bool json);

  std::shared_ptr<spdlog::logger> logger_;
  bool json_;
  route::Template combined_;
};

/// append_json_line writes the JSON form of a log line, without a line end.
void append_json_line(const route::VariableValues& values, std::string& out);

}  // namespace signgate::proxy
