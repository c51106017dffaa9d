// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "gateway/route/sign_set.hpp"

namespace signgate::route {

/// grant_prefix is what has to be granted before `url` may be signed by `rule`, whose grant_request
/// is set: the part of the URL's path, as the edge has it, up to the end of the link's folder, or
/// with a scope up to the slash that ends the scope'th segment below the target. A link that does
/// not lie so deep stands for itself: its whole path, which ends in no slash unless the link does.
/// So does one with a slash or backslash below the target that is written as %2F or %5C: storage
/// takes it for one of another folder. Where a signature opens more (policy = "prefix", or a query
/// with policy = "custom"), it is all that. `url` is as LinkMatcher gives it; the result is a view
/// into it. Pure.
[[nodiscard]] std::string_view grant_prefix(const MediaSigner& rule, std::string_view url);

}  // namespace signgate::route
