// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signgate::route {

/// LinkGrants is what one answer of an application lists in a grant header: the links that whoever
/// gets this answer may have signed. Owns its text; one thread.
class LinkGrants {
 public:
  /// add reads one line of the header: paths of links as they are written in the page, separated by
  /// commas; a `*` at the end stands for whatever follows. False: an element is not such a path (no
  /// `/` at the front, a `*` elsewhere, a query, a dot segment, a space or a control), and then
  /// nothing is granted by this answer, whatever else it lists.
  bool add(std::string_view value);

  /// is_malformed says that a line was not such a list.
  [[nodiscard]] bool is_malformed() const noexcept { return malformed_; }

  /// allows says whether the link with this path, in the form that LinkMatcher gives, is granted.
  [[nodiscard]] bool allows(std::string_view path) const noexcept;

  /// allows_below says whether every path that begins with `prefix` is granted.
  [[nodiscard]] bool allows_below(std::string_view prefix) const noexcept;

 private:
  struct Pattern {
    std::string path;       // percent-encoded as browsers do
    bool wildcard = false;  // a `*` follows
  };

  std::vector<Pattern> patterns_;
  bool malformed_ = false;
};

}  // namespace signgate::route
