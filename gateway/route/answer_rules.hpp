// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/clock.hpp"
#include "gateway/config/answers.hpp"
#include "gateway/http/header_id.hpp"
#include "gateway/route/compression_rule.hpp"
#include "gateway/route/expires_rule.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::route {

/// AddedHeader is a compiled `add_header` or `add_trailer`.
struct AddedHeader {
  std::string name;
  http::HeaderId id;
  Template value;
  bool always;
};

/// AnswerRules are the settings of answers of a server or route, compiled. Immutable; any thread.
struct AnswerRules {
  std::vector<AddedHeader> headers;
  std::vector<AddedHeader> trailers;
  config::Expires expires;
  Template expires_value;  // not empty: `expires` has variables
  std::optional<CompressionRule> compression;
};

/// make_answer_rules compiles settings; null when they are the defaults, which change nothing.
[[nodiscard]] std::shared_ptr<const AnswerRules> make_answer_rules(const config::Answers& settings);

/// takes_headers says whether answers of that status get the headers of `expires` and of an
/// `add_header` or `add_trailer` without "always": 200, 201, 204, 206, 301 to 304, 307 and 308.
/// Source: nginx, ngx_http_headers_module.
[[nodiscard]] bool takes_headers(int status) noexcept;

/// expires_for is what `expires` gives one answer; nothing for "off" and for a variable whose value
/// is no time.
[[nodiscard]] std::optional<ExpiresFields> expires_for(const AnswerRules& rules,
                                                       const VariableValues& values,
                                                       UnixSeconds now,
                                                       std::optional<UnixSeconds> last_modified);

}  // namespace signgate::route
