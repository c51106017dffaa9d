// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/page_rules.hpp"

#include <string>

#include "gateway/base/check.hpp"
#include "gateway/rewrite/url.hpp"

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

// Where links that begin with this one of `user_content_links` lead, in the form of those that are
// signed.
std::string below_target(const config::Media& media, const std::string& link) {
  const auto below = config::below_prefix(media, link);
  SIGNGATE_CHECK(below.has_value());
  std::string text = media.target;
  text.append(*below);
  const auto url = rewrite::parse_url(text, nullptr);
  SIGNGATE_CHECK(url.has_value());
  std::string out;
  rewrite::append_url(*url, out);
  return out;
}

}  // namespace

rewrite::PageRules make_page_rules(const config::PageLinks& links,
                                   const std::vector<const config::Media*>& rules_signed) {
  static_assert(config::most_link_attributes == rewrite::LinkAttributes::capacity);
  rewrite::PageRules rules;
  for (const config::LinkAttribute& each : links.attributes)
    rules.attributes.add(each.element, each.name, kind_of(each.kind));
  rules.script_strings = links.script_strings;
  rules.webvtt = links.webvtt;
  rules.plain_text = links.plain_text;
  rules.user_content.attribute = links.user_content_attribute;
  for (const config::Media* media : rules_signed) {
    std::vector<std::string>& prefixes = rules.user_content.prefixes.emplace_back();
    for (const std::string& link : media->user_content_links)
      prefixes.push_back(below_target(*media, link));
  }
  return rules;
}

void mix_page_rules(const config::PageLinks& links, const std::vector<const config::Media*>& rules,
                    TagHash& hash) {
  for (const config::LinkAttribute& each : links.attributes) {
    hash.mix(each.element);
    hash.mix(each.name);
    hash.mix(std::to_string(static_cast<int>(each.kind)));
  }
  hash.mix(links.script_strings ? "strings" : "");
  if (links.webvtt) hash.mix("text/vtt");
  if (links.plain_text) hash.mix("text/plain");
  hash.mix(links.user_content_attribute);
  if (links.user_content_attribute.empty()) return;
  for (const config::Media* media : rules) {
    for (const std::string& link : media->user_content_links)
      hash.mix(link);
  }
}

}  // namespace signgate::route
