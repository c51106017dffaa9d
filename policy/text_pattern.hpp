// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace signgate::policy {

/// PatternFlaw is what is wrong with a pattern: one sentence without a full stop, and the byte it
/// is about.
struct PatternFlaw {
  std::string message;
  std::size_t offset = 0;
};

/// throw_exception_from_error lets Result::value() exist; reaching it is a bug: std::logic_error.
[[noreturn]] void throw_exception_from_error(const PatternFlaw& flaw,
                                             const boost::source_location& where);

/// PatternRules says how the text of a pattern is read.
struct PatternRules {
  bool wildcards =
      false;  // `*` is any run of characters, `?` exactly one; else both are themselves
  bool ignore_case = false;  // ASCII letters match in either case
  bool variables =
      false;  // `${*}`, `${?}` and `${$}` are those characters; any other `${` is a flaw
};

/// TextPattern is a text to compare whole strings with, as IAM's string operators, actions and ARN
/// parts do. It is compiled once and then immutable: matching allocates nothing, takes at worst the
/// product of both lengths, and may be done from any thread. A character is a UTF-8 code point; a
/// byte that is not UTF-8 is a character of its own, and equal only to itself. Source: IAM User
/// Guide, "String condition operators" and "Policy variables" (special characters).
class TextPattern {
 public:
  /// compile reads `text`. The flaw, if any, is a policy variable, which is not evaluated, or a
  /// `${` without its `}`.
  [[nodiscard]] static boost::system::result<TextPattern, PatternFlaw> compile(
      std::string_view text, const PatternRules& rules);

  /// matches says whether the whole of `text` is what the pattern describes.
  [[nodiscard]] bool matches(std::string_view text) const noexcept;

  /// matches_everything says whether this is a lone `*`.
  [[nodiscard]] bool matches_everything() const noexcept;

 private:
  std::vector<char32_t> units_;
  bool ignore_case_ = false;
};

}  // namespace signgate::policy
