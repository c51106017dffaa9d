// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policy/pattern_flaw.hpp"
#include "policy/policy_variable.hpp"
#include "policy/request_context.hpp"

namespace signgate::policy {

/// PatternRules says how the text of a pattern is read.
struct PatternRules {
  bool wildcards =
      false;  // `*` is any run of characters, `?` exactly one; else both are themselves
  bool ignore_case = false;  // ASCII letters match in either case
  bool variables = false;    // `${...}` is a policy variable; else those are ordinary characters
};

/// TextPattern is a text to compare whole strings with, as IAM's string operators, actions and ARN
/// parts do. It is compiled once and then immutable: matching allocates nothing, takes at worst the
/// product of both lengths, and may be done from any thread. A character is a UTF-8 code point; a
/// byte that is not UTF-8 is a character of its own, and equal only to itself. Source: IAM User
/// Guide, "String condition operators" and "Policy variables" (special characters).
class TextPattern {
 public:
  /// compile reads `text`. The flaw, if any, is a `${...}` that is no policy variable.
  [[nodiscard]] static boost::system::result<TextPattern, PatternFlaw> compile(
      std::string_view text, const PatternRules& rules);

  /// matches says whether the whole of `text` is what the pattern describes, with the variables as
  /// `context` has them. A variable that resolves to nothing makes it match no text.
  [[nodiscard]] bool matches(std::string_view text, const RequestContext& context) const noexcept;

  /// matches is the same for a request without any context.
  [[nodiscard]] bool matches(std::string_view text) const noexcept;

  /// matches_everything says whether this is a lone `*`.
  [[nodiscard]] bool matches_everything() const noexcept;

  /// variables are those of the pattern, in order; `${*}`, `${?}` and `${$}` are none.
  [[nodiscard]] const std::vector<PolicyVariable>& variables() const noexcept { return variables_; }

 private:
  [[nodiscard]] bool starts(std::string_view text) const noexcept;
  [[nodiscard]] bool take(char32_t unit, std::string_view& rest,
                          const RequestContext& context) const noexcept;
  [[nodiscard]] bool matches_units(std::string_view rest,
                                   const RequestContext& context) const noexcept;

  std::string prefix_;           // what stands before the first unit, compared by bytes
  std::vector<char32_t> units_;  // characters, wildcards, and indices of variables
  std::vector<PolicyVariable> variables_;
  bool ignore_case_ = false;
};

}  // namespace signgate::policy
