// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_names.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

TEST(HtmlNames, FindsTags) {
  EXPECT_EQ(find_tag("base"), Tag::base);
  EXPECT_EQ(find_tag("iframe"), Tag::raw);
  EXPECT_EQ(find_tag("foreignobject"), Tag::svg_point);
  EXPECT_EQ(find_tag("xmp"), Tag::raw);
  EXPECT_EQ(find_tag("annotation-xml"), Tag::math_point);
  for (const std::string_view name :
       {"", "a", "zzz", "bas", "basex", "BASE", "noscript", "template"})
    EXPECT_EQ(find_tag(name), Tag::other) << name;
}

TEST(HtmlNames, FindsAttributes) {
  EXPECT_EQ(find_attribute("src"), Attribute::src);
  EXPECT_EQ(find_attribute("xlink:href"), Attribute::xlink_href);
  EXPECT_EQ(find_attribute("data-srcset"), Attribute::data_srcset);
  EXPECT_EQ(find_attribute("ping"), Attribute::ping);
  EXPECT_EQ(find_attribute("longdesc"), Attribute::longdesc);
  EXPECT_EQ(find_attribute("http-equiv"), Attribute::http_equiv);
  EXPECT_EQ(find_attribute("srcdoc"), Attribute::srcdoc);
  EXPECT_EQ(find_attribute("type"), Attribute::type);
  for (const std::string_view name : {"", "sr", "srd", "hreg", "alt", "stylx", "width", "contenx",
                                      "data-xyz", "xlink:xxxx", "imagesrcsex"}) {
    EXPECT_EQ(find_attribute(name), Attribute::none) << name;
  }
}

TEST(HtmlNames, KnowsTheMetasThatHoldALink) {
  for (const std::string_view name :
       {"og:image", "OG:Image", " og:image:url ", "og:image:secure_url", "og:url", "og:video",
        "og:audio", "og:logo", "twitter:image", "twitter:image:src", "twitter:image0",
        "twitter:image3", "twitter:player", "twitter:player:stream"}) {
    EXPECT_TRUE(is_link_property(name)) << name;
  }
  for (const std::string_view name :
       {"", "og:", "og", "image", "og:title", "og:image:alt", "og:image:width", "twitter:image4",
        "og:image1", "description", "article:image"}) {
    EXPECT_FALSE(is_link_property(name)) << name;
  }
  EXPECT_TRUE(is_link_itemprop("contentUrl"));
  EXPECT_FALSE(is_link_itemprop("name"));
}

TEST(HtmlNames, KnowsTheScriptsThatHoldJson) {
  for (const std::string_view type :
       {"application/json", "application/ld+json", " Application/JSON ; charset=utf-8", "text/json",
        "x-shockwave/y+json", "importmap", "ImportMap", "speculationrules"}) {
    EXPECT_TRUE(is_json_script_type(type)) << type;
  }
  for (const std::string_view type :
       {"", "module", "text/javascript", "application/javascript", "json", "text/template",
        "text/html", "text/css", "importmaps", "text/x-handlebars"}) {
    EXPECT_FALSE(is_json_script_type(type)) << type;
  }
}

TEST(HtmlNames, KnowsTheScriptsThatHoldCode) {
  for (const std::string_view type :
       {"", " ", "module", "Module", "text/javascript", "application/javascript"})
    EXPECT_TRUE(is_code_script_type(type)) << type;
  for (const std::string_view type : {"importmap", "text/json", "text/template", "javascript", "x"})
    EXPECT_FALSE(is_code_script_type(type)) << type;
}

}  // namespace
}  // namespace signgate::rewrite
