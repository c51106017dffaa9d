// SPDX-License-Identifier: Apache-2.0
// Which attributes of a tag are looked at.
#include "gateway/rewrite/html_state.hpp"
#include "gateway/rewrite/svg_names.hpp"

namespace signgate::rewrite {

void HtmlRewriter::State::on_tag_name() {
  tag = find_tag(tokenizer.name());
  seen = 0;
  presentation_seen = 0;
  if (added != nullptr) {
    added_element = added->element_of(tokenizer.name());
    added_seen = 0;
  }
  if (user_content != nullptr) {
    tag_name.assign(tokenizer.name());
    marks_content = false;
  }
  meta = {};
  referrer_policy.clear();
  matched_until = counters.matched;
  script.is_json = false;
  script.is_code = true;
  // The one element whose text is not data is told by its own end tag.
  if (!tokenizer.is_end_tag() && tag != Tag::other) element.assign(tokenizer.name());
}

void HtmlRewriter::State::on_attribute() {
  if (tokenizer.is_end_tag()) return;
  if (user_content != nullptr && tokenizer.name() == user_content->attribute) marks_content = true;
  const Attribute found = find_attribute(tokenizer.name());
  if (found != Attribute::none) {
    const std::uint32_t bit = 1U << static_cast<unsigned>(found);
    if ((seen & bit) != 0) return;
    seen |= bit;
    if (is_wanted(found)) {
      // Until its value is known.
      if (found == Attribute::type) script.is_code = false;
      attribute = found;
      tokenizer.want_value();
      return;
    }
  }
  if (is_in_svg() && on_presentation_attribute()) return;
  // A link in `content` comes to light at the tag's end, when nothing behind it may have left.
  if (added != nullptr && tag != Tag::meta) on_added_attribute();
}

// Called at a tag's end, when `context` knows of it.
void HtmlRewriter::State::follow_region(bool self_closing) {
  if (tokenizer.is_end_tag()) {
    region.end_tag(tag_name);
  } else if (marks_content || region.active()) {
    // Only in SVG and MathML does a slash make an element empty.
    const bool foreign = context.in_foreign() || tag == Tag::svg || tag == Tag::math;
    const bool empty = foreign ? self_closing : is_void_element(tag_name);
    if (!empty) region.start_tag(tag_name);
  }
  marks_content = false;
}

bool HtmlRewriter::State::is_wanted(Attribute found) const noexcept {
  if (tag == Tag::base) return found == Attribute::href && !base_seen && !context.in_foreign();
  if (tag == Tag::meta) return is_meta(found);
  if (is_meta(found)) return false;
  if (found == Attribute::data) return tag == Tag::object;
  if (found == Attribute::style) return can_read_text();
  if (found == Attribute::referrerpolicy) return options.policies != nullptr;
  if (found == Attribute::type) return tag == Tag::script;
  return found != Attribute::srcdoc || (tag == Tag::raw && element == "iframe");
}

// Whether this tag is an element of SVG; some end the SVG that they stand in.
bool HtmlRewriter::State::is_in_svg() const noexcept {
  if (tag == Tag::svg) return true;
  return context.in_svg() && tag != Tag::meta && tag < Tag::breakout;
}

// True: the attribute is one of them.
bool HtmlRewriter::State::on_presentation_attribute() {
  const std::size_t index = find_presentation_attribute(tokenizer.name());
  if (index == presentation_attributes.size()) return false;
  const std::uint32_t bit = std::uint32_t{1} << index;
  if ((presentation_seen & bit) != 0 || !can_read_text()) return true;
  presentation_seen |= bit;
  attribute = Attribute::presentation;
  tokenizer.want_value();
  return true;
}

void HtmlRewriter::State::on_added_attribute() {
  LinkAttributes::Found found;
  if (!added->find(added_element, tokenizer.name(), found)) return;
  const std::uint64_t bit = std::uint64_t{1} << found.index;
  if ((added_seen & bit) != 0) return;
  added_seen |= bit;
  switch (found.kind) {
    case LinkAttributes::Kind::url:
      attribute = Attribute::added_url;
      break;
    case LinkAttributes::Kind::srcset:
      attribute = Attribute::added_srcset;
      break;
    case LinkAttributes::Kind::css:
      if (!can_read_text()) return;
      attribute = Attribute::added_css;
      break;
    case LinkAttributes::Kind::json:
      if (!can_read_text()) return;
      attribute = Attribute::added_json;
      break;
  }
  tokenizer.want_value();
}

}  // namespace signgate::rewrite
