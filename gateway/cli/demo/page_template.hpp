// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace signgate::cli::demo {

/// Values maps the names of a template to the texts that take their places.
using Values = std::map<std::string, std::string, std::less<>>;

/// fill returns `text` with each `{{name}}` replaced by its value, as it stands (no escaping). A
/// name without a value, and braces left open, are bugs in a template and end the process.
[[nodiscard]] std::string fill(std::string_view text, const Values& values);

/// escape_html makes `text` safe between tags and in quoted attributes: & < > " and ' become
/// references.
[[nodiscard]] std::string escape_html(std::string_view text);

/// escape_query percent-encodes `text` for a query's value: all but letters, digits and -._~ (RFC
/// 3986, 2.3).
[[nodiscard]] std::string escape_query(std::string_view text);

/// unescape_query is its inverse; a `%` that two hex digits do not follow stays as it is.
[[nodiscard]] std::string unescape_query(std::string_view text);

}  // namespace signgate::cli::demo
