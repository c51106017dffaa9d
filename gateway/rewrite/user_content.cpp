// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/user_content.hpp"

#include <algorithm>
#include <array>

#include "gateway/rewrite/html_tokenizer.hpp"

namespace signgate::rewrite {
namespace {

using Names = std::string_view;

constexpr auto void_elements = std::to_array<Names>(
    {"area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img",
     "input", "keygen", "link", "meta", "param", "source", "track", "wbr"});

// Those whose end tag ends all that was left open in them.
constexpr auto blocks = std::to_array<Names>(
    {"address", "article", "aside",  "blockquote", "button",   "center",     "details",
     "dialog",  "dir",     "div",    "dl",         "fieldset", "figcaption", "figure",
     "footer",  "header",  "hgroup", "listing",    "main",     "menu",       "nav",
     "ol",      "pre",     "search", "section",    "summary",  "ul"});

// Out of which such an end tag does not reach; beside the scopes' own <select>, whose content is no
// element to some browsers, and <noscript>, which is text to those with scripts.
constexpr auto limits_of_blocks = std::to_array<Names>({"annotation-xml",
                                                        "applet",
                                                        "caption",
                                                        "desc",
                                                        "foreignobject",
                                                        "html",
                                                        "marquee",
                                                        "mi",
                                                        "mn",
                                                        "mo",
                                                        "ms",
                                                        "mtext",
                                                        "noscript",
                                                        "object",
                                                        "select",
                                                        "table",
                                                        "td",
                                                        "template",
                                                        "th",
                                                        "title"});

constexpr auto limits_of_tables = std::to_array<Names>({"noscript", "template"});

// Start tags that mean nothing outside of a table.
constexpr auto table_parts =
    std::to_array<Names>({"caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"});

constexpr auto lasting = std::to_array<Names>({"body", "form", "frameset", "head", "html"});

template <std::size_t count>
bool is_one_of(std::string_view name, const std::array<Names, count>& names) noexcept {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool UserContentRules::allows(std::size_t rule, std::string_view url) const noexcept {
  return rule < prefixes.size() &&
         std::ranges::any_of(prefixes[rule],
                             [url](const std::string& prefix) { return url.starts_with(prefix); });
}

// Outside of a table a browser takes no notice of its parts.
bool UserContentRegion::is_ignored(std::string_view name) const noexcept {
  if (open_.empty() || !is_one_of(name, table_parts)) return false;
  return std::ranges::none_of(open_, [](std::string_view open) {
    return open == "table" || open == "template" || is_one_of(open, table_parts);
  });
}

void UserContentRegion::start_tag(std::string_view name) {
  if (endless_ || is_ignored(name)) return;
  const bool known = name.size() < HtmlTokenizer::name_capacity;
  if (open_.empty()) endless_ = !known || is_one_of(name, lasting);
  if (open_.size() == depth_limit) endless_ = true;
  if (endless_) {
    open_.clear();
    return;
  }
  open_.emplace_back(known ? name : std::string_view());
}

void UserContentRegion::end_tag(std::string_view name) noexcept {
  if (open_.empty()) return;
  const bool table = name == "table";
  if (!table && !is_one_of(name, blocks)) {
    if (open_.back() == name && name.size() < HtmlTokenizer::name_capacity) open_.pop_back();
    return;
  }
  for (std::size_t i = open_.size(); i-- > 0;) {
    if (open_[i] == name) {
      open_.resize(i);
      return;
    }
    if (table ? is_one_of(open_[i], limits_of_tables) : is_one_of(open_[i], limits_of_blocks))
      return;
  }
}

bool is_void_element(std::string_view name) noexcept {
  return is_one_of(name, void_elements);
}

}  // namespace signgate::rewrite
