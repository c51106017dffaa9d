// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/access.hpp"
#include "gateway/route/regex.hpp"

namespace signgate::route {

/// RefererRule is a compiled `valid_referers`: which Referer a request may bear. Immutable; any
/// thread. Source: nginx, ngx_http_referer_module.
class RefererRule {
 public:
  /// RefererRule takes names that the configuration has checked; `server_names` are those of the
  /// server, used when the settings say so.
  RefererRule(const config::Referers& settings, const std::vector<std::string>& server_names);

  /// is_valid judges a Referer; nothing = the request has none. Host names are compared in any case
  /// and without their port; a name with a path asks for a URI that begins so; a regular expression
  /// is tried on what follows "http://" or "https://".
  [[nodiscard]] bool is_valid(std::optional<std::string_view> referer) const;

 private:
  struct Name {
    std::string host;  // lower case, without the `*`
    std::string path;  // empty = any
    enum class Match : std::uint8_t { exact, tail, tail_or_whole, head } match;
  };
  void add_name(std::string_view text);
  [[nodiscard]] const Name* find(std::string_view host) const noexcept;

  bool none_;
  bool blocked_;
  std::vector<Name> names_;
  std::vector<Regex> host_patterns_;
  std::vector<Regex> patterns_;
};

}  // namespace signgate::route
