// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/batch.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate::rewrite {
namespace {

using Css = Encoding::Css;
using Html = Encoding::Html;

std::string encoded(Encoding encoding, std::string_view url, std::string_view fragment = "") {
  Link link;
  link.encoding = encoding;
  link.fragment = fragment;
  std::string out = "[";
  append_encoded(link, url, out);
  return out + "]";
}

TEST(Batch, LeavesAHeaderAsItIs) {
  EXPECT_EQ(encoded({}, "https://h/a?b&c='\"", "#d&"), "[https://h/a?b&c='\"#d&]");
}

TEST(Batch, EncodesForEachKindOfAttribute) {
  EXPECT_EQ(encoded({.html = Html::double_quoted}, "a&b'\"<>`=", "#&"),
            "[a&amp;b'&quot;&lt;&gt;`=#&amp;]");
  EXPECT_EQ(encoded({.html = Html::single_quoted}, "a&b'\"<>`="), "[a&amp;b&#39;\"&lt;&gt;`=]");
  EXPECT_EQ(encoded({.html = Html::unquoted}, "a&b'\"<>`="),
            "[a&amp;b&#39;&quot;&lt;&gt;&#96;&#61;]");
  EXPECT_EQ(encoded({.html = Html::add_quotes}, "a&b'\"", "#c"), "[\"a&amp;b'&quot;#c\"]");
}

TEST(Batch, EscapesForEachKindOfCssUrl) {
  EXPECT_EQ(encoded({.css = Css::unquoted}, "a(b)'\"\\&", "#)"), "[a\\(b\\)\\'\\\"\\\\&#\\)]");
  EXPECT_EQ(encoded({.css = Css::double_quoted}, "a(b)'\"\\"), "[a(b)'\\\"\\\\]");
  EXPECT_EQ(encoded({.css = Css::single_quoted}, "a(b)'\"\\"), "[a(b)\\'\"\\\\]");
}

TEST(Batch, EscapesForCssFirstAndForHtmlAroundIt) {
  EXPECT_EQ(encoded({Css::double_quoted, Html::double_quoted}, "a\"b&", "#'"),
            "[a\\&quot;b&amp;#']");
  EXPECT_EQ(encoded({Css::unquoted, Html::single_quoted}, "a'b"), "[a\\&#39;b]");
}

TEST(Batch, EncodesForTheTextsAroundFromTheInsideOut) {
  Encoding encoding{.html = Html::double_quoted};
  ASSERT_TRUE(encoding.wrap(Encoding::Outer::json_string));
  EXPECT_EQ(encoded(encoding, "https://h/a&b\"c", "#d"), "[https://h/a&amp;b&quot;c#d]");
  ASSERT_TRUE(encoding.wrap(Encoding::Outer::html_single_quoted));
  EXPECT_EQ(encoded(encoding, "a&'", "#d"), "[a&amp;amp;&#39;#d]");
  ASSERT_TRUE(encoding.wrap(Encoding::Outer::plain));
  EXPECT_FALSE(encoding.wrap(Encoding::Outer::plain));

  Encoding quoted{.html = Html::add_quotes};
  ASSERT_TRUE(quoted.wrap(Encoding::Outer::json_string_solidi));
  EXPECT_EQ(encoded(quoted, "https://h/a\\"), "[\\\"https:\\/\\/h\\/a\\\\\\\"]");
  Encoding xml{.css = Css::double_quoted};
  ASSERT_TRUE(xml.wrap(Encoding::Outer::xml_text));
  EXPECT_EQ(encoded(xml, "a\"&<"), "[a\\&quot;&amp;&lt;]");
}

TEST(Batch, EncodesSigningParametersHoweverManyThereAre) {
  Link link;
  link.url = "https://h/a?x=1&y='";
  link.fragment = "#d&";
  link.encoding.html = Html::single_quoted;
  std::string parameters;
  std::string in_html;
  for (int count = 0; count < 20; ++count) {
    std::string out = "[";
    append_encoded(link, link.url + parameters, out);
    EXPECT_EQ(out, "[https://h/a?x=1&amp;y=&#39;" + in_html + "#d&amp;");
    parameters += "&P=" + std::string(static_cast<std::size_t>(count) * 40, '~');
    in_html += "&amp;P=" + std::string(static_cast<std::size_t>(count) * 40, '~');
  }
}

TEST(Batch, GivesALinkItsFirstStateBack) {
  Links links;
  links.push_back({.rule = 1,
                   .url = "u",
                   .ready = true,
                   .fragment = "#f",
                   .path = "/p",
                   .relative = "r",
                   .led_by_base = true,
                   .original = "o",
                   .shared = 3,
                   .encoding = {.css = Css::unquoted, .html = Html::unquoted, .outer = {}},
                   .context = LinkContext::srcset});
  EXPECT_NE(links.back(), Link());
  links.pop_back();
  EXPECT_TRUE(links.empty());
  EXPECT_EQ(links.emplace_back(), Link());
  links.emplace_back().rule = 7;
  EXPECT_EQ(links.size(), 2U);
  EXPECT_EQ(links.back().rule, 7U);
  EXPECT_EQ(links.end() - links.begin(), 2);
  links.clear();
  EXPECT_EQ(links.begin(), links.end());
}

TEST(Batch, NamesEveryContext) {
  EXPECT_EQ(link_context_name(LinkContext::attribute), "attribute");
  EXPECT_EQ(link_context_name(LinkContext::srcset), "srcset");
  EXPECT_EQ(link_context_name(LinkContext::style_attribute), "style_attribute");
  EXPECT_EQ(link_context_name(LinkContext::style_element), "style_element");
  EXPECT_EQ(link_context_name(LinkContext::meta), "meta");
  EXPECT_EQ(link_context_name(LinkContext::meta_refresh), "meta_refresh");
  EXPECT_EQ(link_context_name(LinkContext::header), "header");
  EXPECT_EQ(link_context_name(LinkContext::style_sheet), "style_sheet");
  EXPECT_EQ(link_context_name(LinkContext::json), "json");
  EXPECT_EQ(link_context_name(LinkContext::playlist), "playlist");
  EXPECT_EQ(link_context_name(LinkContext::xml), "xml");
  EXPECT_EQ(link_context_name(LinkContext::manifest), "manifest");
}

TEST(Batch, AddsCounters) {
  Counters all{.links = 1,
               .matched = 2,
               .refused_reserved = 3,
               .refused_rule = 7,
               .refused_path = 4,
               .refused_template = 6,
               .refused_charset = 8,
               .refused_user_content = 10,
               .passed_charset = 9,
               .too_long = 5};
  all += all;
  EXPECT_EQ(all.links, 2U);
  EXPECT_EQ(all.matched, 4U);
  EXPECT_EQ(all.refused_reserved, 6U);
  EXPECT_EQ(all.refused_rule, 14U);
  EXPECT_EQ(all.refused_path, 8U);
  EXPECT_EQ(all.refused_template, 12U);
  EXPECT_EQ(all.refused_charset, 16U);
  EXPECT_EQ(all.passed_charset, 18U);
  EXPECT_EQ(all.refused_user_content, 20U);
  EXPECT_EQ(all.too_long, 10U);
}

}  // namespace
}  // namespace signgate::rewrite
