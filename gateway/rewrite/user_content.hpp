// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace signgate::rewrite {

/// UserContentRules say what is signed in the parts of a page that users have written: below which
/// URLs, beside all that holds elsewhere.
struct UserContentRules {
  std::string attribute;                           // that marks such a part, in lower case
  std::vector<std::vector<std::string>> prefixes;  // by the matcher's rule: below its target

  [[nodiscard]] bool empty() const noexcept { return attribute.empty(); }

  /// allows says whether a link of `rule`, whose URL below the rule's target this is, may be signed
  /// there.
  [[nodiscard]] bool allows(std::size_t rule, std::string_view url) const noexcept;
};

/// UserContentRegion tells where in HTML an element that is marked so ends: never before a browser
/// ends it, as far as the tags tell. It follows the tags within the element:
/// - the end tag of a block (`</div>`, `</section>`, `</ul>`, ...) and `</table>` end the innermost
///   element of that name, whatever was left open in it, but do not reach out of a table's cell, an
///   <object>, a <template> and what else limits them;
/// - any other end tag ends the innermost element, if that has its name, and else nothing;
/// - what the region's own element holds lasts until it is ended so. It lasts to the end of the
///   document if the element is <html>, <head>, <body>, <frameset> or <form>, whose end tags end
///   less than they seem to, if its name is longer than HtmlTokenizer keeps, or if more than
///   depth_limit elements are open in it.
/// Source: WHATWG HTML, sections 13.2.4.2 (scopes) and 13.2.6.4.7 (end tags in body).
class UserContentRegion {
 public:
  static constexpr std::size_t depth_limit = 256;

  /// active says that the place is in the region.
  [[nodiscard]] bool active() const noexcept { return endless_ || !open_.empty(); }

  /// start_tag takes the name, in lower case, of an element that a start tag opens: the first one
  /// begins the region.
  void start_tag(std::string_view name);

  /// end_tag takes that of an end tag.
  void end_tag(std::string_view name) noexcept;

 private:
  [[nodiscard]] bool is_ignored(std::string_view name) const noexcept;

  std::vector<std::string> open_;  // from the region's element on; "" = one whose name is not known
  bool endless_ = false;
};

/// is_void_element says whether an HTML element of that name, in lower case, has no content. Pure.
/// Source: WHATWG HTML, section 13.1.2, with those that are obsolete.
[[nodiscard]] bool is_void_element(std::string_view name) noexcept;

}  // namespace signgate::rewrite
