// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/route/variables.hpp"

namespace signgate::route {

/// LogPath is the path of an access_log with variables, compiled once. Variables are the client's
/// to choose as often as not ($host), so none of them can lead elsewhere than where its "$" stands:
/// a value is part of one name in a folder. What logs mask stands masked in the path. Immutable;
/// any thread.
class LogPath {
 public:
  LogPath() = default;

  /// LogPath compiles a path that the configuration has checked; `secrets` as in Template.
  explicit LogPath(std::string_view text, std::span<const std::string> secrets = {});

  /// empty: there are no variables in the path.
  [[nodiscard]] bool empty() const noexcept { return pieces_.empty(); }

  /// Refusal is why a request has no path: a variable ("$host") and what is wrong with it.
  struct Refusal {
    std::string_view variable;  // as long as the LogPath lives
    std::string_view reason;
  };

  /// fill replaces `out` by the path for one request. Refused are values with a "/", a NUL or
  /// another control character, and names that variables have made empty, ".", ".." or longer than
  /// limits::file_name.
  [[nodiscard]] std::optional<Refusal> fill(const VariableValues& values, std::string& out) const;

 private:
  struct Piece {
    std::string text;  // a literal, or the variable as written
    Template value;    // empty: a literal
  };
  std::vector<Piece> pieces_;
};

}  // namespace signgate::route
