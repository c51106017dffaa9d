// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace signgate::route {

/// append_log_escaped writes `text` as nginx's logs do with escape=default, and "-" for nothing.
void append_log_escaped(std::string_view text, std::string& out);

/// append_json_escaped writes `text` as nginx's logs do with escape=json, for use between double
/// quotes: `"`, `\` and controls escaped, bytes from 128 on as they are.
void append_json_escaped(std::string_view text, std::string& out);

/// escape_in_line percent-encodes CR, LF and NUL in `text` from `begin` on, so that it stays one
/// header line. Source: RFC 9110 section 5.5.
void escape_in_line(std::string& text, std::size_t begin);

}  // namespace signgate::route
