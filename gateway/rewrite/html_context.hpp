// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "gateway/rewrite/html_names.hpp"
#include "gateway/rewrite/html_tokenizer.hpp"

namespace signgate::rewrite {

/// HtmlContext stands in for the tree builder where the tokenizer depends on it: how an element's
/// text is read, and whether a place is in SVG or MathML. It keeps a short stack of <svg>, <math>
/// and the points inside of them where HTML goes on; all other elements are not followed. Deeper
/// nesting than the stack is read as the innermost known place.
///
/// Simplified against WHATWG HTML 13.2.6.5: <annotation-xml> is an integration point whatever its
/// encoding, <font> never ends foreign content, <noscript> is read as markup (its links are for
/// viewers without scripts).
class HtmlContext {
 public:
  /// start_tag follows a start tag and returns how the text after it is read.
  TextModel start_tag(Tag tag, bool self_closing) noexcept;

  /// end_tag follows an end tag; the text after it is data.
  void end_tag(Tag tag) noexcept;

  /// is_plain says that no <svg> or <math> is open.
  [[nodiscard]] bool is_plain() const noexcept { return depth_ == 0; }

  /// in_svg says that the place is directly in SVG.
  [[nodiscard]] bool in_svg() const noexcept {
    return depth_ != 0 && open_[depth_ - 1] == Tag::svg;
  }

  /// in_foreign says that the place is directly in SVG or MathML: CDATA sections are such, <style>
  /// holds markup.
  [[nodiscard]] bool in_foreign() const noexcept {
    return depth_ != 0 && (open_[depth_ - 1] == Tag::svg || open_[depth_ - 1] == Tag::math);
  }

 private:
  void push(Tag tag) noexcept {
    if (depth_ < open_.size()) open_[depth_++] = tag;
  }
  void break_out() noexcept {
    while (in_foreign())
      --depth_;
  }

  std::array<Tag, 32> open_{};
  std::size_t depth_ = 0;
};

}  // namespace signgate::rewrite
