// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_stretch.hpp"

#include <algorithm>
#include <bit>

#ifdef __x86_64__
#include <wmmintrin.h>
// That is there wherever html_markers have more than the plain way.
#define SIGNGATE_WITH_MARKERS [[gnu::target("pclmul")]]
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

}  // namespace

// What the last byte of a block means for the first of the next: ones or zeros.
struct HtmlStretch::Carry {
  std::uint64_t in_tag = 0;
  std::uint64_t in_value = 0;
  std::uint64_t no_name = 0;  // no byte that a name may end with
  std::uint64_t opens = 0;    // an `=` after which a value begins
  std::uint64_t closed = 0;   // a value's second quote
};

bool HtmlStretch::is_there() noexcept {
  static const bool there = html_markers().size() > 1;
  return there;
}

inline void HtmlStretch::add(std::uint64_t less_than, std::size_t at) noexcept {
  std::uint32_t* place = places_.data() + count_;
  const auto put = [&] {
    *place++ =
        static_cast<std::uint32_t>(at) + static_cast<std::uint32_t>(std::countr_zero(less_than));
    count_ += less_than != 0 ? 1U : 0U;
    less_than &= less_than - 1;
  };
  // Few blocks have more than four, so that how many is no question for the branch predictor.
  for (int i = 0; i < 4; ++i)
    put();
  while (less_than != 0)
    [[unlikely]] put();
}

// That `<` and `>` alternate, and the quotes within tags, is assumed, and whatever speaks against
// it is `wrong`; before the first such byte all is as assumed.
SIGNGATE_WITH_MARKERS inline bool HtmlStretch::take(const HtmlMarks& marks, std::size_t at,
                                                    std::string_view window,
                                                    Carry& carry) noexcept {
  // Text, and its end too.
  if ((marks.less_than | marks.greater_than | carry.in_tag) == 0) return true;
  const std::uint64_t tags = parity(marks.less_than | marks.greater_than) ^ -carry.in_tag;
  const std::uint64_t in_tag = tags << 1 | carry.in_tag;
  const std::uint64_t inside = in_tag & tags;
  const std::uint64_t quotes = marks.two & inside;
  const std::uint64_t values = parity(quotes) ^ -carry.in_value;
  const std::uint64_t in_value = values << 1 | carry.in_value;
  const std::uint64_t opening = quotes & ~in_value;
  const std::uint64_t closing = quotes & in_value;
  const std::uint64_t equals = marks.equals & inside & ~in_value;
  const std::uint64_t no_name =
      marks.separates | marks.two | marks.one | marks.equals | marks.less_than | marks.greater_than;

  std::uint64_t wrong = (marks.less_than & in_tag) | (marks.greater_than & ~in_tag);
  wrong |= marks.greater_than & in_value;
  wrong |= marks.one & inside & ~in_value;
  wrong |= equals & (no_name << 1 | carry.no_name);
  wrong |= (equals << 1 | carry.opens) ^ opening;
  wrong |= (closing << 1 | carry.closed) & ~(marks.separates | marks.greater_than);

  // What hides nothing: the one reference that addresses are full of.
  for (std::uint64_t hides = marks.hides & in_value & values; hides != 0; hides &= hides - 1) {
    const auto place = at + static_cast<std::size_t>(std::countr_zero(hides));
    if (!window.substr(place).starts_with("&amp;")) wrong |= hides & -hides;
  }
  if (wrong == 0) [[likely]] {
    add(marks.less_than, at);
    carry = {.in_tag = tags >> 63,
             .in_value = values >> 63,
             .no_name = no_name >> 63,
             .opens = equals >> 63,
             .closed = closing >> 63};
    return true;
  }
  const int place = std::countr_zero(wrong);
  const std::uint64_t before = (std::uint64_t{1} << place) - 1;
  add(marks.less_than & before, at);
  odd_ = ((in_tag >> place) & 1) != 0;
  // Outside of a tag it is a `>`, which is text.
  if (!odd_) behind_ = at + static_cast<std::size_t>(place) + 1;
  return false;
}

SIGNGATE_WITH_MARKERS void HtmlStretch::find(std::string_view window, std::size_t from,
                                             std::size_t until) noexcept {
  const MarkHtml mark = html_markers().back();
  count_ = 0;
  odd_ = false;
  behind_ = from;
  Carry carry;
  std::array<HtmlMarks, at_once> marks;
  const std::size_t blocks = std::min(until - from, most) / HtmlMarks::width;
  std::size_t taken = 0;
  bool goes_on = true;
  while (goes_on && taken < blocks) {
    const std::size_t some = std::min(blocks - taken, at_once);
    mark(window.data() + from + taken * HtmlMarks::width, some, marks.data());
    for (std::size_t i = 0; i < some && goes_on; ++i, ++taken)
      goes_on = take(marks[i], from + taken * HtmlMarks::width, window, carry);
  }
  if (goes_on) behind_ = from + blocks * HtmlMarks::width;
  // The last tag is not to be passed over when it is odd, or does not end here.
  if (odd_ || (goes_on && carry.in_tag != 0)) behind_ = places_[--count_];
}

}  // namespace signgate::rewrite
