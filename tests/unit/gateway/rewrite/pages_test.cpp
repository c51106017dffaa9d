// SPDX-License-Identifier: Apache-2.0
// Each page through the rewriter of its type: what is listed is signed, and nothing else; wherever
// the page is cut; and whatever becomes of its bytes, nothing but links changes, and none is signed
// that is not private media.
#include "unit/gateway/rewrite/pages.hpp"

#include <gtest/gtest.h>

#include <array>

#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

constexpr std::size_t small = 1200;  // bytes: cut at each offset
constexpr int random_runs = 40;
constexpr int mutations = 60;

const std::vector<Page>& pages() {
  static const std::vector<Page> read = read_pages();
  return read;
}

Rewritten rewrite_page(const Page& page, std::string_view document, Sizes sizes = whole(),
                       const Sign& sign = mark, std::size_t links_per_batch = 5) {
  const auto rewriter =
      make_rewriter(find_format(page.type), pages_matcher(), PageUrl::make(page.url).value(),
                    {.links_per_batch = links_per_batch});
  return rewrite_by(*rewriter, document, std::move(sizes), links_per_batch, sign);
}

/// mutated changes a few bytes of `document`, or moves, repeats or drops some.
std::string mutated(std::string document, std::mt19937_64& random) {
  constexpr auto bits = std::to_array<std::string_view>({"<",
                                                         ">",
                                                         "\"",
                                                         "'",
                                                         "&",
                                                         "&amp;",
                                                         "=",
                                                         " ",
                                                         "\n",
                                                         "\\",
                                                         "\\\"",
                                                         "\\u002f",
                                                         "/",
                                                         "../",
                                                         "%2e%2e/",
                                                         "@",
                                                         ":",
                                                         "?",
                                                         "#",
                                                         "<!--",
                                                         "-->",
                                                         "<script>",
                                                         "</script>",
                                                         "<![CDATA[",
                                                         "]]>",
                                                         "url(",
                                                         ")",
                                                         "{",
                                                         "}",
                                                         "[",
                                                         "]",
                                                         ",",
                                                         "\xFF",
                                                         "https://media.example.com/private/vip/x",
                                                         "/media/private/x",
                                                         "?Expires=1",
                                                         "$Number$",
                                                         "</style>",
                                                         "<svg>",
                                                         "<base href=//a.test/>"});
  for (auto changes = 1 + random() % 3; changes > 0; --changes) {
    const std::size_t place = random() % (document.size() + 1);
    const std::size_t size = std::min<std::size_t>(random() % 30, document.size() - place);
    switch (random() % 4) {
      case 0:
        document.insert(place, bits[random() % bits.size()]);
        break;
      case 1:
        document.erase(place, size);
        break;
      case 2:
        document.insert(random() % (document.size() + 1), document.substr(place, size));
        break;
      default:
        if (place < document.size()) document[place] = static_cast<char>(random());
    }
  }
  return document;
}

/// is_below_a_target says that a browser which asks for `url` stays below what may be signed.
bool is_below_a_target(std::string_view url) {
  constexpr auto targets = std::to_array<std::string_view>(
      {"https://d111111abcdef8.cloudfront.net/private/", "https://d222222abcdef8.cloudfront.net/",
       "https://d333333abcdef8.cloudfront.net/s/"});
  return std::ranges::any_of(targets, [=](auto target) { return url.starts_with(target); }) &&
         !has_dot_segment(url.substr(0, url.find('?')));
}

class Pages : public ::testing::TestWithParam<std::size_t> {
 protected:
  const Page& page() const { return pages()[GetParam()]; }
};

TEST_P(Pages, HaveExactlyTheListedLinksSigned) {
  std::vector<ListedLink> listed = page().links;
  std::erase_if(listed, [](const ListedLink& link) { return !link.is_signed; });
  std::string expected;  // the document with what replaces each link, in the place that is listed
  std::size_t behind = 0;
  std::size_t count = 0;
  const Rewritten run = rewrite_page(page(), page().document, whole(), [&](const Link& link) {
    if (count++ >= listed.size()) return mark(link);
    const ListedLink& wanted = listed[count - 1];
    EXPECT_EQ(link.original, wanted.text);
    EXPECT_EQ(link_context_name(link.context), wanted.context) << wanted.text;
    EXPECT_EQ(link.url, wanted.url) << wanted.text;
    EXPECT_EQ(link.fragment, wanted.fragment) << wanted.text;
    expected.append(page().document, behind, wanted.place - behind);
    append_encoded(link, mark(link), expected);
    behind = wanted.place + wanted.text.size();
    return mark(link);
  });
  expected.append(page().document, behind);
  EXPECT_EQ(count, listed.size());
  EXPECT_EQ(run.output, expected);
  EXPECT_EQ(run.copy, page().document);
}

TEST_P(Pages, AreTheSameWhereverTheyAreCut) {
  const std::string& document = page().document;
  const std::string expected = rewrite_page(page(), document).output;
  for (std::size_t cut = 1; cut < document.size() && document.size() <= small; ++cut)
    ASSERT_EQ(rewrite_page(page(), document, cut_at(cut)).output, expected) << cut;
  ASSERT_EQ(rewrite_page(page(), document, each(1)).output, expected);
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < random_runs; ++i) {
    ASSERT_EQ(rewrite_page(page(), document, random_sizes(first + i, 400)).output, expected)
        << "seed " << first + i;
  }
}

TEST_P(Pages, MutatedChangeInTheirLinksAlone) {
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < mutations; ++i) {
    std::mt19937_64 random(first + i);
    const std::string document = mutated(page().document, random);
    const auto sign = [&](const Link& link) {
      EXPECT_TRUE(is_below_a_target(link.url)) << link.url << ", seed " << first + i;
      return mark(link);
    };
    const Rewritten run = rewrite_page(page(), document, whole(), sign);
    ASSERT_EQ(run.copy, document) << "seed " << first + i;
    const Rewritten cut = rewrite_page(page(), document, random_sizes(first + i, 50), sign);
    ASSERT_EQ(cut.copy, document) << "seed " << first + i;
    ASSERT_EQ(cut.output, run.output) << "seed " << first + i;
  }
}

TEST(PagesList, HasSomethingOfEachFormat) {
  EXPECT_GE(pages().size(), 40U);
  for (const Format format : {Format::html, Format::css, Format::json, Format::m3u8, Format::xml,
                              Format::mpd, Format::vtt, Format::text}) {
    EXPECT_TRUE(std::ranges::any_of(
        pages(), [=](const Page& page) { return find_format(page.type) == format; }));
  }
}

std::string test_name(const ::testing::TestParamInfo<std::size_t>& info) {
  std::string name = pages()[info.param].name;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Pages, ::testing::Range<std::size_t>(0, pages().size()), test_name);

}  // namespace
}  // namespace signgate::rewrite
