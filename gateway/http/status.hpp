// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace signgate::http {

/// reason_phrase is the reason that nginx writes for a status, or "" for one it does not name. Any
/// thread.
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

/// shown_status is the status that clients see for one of nginx's own: 400 for 494 to 497.
[[nodiscard]] int shown_status(int status) noexcept;

/// error_page is nginx's short HTML page for a status of 300 and above; `server` is "signgate" or
/// "signgate/VERSION" (server_tokens). Any thread.
[[nodiscard]] std::string error_page(int status, std::string_view server);

}  // namespace signgate::http
