// SPDX-License-Identifier: Apache-2.0
// What a rewriter carries from one window to the next, and what it lets go of.
#include "gateway/rewrite/html_state.hpp"

#include <gtest/gtest.h>

#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

constexpr std::string_view signed_prefix = "https://d1.cloudfront.net/private/";

// Bytes that cannot be part of a link leave at once.
TEST(HtmlState, HoldsBackOnlyWhatMayHoldALink) {
  const auto held = [](std::string_view beginning) {
    HtmlRewriter rewriter(matcher(), page());
    Batch batch;
    return beginning.size() - rewriter.scan(beginning, false, batch);
  };
  EXPECT_EQ(held("plain text"), 0U);
  EXPECT_EQ(held("a < b & c <"), 0U);
  EXPECT_EQ(held("<img "), 0U);
  EXPECT_EQ(held("<img src="), 0U);
  EXPECT_EQ(held("<img alt='/media/private"), 0U);
  EXPECT_EQ(held("<!-- <img src='/media/private"), 0U);
  EXPECT_EQ(held("<script> '/media/private"), 0U);
  EXPECT_EQ(held("<title>x</tit"), 0U);
  EXPECT_EQ(held("<style>a{b:url"), 0U);
  EXPECT_EQ(held("<style>a{b:url( "), 0U);
  EXPECT_EQ(held("<style>a{content:'/media"), 0U);
  EXPECT_EQ(held("<img src='data:image/png;base64,AAAA"), 0U);
  EXPECT_EQ(held("<style>a{b:url(data:image/png;base64,AAAA"), 0U);
  EXPECT_EQ(held("<meta name=a content='b'>"), 0U);
  EXPECT_EQ(held("<img src='/med"), 4U);
  EXPECT_EQ(held("<img src=/med"), 4U);
  EXPECT_EQ(held("<img srcset='/a, /b"), 6U);
  EXPECT_EQ(held("<style>a{b:url(/med"), 4U);
  EXPECT_EQ(held("<style>a</st"), 4U);
  EXPECT_EQ(held("<script type=application/json>{\"k\":\"text"), 0U);
  EXPECT_EQ(held("<script type=application/json>{\"k\":\"/med"), 4U);
  EXPECT_EQ(held("<script type=application/json>{\"k\":1</scr"), 5U);
  EXPECT_EQ(held("<script type=text/javascript>{\"k\":\"/med"), 0U);
  EXPECT_EQ(held("<iframe srcdoc='<p>"), 3U);
  EXPECT_EQ(held("<p srcdoc='<p>"), 0U);
  EXPECT_EQ(held("<meta content='abc' name="), 10U);
}

TEST(HtmlState, HandsOutACompleteLinkAtOnce) {
  HtmlRewriter rewriter(matcher(), page());
  Batch batch;
  EXPECT_EQ(rewriter.scan("<img src='/media/private/x'", false, batch), 27U);
  ASSERT_EQ(batch.links.size(), 1U);
  EXPECT_EQ(batch.links[0].url, "https://d1.cloudfront.net/private/x");
  EXPECT_EQ(batch.links[0].path, "/media/private/x");
  EXPECT_EQ(batch.links[0].original, "/media/private/x");
}

constexpr std::string_view nesting =
    R"(<base href="/media/"><script type="application/ld+json">{"/media/private/n":"\/media\/private\/1","h":"<img src=\"private/2\">)"
    R"(<script type=\"text/json\">[\"\\\/media\/private\/no\"]<\/script>"}<!--<script>["/media/private/3"]</script>"/media/private/4"</script>)"
    R"(<script>"/media/private/no"</script><script type=module>"/media/private/no"</script>)"
    R"(<script type=importmap data-x type=x>{"i":{"a":"/media/private/5"}}</script><svg><script type=importmap>"/media/private/no"</script></svg>)"
    R"(<iframe srcdoc="<img src=&quot;/media/private/6?a&amp;amp;b&quot; srcset='private/7 1x, &#47;media/private/8'><a href=/media/private/9>)"
    R"(<script type=application/json>[&quot;/media/private/10&quot;]</script>" src=/media/private/11></iframe>)"
    R"(<iframe srcdoc='<iframe srcdoc="<a href=&amp;apos;/media/private/12&amp;apos;>"></iframe><style>b{c:url("/media/private/13")}'></iframe>)"
    R"(<iframe srcdoc=<a/href=/media/private/no></iframe><p srcdoc="<img src='/media/private/no'>"><script type=text/json>["/media/private/14)";

TEST(HtmlState, LooksIntoJsonInScriptsAndHtmlInSrcdoc) {
  const Rewritten run = rewrite(nesting);
  EXPECT_EQ(run.copy, nesting);
  EXPECT_EQ(run.counters.matched, 14U);
  EXPECT_EQ(
      run.output,
      R"(<base href="/media/"><script type="application/ld+json">{"/media/private/n":"https:\/\/d1.cloudfront.net\/private\/1?Signature=0","h":"<img src=\"https://d1.cloudfront.net/private/2?Signature=0\">)"
      R"(<script type=\"text/json\">[\"\\\/media\/private\/no\"]<\/script>"}<!--<script>["https://d1.cloudfront.net/private/3?Signature=0"]</script>"https://d1.cloudfront.net/private/4?Signature=0"</script>)"
      R"(<script>"/media/private/no"</script><script type=module>"/media/private/no"</script>)"
      R"(<script type=importmap data-x type=x>{"i":{"a":"https://d1.cloudfront.net/private/5?Signature=0"}}</script><svg><script type=importmap>"/media/private/no"</script></svg>)"
      R"(<iframe srcdoc="<img src=&quot;https://d1.cloudfront.net/private/6?a&amp;amp;b&amp;amp;Signature=0&quot; srcset='https://d1.cloudfront.net/private/7?Signature=0 1x, https://d1.cloudfront.net/private/8?Signature=0'><a href=&quot;https://d1.cloudfront.net/private/9?Signature=0&quot;>)"
      R"(<script type=application/json>[&quot;https://d1.cloudfront.net/private/10?Signature=0&quot;]</script>" src="https://d1.cloudfront.net/private/11?Signature=0"></iframe>)"
      R"(<iframe srcdoc='<iframe srcdoc="<a href=&amp;apos;https://d1.cloudfront.net/private/12?Signature=0&amp;apos;>"></iframe><style>b{c:url("https://d1.cloudfront.net/private/13?Signature=0")}'></iframe>)"
      R"(<iframe srcdoc=<a/href=/media/private/no></iframe><p srcdoc="<img src='/media/private/no'>"><script type=text/json>["https://d1.cloudfront.net/private/14?Signature=0)");
}

TEST(HtmlState, LooksIntoNestedDocumentsWhereverTheyAreCut) {
  const std::string expected = rewrite(nesting).output;
  for (std::size_t cut = 1; cut < nesting.size(); ++cut)
    ASSERT_EQ(rewrite(nesting, cut_at(cut)).output, expected) << cut;
  for (std::size_t links = 1; links < 16; ++links) {
    const Rewritten run = rewrite(nesting, each(5), {.links_per_batch = links});
    ASSERT_EQ(run.output, expected) << links;
    ASSERT_LE(run.most_links, links);
  }
  ASSERT_EQ(rewrite(nesting, each(1)).output, expected);
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < 200; ++i)
    ASSERT_EQ(rewrite(nesting, random_sizes(first + i, 60)).output, expected)
        << "seed " << first + i;
}

// The base of the document around it is where its own one begins.
TEST(HtmlState, ResolvesTheBaseOfASrcdocAgainstThePagesBase) {
  const Rewritten below = rewrite(
      R"(<base href="/media/"><iframe srcdoc="<base href='private/'><img src='a.jpg'>"></iframe>)");
  EXPECT_EQ(below.counters.matched, 1U);
  EXPECT_NE(below.output.find("<img src='https://d1.cloudfront.net/private/a.jpg?"),
            std::string::npos)
      << below.output;

  const std::string elsewhere =
      R"(<base href="/other/"><iframe srcdoc="<base href='x/'><img src='a.jpg'>"></iframe>)";
  HtmlRewriter rewriter(matcher(), *PageUrl::make("https://www.example.com/media/private/7"));
  const Rewritten run = rewrite_by(rewriter, elsewhere, whole(), limits::links_per_batch);
  EXPECT_EQ(run.output, elsewhere);
}

// A script may hold neither of them, and no link brings one in.
TEST(HtmlState, NeverEndsAScriptByALink) {
  const Rewritten run = rewrite(
      R"(<script type=text/json>["\u003cimg src='/media/private/a/&lt;/script>?&lt;/script>#&lt;!--'>",)"
      R"("\u003cstyle>b{c:url('/media/private/d/\u003c!--?\u003c/script#\u003c/script>')}"]</script><br>)");
  EXPECT_EQ(run.counters.matched, 2U);
  EXPECT_EQ(run.output.find("</script"), run.output.rfind("</script"));
  EXPECT_EQ(run.output.find("<!--"), std::string::npos);
  EXPECT_NE(run.output.find("Signature=0#%3C/script%3E"), std::string::npos);
}

TEST(HtmlState, StreamsAScriptOfAnyLength) {
  std::string document = "<script type=application/json>{\"a\":[";
  std::size_t links = 0;
  for (; document.size() < 5 * limits::scan_window; ++links)
    document += R"({"text":"some \"text\" that goes on","src":"\/media\/private\/x"},)";
  document += "]}</script><img src='/media/private/y'>";
  for (const Sizes& sizes : {whole(), each(1500)}) {
    const Rewritten run = rewrite(document, sizes);
    EXPECT_EQ(run.copy, document);
    EXPECT_EQ(run.counters.matched, links + 1);
    EXPECT_LT(run.most_held, 100U);
  }
}

TEST(HtmlState, LetsALongSrcdocAndWhatIsNestedTooDeepGo) {
  const std::string text(limits::scan_window, 'x');
  const std::string document = "<iframe srcdoc='<img src=/media/private/x>" + text + "'></iframe>" +
                               "<script type='" + text + "/json'>\"/media/private/x\"</script>";
  const Rewritten run = rewrite(document, each(1000));
  EXPECT_EQ(run.copy, document);
  EXPECT_EQ(run.counters.matched, 0U);
  EXPECT_EQ(run.counters.too_long, 1U);
  // Each srcdoc stands in another one's, its quotes in ever more references.
  std::string nested = "<img src=/media/private/x>";
  for (std::size_t depth = 1; depth <= Encoding::outer_capacity + 1; ++depth) {
    std::string outer;
    for (const char c : nested)
      outer += c == '\'' ? "&#39;" : c == '&' ? "&amp;" : std::string(1, c);
    nested = "<iframe srcdoc='" + outer + "'>";
    const Rewritten found = rewrite(nested, each(7));
    EXPECT_EQ(found.copy, nested);
    EXPECT_EQ(found.counters.matched, depth <= Encoding::outer_capacity ? 1U : 0U) << depth;
  }
}

TEST(HtmlState, SendsALinkThatIsTooLongUntouchedAndCountsIt) {
  const auto image = [](std::size_t length) {
    const std::string prefix = "/media/private/";
    return "<img src='" + prefix + std::string(length - prefix.size(), 'x') + "'>";
  };
  // The longest raw value leaves room for its quote; the URL to be signed is longer by the target's
  // host.
  const std::size_t growth = signed_prefix.size() - std::string_view("/media/private/").size();
  const std::size_t longest = limits::link_length - growth;
  EXPECT_EQ(rewrite(image(longest)).counters.matched, 1U);
  for (const std::size_t length : {longest + 1, limits::link_length - 1, limits::link_length,
                                   limits::link_length + 1, limits::scan_window * 3}) {
    for (const std::size_t size : {std::size_t{1000}, limits::scan_window}) {
      const Rewritten run =
          rewrite("a" + image(length) + "<img src='/media/private/y'>", each(size));
      EXPECT_EQ(run.counters.too_long, 1U) << length;
      EXPECT_EQ(run.counters.matched, 1U) << length;
      EXPECT_EQ(run.copy, "a" + image(length) + "<img src='/media/private/y'>");
      EXPECT_LE(run.most_held, limits::link_length);
    }
  }
}

TEST(HtmlState, SendsAValueThatIsTooLongUntouchedAndCountsIt) {
  const auto document = [](std::string_view before, std::size_t length, std::string_view after) {
    const std::string link = "/media/private/x ";
    return std::string(before) + link + std::string(length - link.size(), ' ') +
           std::string(after) + "<img src='/media/private/y'>";
  };
  for (const std::size_t excess : {std::size_t{0}, std::size_t{1}, limits::scan_window}) {
    for (const std::size_t size : {std::size_t{777}, limits::scan_window}) {
      const std::string fits = document("<img srcset='", limits::scan_window - 1, "'>");
      EXPECT_EQ(rewrite(fits, each(size)).counters.matched, 2U);
      const std::string longer = document("<img srcset='", limits::scan_window + excess, "'>");
      const Rewritten run = rewrite(longer, each(size));
      EXPECT_EQ(run.counters.matched, 1U) << excess;
      EXPECT_EQ(run.counters.too_long, 1U);
      EXPECT_EQ(run.copy, longer);
    }
  }
}

TEST(HtmlState, GivesUpAMetaThatDoesNotFit) {
  for (const std::size_t length : {limits::scan_window - 100, limits::scan_window * 2}) {
    const std::string document = "<meta property=og:image content='/media/private/x' title='" +
                                 std::string(length, 'x') + "'>.";
    const Rewritten run = rewrite(document, each(5000));
    const bool fits = length < limits::scan_window;
    EXPECT_EQ(run.counters.matched, fits ? 1U : 0U);
    EXPECT_EQ(run.counters.too_long, fits ? 0U : 1U);
    EXPECT_EQ(run.copy, document);
  }
}

TEST(HtmlState, GivesUpACssUrlThatIsTooLong) {
  for (const std::size_t length :
       {limits::link_length - 100, limits::link_length, limits::link_length * 9}) {
    for (const std::size_t size : {std::size_t{100}, limits::scan_window}) {
      const std::string document = "<style>a{b:url(/media/private/" +
                                   std::string(length - 15, 'x') +
                                   ")} c{d:url(/media/private/y)}</style>";
      const Rewritten run = rewrite(document, each(size));
      EXPECT_EQ(run.counters.matched, length < limits::link_length ? 2U : 1U) << length;
      EXPECT_EQ(run.counters.too_long, length < limits::link_length ? 0U : 1U) << length;
      EXPECT_EQ(run.copy, document);
    }
  }
}

}  // namespace
}  // namespace signgate::rewrite
