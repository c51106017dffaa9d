// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "gateway/config/proxy_settings.hpp"
#include "gateway/route/variables.hpp"

namespace signgate::route {

/// ErrorPage is a compiled line of error_page.
struct ErrorPage {
  enum class Kind : std::uint8_t {
    uri,       // an internal redirect there, with GET
    named,     // to a location's name, with method and body as they are
    redirect,  // the client is sent there
    computed,  // begins with a variable: its value says which
  };
  std::vector<int> codes;
  std::optional<int> response;
  Kind kind = Kind::uri;
  Template target;

  explicit ErrorPage(const config::ErrorPage& page);
};

/// find_error_page is the first line that names the status, or null.
[[nodiscard]] const ErrorPage* find_error_page(const std::vector<ErrorPage>& pages,
                                               int status) noexcept;

}  // namespace signgate::route
