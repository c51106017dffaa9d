// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/proxy_settings.hpp"
#include "gateway/route/regex.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::route {

/// Replacement is a value with variables and the captures of a regex, compiled once. Immutable; any
/// thread.
class Replacement {
 public:
  Replacement() = default;

  /// Replacement compiles text that the configuration has checked; with a regex $1 to $9 and the
  /// names of its groups stand for what it took (null: none).
  Replacement(std::string_view text, const Regex* regex);

  /// append writes the value, on one line (Escape::line); `captures` are of Regex::search, as many
  /// as there are.
  void append(const VariableValues& values, std::span<const std::string_view> captures,
              std::string& out) const;

 private:
  struct Piece {
    Template text;
    std::size_t capture = 0;  // after the text; 0 = none
  };
  std::vector<Piece> pieces_;
};

/// TextRule is a compiled line "FROM TO" of proxy_redirect, proxy_cookie_domain or
/// proxy_cookie_path. Immutable; any thread.
class TextRule {
 public:
  /// How a literal FROM is compared: with the value's beginning, which is then replaced; or as a
  /// domain, whole, in any case and but for a leading dot, which stays. A regex always replaces
  /// all of it.
  enum class Form : std::uint8_t { prefix, domain };

  TextRule(const config::TextRule& rule, Form form);

  /// apply is the changed value; nothing when the rule does not fit.
  [[nodiscard]] std::optional<std::string> apply(std::string_view value,
                                                 const VariableValues& values) const;

 private:
  Form form_;
  std::optional<Regex> regex_;
  Template from_;
  Replacement to_;
};

/// apply_first is what the first rule that fits makes of the value.
[[nodiscard]] std::optional<std::string> apply_first(const std::vector<TextRule>& rules,
                                                     std::string_view value,
                                                     const VariableValues& values);

}  // namespace signgate::route
