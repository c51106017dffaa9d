// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/config/page_links.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "gateway/route/tag_hash.hpp"

namespace signgate::route {

/// make_page_rules compiles the settings of where in a page links are looked for.
[[nodiscard]] rewrite::PageRules make_page_rules(const config::PageLinks& links);

/// mix_page_rules adds to a page tag's hash what the settings make of a page.
void mix_page_rules(const config::PageLinks& links, TagHash& hash);

}  // namespace signgate::route
