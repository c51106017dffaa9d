// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_stretch.hpp"

#include <algorithm>
#include <bit>

#ifdef __x86_64__
#include <wmmintrin.h>
// What is there wherever html_markers have more than the plain way.
#define SIGNGATE_WITH_MARKERS [[gnu::target("pclmul,bmi,popcnt")]]
#else
#define SIGNGATE_WITH_MARKERS
#endif

namespace signgate::rewrite {
namespace {

// Each bit is whether an odd number of bits is set up to it: a product without carries by all ones.
SIGNGATE_WITH_MARKERS inline std::uint64_t parity(std::uint64_t bits) noexcept {
#ifdef __x86_64__
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(bits)),
                                               _mm_set1_epi8('\xff'), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
#else
  for (unsigned by = 1; by < 64; by *= 2)
    bits ^= bits << by;
  return bits;
#endif
}

// Adds the places of the bits. Few blocks have more than four, so that how many is hardly a
// question for the branch predictor.
SIGNGATE_WITH_MARKERS inline void add(std::uint64_t bits, std::size_t at,
                                      std::uint32_t*& out) noexcept {
  std::uint32_t* place = out;
  out += std::popcount(bits);
  const auto first = static_cast<std::uint32_t>(at);
  do {
    place[0] = first + static_cast<std::uint32_t>(std::countr_zero(bits));
    bits &= bits - 1;
    place[1] = first + static_cast<std::uint32_t>(std::countr_zero(bits));
    bits &= bits - 1;
    place[2] = first + static_cast<std::uint32_t>(std::countr_zero(bits));
    bits &= bits - 1;
    place[3] = first + static_cast<std::uint32_t>(std::countr_zero(bits));
    bits &= bits - 1;
    place += 4;
  } while (bits != 0);
}

}  // namespace

// What the last byte of a block means for the first of the next: one or zero.
struct HtmlStretch::Carry {
  std::uint64_t in_tag = 0;
  std::uint64_t in_end_tag = 0;
  std::uint64_t less_than = 0;
  std::uint64_t in_value = 0;
  std::uint64_t no_name = 0;  // no byte that a name may end with
  std::uint64_t opens = 0;    // an `=` after which a value begins
  std::uint64_t closed = 0;   // a value's second quote
};

bool HtmlStretch::is_there() noexcept {
  static const bool there = html_markers().size() > 1;
  return there;
}

// That `<` and `>` alternate, and the quotes within tags, is assumed. What speaks against it, or
// against plain tags, comes back; before the first such byte all is as assumed.
SIGNGATE_WITH_MARKERS inline std::uint64_t HtmlStretch::look(const HtmlMarks& marks, std::size_t at,
                                                             std::string_view window, Carry& carry,
                                                             std::uint32_t*& out) noexcept {
  const std::uint64_t ends = marks.less_than | marks.greater_than;
  // Text, and its end too.
  if ((ends | carry.in_tag) == 0) return 0;
  const std::uint64_t tags = parity(ends) ^ -carry.in_tag;
  const std::uint64_t in_tag = tags << 1 | carry.in_tag;
  const std::uint64_t inside = in_tag & tags;
  const std::uint64_t quotes = marks.two & inside;
  const std::uint64_t values = parity(quotes) ^ -carry.in_value;
  const std::uint64_t in_value = values << 1 | carry.in_value;
  const std::uint64_t closing = quotes & in_value;
  const std::uint64_t equals = marks.equals & inside & ~in_value;
  const std::uint64_t no_name = marks.separates | marks.two | marks.one | marks.equals | ends;
  // Added to where an end tag begins, a one runs through to the tag's end.
  const std::uint64_t begun = marks.less_than << 1 | carry.less_than;
  const std::uint64_t slashes = marks.slash & begun;
  const std::uint64_t end_tags = inside & ~(inside + (slashes | carry.in_end_tag));

  std::uint64_t wrong = (marks.less_than & in_tag) | (marks.greater_than & (~in_tag | in_value));
  wrong |= marks.one & inside & ~in_value;
  wrong |= equals & (no_name << 1 | carry.no_name);
  wrong |= (equals << 1 | carry.opens) ^ (quotes ^ closing);
  wrong |= (closing << 1 | carry.closed) & ~(marks.separates | marks.greater_than);
  wrong |= end_tags & marks.separates & ~slashes;
  // The one reference that addresses are full of hides nothing.
  for (std::uint64_t hides = marks.hides & in_value & values; hides != 0; hides &= hides - 1) {
    const auto place = at + static_cast<std::size_t>(std::countr_zero(hides));
    if (!window.substr(place).starts_with("&amp;")) wrong |= hides & -hides;
  }

  carry = {.in_tag = tags >> 63,
           .in_end_tag = end_tags >> 63,
           .less_than = marks.less_than >> 63,
           .in_value = values >> 63,
           .no_name = no_name >> 63,
           .opens = equals >> 63,
           .closed = closing >> 63};
  const std::uint64_t sound = wrong == 0 ? ~std::uint64_t{0} : (wrong & -wrong) - 1;
  add(begun & ~marks.slash & inside & sound, at, out);
  if (wrong != 0) [[unlikely]]
    carry.in_tag = (in_tag & wrong & -wrong) != 0 ? 1 : 0;
  return wrong;
}

SIGNGATE_WITH_MARKERS void HtmlStretch::find(std::string_view window, std::size_t from,
                                             std::size_t until) noexcept {
  const MarkHtml mark = html_markers().back();
  Carry carry;
  std::array<HtmlMarks, at_once> marks;
  std::uint32_t* out = places_.data();
  std::uint64_t wrong = 0;
  std::size_t at = from;
  for (std::size_t blocks = std::min(until - from, most) / HtmlMarks::width;
       blocks != 0 && wrong == 0;) {
    const std::size_t some = std::min(blocks, at_once);
    mark(window.data() + at, some, marks.data());
    for (std::size_t i = 0; i < some && wrong == 0; ++i, at += HtmlMarks::width)
      wrong = look(marks[i], at, window, carry, out);
    blocks -= some;
  }
  odd_ = wrong != 0 && carry.in_tag != 0;
  if (wrong != 0) at += static_cast<std::size_t>(std::countr_zero(wrong)) - HtmlMarks::width;
  // A tag that does not end here, or that is odd, is not to be passed over; outside of tags what is
  // wrong is a `>`, which is text.
  if (carry.in_tag != 0) {
    behind_ = window.rfind('<', at - 1);
    if (out != places_.data() && out[-1] == behind_ + 1) --out;
  } else {
    behind_ = wrong != 0 ? at + 1 : at;
  }
  end_ = out;
}

}  // namespace signgate::rewrite
