// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/base/tls_settings.hpp"
#include "gateway/config/parsed.hpp"

namespace signgate::config {

/// add_tls_protocols turns on the versions that `text` names, one or several with spaces between
/// them: "TLSv1.2 TLSv1.3" (nginx, ssl_protocols). Older ones are flaws: they are not served.
[[nodiscard]] Parsed<bool> add_tls_protocols(std::string_view text, TlsProtocols& protocols);

/// parse_session_cache reads "off", "none", "builtin[:SESSIONS]" or "shared:NAME:SIZE"; with both
/// of the last two the shared one is used, which serves all workers (nginx, ssl_session_cache).
[[nodiscard]] Parsed<TlsSessionCache> parse_session_cache(std::string_view text);

}  // namespace signgate::config
