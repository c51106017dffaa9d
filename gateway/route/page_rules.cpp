// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/page_rules.hpp"

#include <string>

namespace signgate::route {
namespace {

rewrite::LinkAttributes::Kind kind_of(config::LinkAttribute::Kind kind) noexcept {
  switch (kind) {
    case config::LinkAttribute::Kind::srcset:
      return rewrite::LinkAttributes::Kind::srcset;
    case config::LinkAttribute::Kind::css:
      return rewrite::LinkAttributes::Kind::css;
    case config::LinkAttribute::Kind::json:
      return rewrite::LinkAttributes::Kind::json;
    case config::LinkAttribute::Kind::url:
      break;
  }
  return rewrite::LinkAttributes::Kind::url;
}

}  // namespace

rewrite::PageRules make_page_rules(const config::PageLinks& links) {
  static_assert(config::most_link_attributes == rewrite::LinkAttributes::capacity);
  rewrite::PageRules rules;
  for (const config::LinkAttribute& each : links.attributes)
    rules.attributes.add(each.element, each.name, kind_of(each.kind));
  return rules;
}

void mix_page_rules(const config::PageLinks& links, TagHash& hash) {
  for (const config::LinkAttribute& each : links.attributes) {
    hash.mix(each.element);
    hash.mix(each.name);
    hash.mix(std::to_string(static_cast<int>(each.kind)));
  }
}

}  // namespace signgate::route
