// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signgate::cli {

/// browser_form is what a browser asks for when it is given the absolute URL `resource` (without
/// fragment; what has to be percent-encoded is), if that is something else: the host in lower case,
/// no default port, dot segments taken away, a path at least `/` (but not the shortest form of an
/// IPv6 address). A signature over the URL as it is written does not cover it, and CloudFront
/// refuses the request. Nothing for nearly all URLs, which costs a look at their bytes. Pure; any
/// thread. Source: WHATWG URL Standard, section 4.4.
[[nodiscard]] std::optional<std::string> browser_form(std::string_view resource);

/// browser_warning is the sentence that tells of it; nothing where there is nothing to tell, or
/// where `pattern`, the Resource of a custom policy, covers that form too. Without a pattern the
/// policy covers `resource` alone.
[[nodiscard]] std::optional<std::string> browser_warning(std::string_view resource,
                                                         std::optional<std::string_view> pattern);

}  // namespace signgate::cli
