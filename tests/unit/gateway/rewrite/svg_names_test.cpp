// SPDX-License-Identifier: Apache-2.0
// What of SVG is CSS: presentation attributes and <style>, within HTML and on its own.
#include "gateway/rewrite/svg_names.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

void expect_untouched(Format format, std::string_view text) {
  const std::string document = original(text);
  EXPECT_EQ(rewrite_as(format, document).output, document);
}

TEST(SvgNames, KnowWhichPropertiesAreAttributes) {
  EXPECT_EQ(find_presentation_attribute("fill"), 0U);
  EXPECT_EQ(find_presentation_attribute("cursor"), presentation_attributes.size() - 1);
  for (const std::string_view other : {"", "Fill", "fill-rule", "marker-stop", "style"})
    EXPECT_EQ(find_presentation_attribute(other), presentation_attributes.size()) << other;
  EXPECT_TRUE(may_hold_css_url("url(#a)"));
  EXPECT_TRUE(may_hold_css_url("url&lpar;#a)"));
  EXPECT_FALSE(may_hold_css_url("none"));
}

TEST(SvgNames, AreLookedAtInSvg) {
  for (const std::string_view name : presentation_attributes) {
    const std::string attribute =
        " " + std::string(name) + "=\"url('%a.svg~') 2 2, url(%b.svg~#c) , url(#d) none\"";
    const std::string drawing = "<svg" + attribute + "><g" + attribute + "/></svg>";
    expect_rewriting(Format::html, "<p>" + drawing);
    expect_rewriting(Format::xml, drawing);
  }
}

TEST(SvgNames, AreWrittenInTheFormOfTheirPlace) {
  EXPECT_EQ(rewrite("<svg><path FILL='url(&quot;/media/private/a?b=1&amp;c&quot;)'>").output,
            "<svg><path FILL='url(&quot;https://d1.cloudfront.net/private/"
            "a?b=1&amp;c&amp;Signature=0&quot;)'>");
  EXPECT_EQ(rewrite("<svg><path mask=url(/media/private/a)>").output,
            "<svg><path mask=url(https://d1.cloudfront.net/private/a?Signature&#61;0)>");
  EXPECT_EQ(rewrite("<svg><path fill=url&lpar;/media/private/a)>").counters.matched, 1U);
  // The first of equal names counts.
  expect_untouched(Format::html, "<svg><path fill=none fill='url(%~)' mask='none' mask='url(%~)'>");
}

TEST(SvgNames, AreWordsOutsideOfSvg) {
  const std::string attribute = " fill='url(%x~)'>";
  for (const std::string_view before :
       {"<p", "<svg></svg><p", "<svg><foreignObject><p", "<svg><desc><b", "<svg><div", "<svg><img",
        "<math><mi", "<math><mrow", "<x-svg"})
    expect_untouched(Format::html, std::string(before) + attribute);
  expect_untouched(Format::html, "<svg></svg fill='url(%x~)'>");
  expect_untouched(Format::html, "<svg><path data-fill='url(%x~)' xlink:fill='url(%x~)'>");
  expect_untouched(Format::xml, "<rss><a fill='url(%x~)'/></rss>");
  expect_untouched(Format::xml, "<svg><a x:fill='url(%x~)'/></svg>");
}

constexpr std::string_view styles =
    "<svg><style type=\"text/css\">.a{fill:url(%1~)} .b{fill:url('%2~')} /* url(%no~) */\n"
    ".c{fill:url(%3~)} < .d{mask:url(%4~)} <3</style><text>url(%no~)</text>"
    "<style><![CDATA[.e{fill:url(\"%5~\")} ]] ]> <b> .f{fill:url(%6~)}]]></style>"
    "<style>/*<![CDATA[*/ .g{fill:url(%7~)} /*]]>*/ .h{fill:url(%8~)} <!-- url(%no~) ' -->"
    " .i{fill:url(%9~)}</style><STYLE>@import '%10~';</STYLE><style/>url(%no~)"
    "<style>a{b:url(%11~</style>url(%no~)</svg>url(%no~)<style>a{b:url(%12~)}</style>";

TEST(SvgNames, StyleIsCssWithinHtml) {
  std::string text(styles);
  // What is no link has no end either.
  for (std::size_t at = 0; (at = text.find("%no~", at)) != std::string::npos;)
    text.replace(at, 4, "/media/private/no");
  expect_rewriting(Format::html, text);
  expect_untouched(Format::html, "<svg><style>a{b:c}<g>url(/media/private/no)</g></style>");
  expect_untouched(Format::html, "<svg><style>a{b:c}</x>url(/media/private/no)</style>");
  expect_untouched(Format::html, "<math><style>a{b:url(/media/private/no)}</style>");
  expect_untouched(Format::html, "<svg><desc><p>url(/media/private/no)</p></desc>");
}

TEST(SvgNames, StyleIsWrittenInTheFormOfItsPlace) {
  EXPECT_EQ(rewrite("<svg><style>a{b:url(/media/private/a?b&amp;c)}</style>").output,
            "<svg><style>a{b:url(https://d1.cloudfront.net/private/a?b&amp;c&amp;Signature=0)}"
            "</style>");
  EXPECT_EQ(rewrite("<svg><style><![CDATA[a{b:url(/media/private/a?b&c)}]]></style>").output,
            "<svg><style><![CDATA[a{b:url(https://d1.cloudfront.net/private/a?b&c&Signature=0)}"
            "]]></style>");
  expect_untouched(Format::html, "<svg><style>a{b:url(/media/private/a?b&c)}</style>");
  std::vector<LinkContext> contexts;
  rewrite("<svg fill='url(/media/private/a)'><style>a{b:url(/media/private/b)}</style>", whole(),
          {}, [&](const Link& link) {
            contexts.push_back(link.context);
            return std::string();
          });
  EXPECT_EQ(contexts, (std::vector{LinkContext::style_attribute, LinkContext::style_element}));
}

TEST(SvgNames, StyleIsReadInTheCharsetOfThePage) {
  const RewriteOptions latin1{.charset = find_charset("latin1")};
  for (const std::string_view text :
       {"<svg><style>a{b:url(/media/private/\xE9)}</style>",
        "<svg><style><![CDATA[a{b:url(/media/private/\xE9)}]]></style>",
        "<svg fill='url(/media/private/\xE9)'>"}) {
    const Rewritten run = rewrite(text, whole(), latin1);
    EXPECT_NE(run.output.find("https://d1.cloudfront.net/private/%C3%A9?"), std::string::npos)
        << run.output;
  }
  const RewriteOptions gbk{.charset = find_charset("gbk")};
  EXPECT_EQ(rewrite(styles, whole(), gbk).counters.matched, 0U);
  EXPECT_EQ(rewrite("<svg fill='url(/media/private/a)'>", whole(), gbk).counters.matched, 0U);
}

TEST(SvgNames, StyleDeepInOtherDocumentsStays) {
  const std::string text = "<svg><style>a{b:url(/media/private/a)}</style>";
  EXPECT_EQ(rewrite(text, whole(), {.links_per_batch = 1, .depth = 2}).counters.matched, 1U);
  EXPECT_EQ(rewrite(text, whole(), {.links_per_batch = 1, .depth = 3}).counters.matched, 0U);
}

TEST(SvgNames, HoldBackNothingThatCannotBeALink) {
  const auto held = [](std::string_view beginning) {
    const auto rewriter = make_rewriter(Format::html, matcher(), page());
    Batch batch;
    return beginning.size() - rewriter->scan(beginning, false, batch);
  };
  EXPECT_EQ(held("<svg><style>a{b:url"), 0U);
  EXPECT_EQ(held("<svg><style>a{b:url(/m"), 2U);
  EXPECT_EQ(held("<svg><style>a <"), 1U);
  EXPECT_EQ(held("<svg><style>a <b"), 0U);
  EXPECT_EQ(held("<svg><style>a <!-- b"), 0U);
  EXPECT_EQ(held("<svg><style>a{b:url(/m<!-- b"), 0U);
  EXPECT_EQ(held("<svg><style><![CDATA[a ]"), 1U);
  EXPECT_EQ(held("<svg><style><![CDATA[a ]]]]]]]]"), 2U);
  EXPECT_EQ(held("<svg><style><![CDATA[a{b:url(/m"), 2U);
  EXPECT_EQ(held("<svg><style>a</style>url(/m"), 0U);
  EXPECT_EQ(held("<svg><path fill='no"), 2U);
  EXPECT_EQ(held("<svg><path fill='none'"), 0U);
  EXPECT_EQ(held("<p fill='no"), 0U);
}

TEST(SvgNames, LetWhatIsTooLongGo) {
  const std::string x(80000, 'x');
  const std::string text = "<svg fill='url(/media/private/" + x + ")'><style>a{b:c}<!--" + x +
                           "-->a{b:url(/media/" + x + ")}" + "</style><style><![CDATA[" +
                           std::string(80000, ']') + "a{b:url(/media/private/a)}]]></style>";
  const Rewritten run = rewrite(text, each(1000));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.copy, text);
  EXPECT_EQ(run.counters.too_long, 2U);
  EXPECT_EQ(run.counters.matched, 1U);
  EXPECT_EQ(run.output, rewrite(text).output);
}

}  // namespace
}  // namespace signgate::rewrite
