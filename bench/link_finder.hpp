// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signgate::bench {

/// find_signed_links is all URLs in `body` that begin with http:// or https:// (in any case) and
/// have a parameter Signature, also behind an `&amp;` that was left in; in their order, each as a
/// browser would ask for it, with repetitions. It does not parse what `media_type` says the body
/// is: a link ends at white space, <, >, " or `, at the quote or parenthesis that closes the one
/// before it, and commas (srcset) and backslashes (a quote within a string) at its end are left
/// out. Where the type names HTML or XML, and between quotes that a backslash precedes, character
/// references are resolved by the rules for attribute values (WHATWG HTML, section 13.2.5.72),
/// elsewhere JSON's escapes \/ and \uXXXX of ASCII. So it owes nothing to the gateway's own
/// scanners, and a link that they broke is found broken. Pure; any thread.
[[nodiscard]] std::vector<std::string> find_signed_links(std::string_view body,
                                                         std::string_view media_type);

}  // namespace signgate::bench
