// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

namespace signgate::route {

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

 private:
  struct Code;
  std::unique_ptr<Code> code_;
};

}  // namespace signgate::route
