// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "gateway/config/logs.hpp"
#include "gateway/config/parsed.hpp"

/// The values of access_log and log_format, as the parameters of nginx's directives of these names.
namespace signgate::config {

/// parse_access_log reads one log: "PATH", or "PATH FORMAT" and then any of "buffer=SIZE",
/// "flush=TIME" (only with a buffer) and "if=CONDITION". A word that holds spaces stands in quotes.
/// `formats` are the legal formats. "off" is no log. Source: nginx, ngx_http_log_module,
/// access_log.
[[nodiscard]] Parsed<AccessLog> parse_access_log(std::string_view text,
                                                 std::span<const std::string_view> formats);

/// parse_open_log_file_cache reads "max=N [inactive=TIME] [min_uses=N] [valid=TIME]" or "off".
[[nodiscard]] Parsed<OpenLogFileCache> parse_open_log_file_cache(std::string_view text);

/// parse_log_escape reads log_format's "default", "json" or "none".
[[nodiscard]] Parsed<LogEscape> parse_log_escape(std::string_view text);

/// check_log_format looks at the text of a log_format: true, or its flaw.
[[nodiscard]] Parsed<bool> check_log_format(std::string_view text);

/// check_log_format_name looks at a log_format's name, which is one word, and not "combined".
[[nodiscard]] Parsed<bool> check_log_format_name(std::string_view name);

}  // namespace signgate::config
