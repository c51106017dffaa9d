// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/proxy/log_file.hpp"
#include "gateway/proxy/log_set.hpp"
#include "gateway/route/log_rule.hpp"

namespace signgate::proxy {

/// AccessLog writes a line for each request that its rule wants, in the format of the rule or as
/// signgate's own JSON object. What opens private media or proves who asks is masked
/// (route/log_guard.hpp). One object serves all workers; its members may be called from any.
class AccessLog {
 public:
  /// open opens the rule's file by way of `files`; relative paths are taken from `folder`. Fails as
  /// LogFiles::open does.
  [[nodiscard]] static Result<std::shared_ptr<AccessLog>> open(const route::LogRule& rule,
                                                               const std::string& folder,
                                                               LogFiles& files);

  /// AccessLog writes by that rule to a file that is open, or to many (the other is null).
  AccessLog(route::LogRule rule, std::shared_ptr<LogFile> file, std::shared_ptr<LogSet> set);

  void write(const route::VariableValues& values);

  /// tick and flush are LogFile's and LogSet's.
  [[nodiscard]] bool tick(SteadyTime now) { return set_ ? set_->tick(now) : file_->tick(now); }
  void flush() { set_ ? set_->flush() : file_->flush(); }

 private:
  const route::LogRule rule_;
  const std::shared_ptr<LogFile> file_;
  const std::shared_ptr<LogSet> set_;
};

/// append_json_line writes the JSON form of a log line, without a line end.
void append_json_line(const route::VariableValues& values, std::string& out);

}  // namespace signgate::proxy
