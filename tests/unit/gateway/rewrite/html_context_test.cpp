// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_context.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

TEST(HtmlContext, GivesTheTextModelOfAnElement) {
  HtmlContext context;
  EXPECT_EQ(context.start_tag(Tag::title, false), TextModel::rcdata);
  EXPECT_EQ(context.start_tag(Tag::textarea, true), TextModel::rcdata);
  EXPECT_EQ(context.start_tag(Tag::style, false), TextModel::rawtext);
  EXPECT_EQ(context.start_tag(Tag::raw, false), TextModel::rawtext);
  EXPECT_EQ(context.start_tag(Tag::script, true), TextModel::script_data);
  EXPECT_EQ(context.start_tag(Tag::plaintext, false), TextModel::plaintext);
  EXPECT_EQ(context.start_tag(Tag::other, false), TextModel::data);
}

TEST(HtmlContext, ReadsForeignElementsAsMarkup) {
  HtmlContext context;
  context.start_tag(Tag::svg, false);
  EXPECT_TRUE(context.in_foreign());
  for (const Tag tag : {Tag::style, Tag::script, Tag::textarea, Tag::raw, Tag::plaintext})
    EXPECT_EQ(context.start_tag(tag, false), TextModel::data);
  EXPECT_TRUE(context.in_foreign());
  context.end_tag(Tag::svg);
  EXPECT_FALSE(context.in_foreign());
}

TEST(HtmlContext, GoesOnWithHtmlAtIntegrationPoints) {
  HtmlContext context;
  context.start_tag(Tag::svg, false);
  context.start_tag(Tag::math_point, false);  // no point of SVG
  EXPECT_TRUE(context.in_foreign());
  EXPECT_EQ(context.start_tag(Tag::title, false), TextModel::data);
  EXPECT_FALSE(context.in_foreign());
  EXPECT_EQ(context.start_tag(Tag::style, false), TextModel::rawtext);
  context.end_tag(Tag::style);
  context.start_tag(Tag::math, false);
  EXPECT_TRUE(context.in_foreign());
  context.start_tag(Tag::math_point, false);
  EXPECT_FALSE(context.in_foreign());
  context.end_tag(Tag::math_point);
  context.end_tag(Tag::math);
  EXPECT_FALSE(context.in_foreign());
  context.end_tag(Tag::title);
  EXPECT_TRUE(context.in_foreign());
}

TEST(HtmlContext, IgnoresWhatClosesItself) {
  HtmlContext context;
  context.start_tag(Tag::svg, true);
  EXPECT_FALSE(context.in_foreign());
  context.start_tag(Tag::svg, false);
  context.start_tag(Tag::svg_point, true);
  EXPECT_TRUE(context.in_foreign());
}

TEST(HtmlContext, LeavesForeignContentAtABreakout) {
  for (const Tag tag : {Tag::breakout, Tag::breakout_end, Tag::meta}) {
    HtmlContext context;
    context.start_tag(Tag::svg, false);
    context.start_tag(Tag::svg, false);
    context.start_tag(tag, false);
    EXPECT_FALSE(context.in_foreign());
  }
  HtmlContext context;
  context.start_tag(Tag::math, false);
  context.end_tag(Tag::breakout);
  EXPECT_TRUE(context.in_foreign());
  context.end_tag(Tag::breakout_end);
  EXPECT_FALSE(context.in_foreign());
}

TEST(HtmlContext, SurvivesAnyDepth) {
  HtmlContext context;
  for (int i = 0; i < 1000; ++i)
    context.start_tag(Tag::svg, false);
  EXPECT_TRUE(context.in_foreign());
  for (int i = 0; i < 1000; ++i)
    context.end_tag(Tag::svg);
  EXPECT_FALSE(context.in_foreign());
}

}  // namespace
}  // namespace signgate::rewrite
