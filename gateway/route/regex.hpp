// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string_view>

namespace signgate::route {

/// Captures are what a match took: 0 is all of it, 1 to 9 the groups; views into the text.
using Captures = std::array<std::string_view, 10>;

/// Regex is a compiled PCRE2 pattern, JIT-compiled where the machine allows. Immutable; any thread
/// may match at once.
class Regex {
 public:
  /// Regex compiles a pattern that the configuration has checked (config::check_regex); another one
  /// is a bug.
  Regex(std::string_view pattern, bool caseless);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  /// matches says whether the pattern occurs anywhere in `text`. A match that exceeds PCRE2's own
  /// limits counts as none.
  [[nodiscard]] bool matches(std::string_view text) const noexcept;

  /// search is matches() that also fills `captures`; a group without part in the match is "".
  [[nodiscard]] bool search(std::string_view text, Captures& captures) const noexcept;

 private:
  struct Code;
  std::unique_ptr<Code> code_;
};

}  // namespace signgate::route
