// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The directives of Cache-Control and its kin, read as leniently as any cache might read them:
/// what some cache could take for a lifetime is one here.
namespace signgate::http {

/// most_seconds is what a larger number is taken for. Source: RFC 9111 section 1.2.2.
inline constexpr std::uint64_t most_seconds = 2147483648;

/// CacheDirective is one directive. Its views point into the value that was read.
struct CacheDirective {
  std::string text;  // as it goes out
  std::string_view name;
  std::optional<std::string_view> argument;

  /// is compares the name, ignoring case.
  [[nodiscard]] bool is(std::string_view lower) const noexcept;
  /// set gives it seconds for an argument.
  void set(std::uint64_t seconds);
};

/// DirectiveForm is which characters part directives. All know the comma; `public; max-age=9` and
/// `public max-age=9` are seen as well, and some caches (nginx among them) look for the words
/// wherever they stand. In Surrogate-Control a semicolon may also begin a target
/// (`max-age=9;edge.example`) and blanks may surround the `+` of `max-age=9 + 3`.
enum class DirectiveForm : std::uint8_t { cache_control, surrogate_control };

/// parse_directives reads a value. A separator within a quoted string is part of it. Caches differ
/// in what they read behind a quote that nothing closes: it is dropped, with what follows it in its
/// own directive (`private="a` is read as the stricter `private`), and what comes after is read.
[[nodiscard]] std::vector<CacheDirective> parse_directives(std::string_view value,
                                                           DirectiveForm form);

/// join_directives writes them, parted by commas.
[[nodiscard]] std::string join_directives(const std::vector<CacheDirective>& directives);

/// parse_seconds reads digits, in quotes or not (RFC 9111 section 5.2 asks recipients to take
/// both); at most most_seconds. Nothing for anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_seconds(std::string_view text) noexcept;

}  // namespace signgate::http
