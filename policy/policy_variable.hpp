// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "policy/pattern_flaw.hpp"
#include "policy/request_context.hpp"

/// Policy variables, which only documents of Version 2012-10-17 have.
/// Source throughout: IAM User Guide, "IAM policy elements: Variables and tags".
namespace signgate::policy {

/// PolicyVariable is `${KEY}` or `${KEY, 'DEFAULT'}`: the value that a request has for a key.
struct PolicyVariable {
  std::string key;                      // as written; compared in either case
  std::optional<std::string> fallback;  // stands in when the request has no such key

  /// resolve is what the variable stands for: the key's value where it is the only one, else the
  /// default where the key is missing. Nothing in all other cases: a text with such a variable
  /// equals no text. Wildcards in the value are ordinary characters. The view lives as long as both
  /// objects are left alone. Any thread.
  [[nodiscard]] std::optional<std::string_view> resolve(
      const RequestContext& context) const noexcept;
};

/// VariableText is the `${...}` that a text begins with.
struct VariableText {
  /// meaning is a character for `${*}`, `${?}` and `${$}`.
  std::variant<char, PolicyVariable> meaning;
  std::size_t length = 0;  // in bytes, with the braces
};

/// variable_length is how many bytes of `text`, which begins with `${`, belong to the variable: a
/// `}` within the quotes of a default does not end it. Nothing when it is not closed. Any thread.
[[nodiscard]] std::optional<std::size_t> variable_length(std::string_view text) noexcept;

/// read_variable reads the variable that `text`, which begins with `${`, has at its front. A name
/// that is no condition key and a default that is not in single quotes are flaws. Any thread.
[[nodiscard]] boost::system::result<VariableText, PatternFlaw> read_variable(std::string_view text);

/// is_condition_key says whether `key` has the form SERVICE:NAME, such as "aws:Referer" or
/// "s3:RequestObjectTag/KEY". Any thread.
[[nodiscard]] bool is_condition_key(std::string_view key) noexcept;

}  // namespace signgate::policy
