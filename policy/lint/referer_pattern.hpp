// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/lint/finding.hpp"

namespace signgate::policy::lint {

/// RefererRules says how a listed value of aws:Referer is compared, and what is known of pages.
struct RefererRules {
  bool wildcards = true;     // StringLike and its kin
  bool ignore_case = false;  // StringEqualsIgnoreCase and its kin
  bool with_path = false;    // browsers send the path too: same origin, or the site asks for it
};

/// RefererFlaw is what is wrong with one value.
struct RefererFlaw {
  Code code = 0;
  std::string message;
};

/// RefererPattern is a value of aws:Referer taken apart; views into the text.
struct RefererPattern {
  std::string_view scheme;     // before "://"; empty when there is none
  std::string_view authority;  // host and port
  std::string_view path;       // begins with '/'; empty when there is none
  std::string_view host;
  std::string_view port;  // after the last colon
};

/// take_apart splits at the first "://" and the slash behind it.
[[nodiscard]] RefererPattern take_apart(std::string_view text) noexcept;

/// referer_flaws says why no browser sends what the value describes, or why others send it too.
/// Any thread. Source: W3C Referrer Policy; WHATWG URL Standard (serialising an origin); IAM User
/// Guide, "String condition operators".
[[nodiscard]] std::vector<RefererFlaw> referer_flaws(std::string_view text,
                                                     const RefererRules& rules);

}  // namespace signgate::policy::lint
