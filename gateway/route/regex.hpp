// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace signgate::route {

/// Captures are what a match took: 0 is all of it, 1 to 9 the groups; views into the text.
using Captures = std::array<std::string_view, 10>;

/// Captured is what the regular expressions of one request have taken: the numbered groups of the
/// last one that matched, and the named groups of all, of which a later one of the same name wins.
/// Views of the texts that were searched, which have to outlive it. Source: nginx,
/// ngx_http_regex_exec.
struct Captured {
  Captures numbered{};
  std::vector<std::pair<std::string_view, std::string_view>> named;  // names are the Regex's own

  /// find is what the group of that name took, "" when it had no part in its match; null when no
  /// expression with such a group has matched.
  [[nodiscard]] const std::string_view* find(std::string_view name) const noexcept;

  /// set gives a name its value.
  void set(std::string_view name, std::string_view value);
};

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

  /// search is matches() that also fills `captures`, as far as it goes; a group without part in the
  /// match is "".
  [[nodiscard]] bool search(std::string_view text, std::span<std::string_view> captures) const;

  /// take is matches() that also notes what the groups took, in a Captured that is made where there
  /// is none yet and something to note. Without a match nothing changes.
  [[nodiscard]] bool take(std::string_view text, std::unique_ptr<Captured>& captured) const;

  /// groups is the number of groups.
  [[nodiscard]] std::size_t groups() const noexcept;

  /// group_of is the number of the group of that name; 0 when there is none.
  [[nodiscard]] std::size_t group_of(std::string_view name) const noexcept;

 private:
  struct Code;
  std::unique_ptr<Code> code_;
};

}  // namespace signgate::route
