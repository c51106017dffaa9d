// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gateway/rewrite/html_marks.hpp"

namespace signgate::rewrite {

/// HtmlStretch finds the plain tags in a stretch of a document, 64 bytes at a time and without a
/// look at any of them: tags whose attributes are all names or NAME="VALUE", without anything in a
/// value that may hide another character but for `&amp;`, and end tags that are a name alone. What
/// the names of start tags are, and whether these change how what follows is read, is left to be
/// looked at; up to the first that does, the tags are those that the tokenizer finds. A scratch
/// that its user keeps; one thread.
class HtmlStretch {
 public:
  /// most bytes are looked at at once.
  static constexpr std::size_t most = 16 * HtmlMarks::width;

  /// is_there says whether this processor has what makes it worth while.
  [[nodiscard]] static bool is_there() noexcept;

  /// find looks at whole blocks from `from`, which is in the data state, up to `until`.
  void find(std::string_view window, std::size_t from, std::size_t until) noexcept;

  /// begin and end are where the plain start tags have their names, and what else begins with `<`
  /// and no slash.
  [[nodiscard]] const std::uint32_t* begin() const noexcept { return places_.data(); }
  [[nodiscard]] const std::uint32_t* end() const noexcept { return end_; }

  /// behind is where the stretch ended: in the data state, or at the `<` of a tag that does not end
  /// in it, or that `is_odd`: then it is not a plain one.
  [[nodiscard]] std::size_t behind() const noexcept { return behind_; }
  [[nodiscard]] bool is_odd() const noexcept { return odd_; }

 private:
  struct Carry;
  static constexpr std::size_t at_once = 4;  // blocks that are marked before they are looked at

  static std::uint64_t look(const HtmlMarks& marks, std::size_t at, std::string_view window,
                            Carry& carry, std::uint32_t*& out) noexcept;

  // Room to write beyond a block's tags, without a look at how many there are.
  std::array<std::uint32_t, most / 2 + 8> places_;
  const std::uint32_t* end_ = places_.data();
  std::size_t behind_ = 0;
  bool odd_ = false;
};

}  // namespace signgate::rewrite
