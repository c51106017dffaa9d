// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "policy/text_pattern.hpp"

namespace signgate::policy {

/// ArnPattern matches ARNs part by part: arn, partition, service, Region, account, resource. A
/// wildcard stays within its part; the resource part is all that follows the fifth colon, so there
/// `*` also spans `/` and `:`. So does a variable's value. Case-sensitive. A lone `*` matches every
/// text. Immutable; any thread. Source: IAM User Guide, "Amazon Resource Name (ARN) condition
/// operators"; "IAM JSON policy elements: Resource".
class ArnPattern {
 public:
  /// compile reads `text`; `variables` as in PatternRules. A text of fewer than six parts is a
  /// flaw.
  [[nodiscard]] static boost::system::result<ArnPattern, PatternFlaw> compile(std::string_view text,
                                                                              bool variables);

  /// matches says whether `arn` is one of those that the pattern describes, with the variables as
  /// `context` has them; false when it has fewer than six parts.
  [[nodiscard]] bool matches(std::string_view arn, const RequestContext& context) const noexcept;

  /// matches is the same for a request without any context.
  [[nodiscard]] bool matches(std::string_view arn) const noexcept;

 private:
  bool everything_ = false;
  std::array<TextPattern, 6> parts_;
};

}  // namespace signgate::policy
