// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "gateway/config/sections.hpp"

namespace signgate::config {
namespace {

void read_link_attributes(TableReader& table, std::vector<LinkAttribute>& attributes) {
  std::vector<Text> written;
  const auto place = table.texts("link_attributes", written);
  if (!place) return;
  attributes.clear();
  if (written.size() > most_link_attributes) {
    table.error(*place, "link_attributes must list at most " +
                            std::to_string(most_link_attributes) + " attributes");
    return;
  }
  for (const Text& text : written) {
    auto attribute = parse_link_attribute(text.value);
    if (!attribute) {
      table.flaw("link_attributes", text.place, attribute.error());
      continue;
    }
    const bool twice = std::ranges::any_of(attributes, [&](const LinkAttribute& each) {
      return each.element == attribute->element && each.name == attribute->name;
    });
    if (twice) {
      const std::string element = attribute->element.empty() ? "" : attribute->element + ' ';
      table.error(text.place, "link_attributes names \"" + element + attribute->name + "\" twice");
      continue;
    }
    attributes.push_back(*std::move(attribute));
  }
}

void read_sign_types(TableReader& table, PageLinks& links) {
  std::vector<Text> written;
  if (!table.texts("sign_types", written)) return;
  links.webvtt = links.plain_text = false;
  for (const Text& text : written) {
    const auto type = parse_signed_type(text.value);
    if (!type) {
      table.flaw("sign_types", text.place, type.error());
    } else if (*type == SignedType::webvtt) {
      links.webvtt = true;
    } else {
      links.plain_text = true;
    }
  }
}

}  // namespace

void read_page_links(TableReader& table, PageLinks& links) {
  read_link_attributes(table, links.attributes);
  table.parsed("user_content_attribute", parse_attribute_name, links.user_content_attribute);
  table.on_off("script_strings", links.script_strings);
  read_sign_types(table, links);
}

}  // namespace signgate::config
