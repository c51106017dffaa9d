// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_context.hpp"

namespace signgate::rewrite {

TextModel HtmlContext::start_tag(Tag tag, bool self_closing) noexcept {
  if (in_foreign()) {
    const bool svg = open_[depth_ - 1] == Tag::svg;
    switch (tag) {
      case Tag::breakout:
      case Tag::breakout_end:
      case Tag::meta:
        break_out();
        break;
      case Tag::svg:
      case Tag::math:
        if (!self_closing) push(tag);
        break;
      case Tag::svg_point:
      case Tag::title:
        if (svg && !self_closing) push(tag);
        break;
      case Tag::math_point:
        if (!svg && !self_closing) push(tag);
        break;
      default:
        break;
    }
    return TextModel::data;
  }
  switch (tag) {
    case Tag::svg:
    case Tag::math:
      if (!self_closing) push(tag);
      return TextModel::data;
    case Tag::title:
    case Tag::textarea:
      return TextModel::rcdata;
    case Tag::style:
    case Tag::raw:
      return TextModel::rawtext;
    case Tag::script:
      return TextModel::script_data;
    case Tag::plaintext:
      return TextModel::plaintext;
    default:
      return TextModel::data;
  }
}

void HtmlContext::end_tag(Tag tag) noexcept {
  if (tag == Tag::breakout_end) {
    break_out();
    return;
  }
  if (tag == Tag::other || tag == Tag::breakout) return;
  for (std::size_t i = depth_; i-- > 0;) {
    if (open_[i] == tag) {
      depth_ = i;
      return;
    }
  }
}

}  // namespace signgate::rewrite
