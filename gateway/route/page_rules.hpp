// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "gateway/route/tag_hash.hpp"

namespace signgate::route {

/// make_page_rules compiles the settings of where in a page links are looked for, of a route that
/// signs `rules`, in the order of its matcher.
[[nodiscard]] rewrite::PageRules make_page_rules(const config::PageLinks& links,
                                                 const std::vector<const config::Media*>& rules);

/// mix_page_rules adds to a page tag's hash what the settings make of a page.
void mix_page_rules(const config::PageLinks& links, const std::vector<const config::Media*>& rules,
                    TagHash& hash);

}  // namespace signgate::route
