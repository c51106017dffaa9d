// SPDX-License-Identifier: Apache-2.0
#include "bench/link_finder.hpp"

#include <gmock/gmock.h>

namespace signgate::bench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view html = "text/html; charset=utf-8";
const std::string link = "https://m.example.com/a.jpg?Expires=1&Signature=aa-b~c__&Key-Pair-Id=K1";
const std::string in_html =
    "https://m.example.com/a.jpg?Expires=1&amp;Signature=aa-b~c__&amp;Key-Pair-Id=K1";

TEST(FindSignedLinks, FindsThemInEveryKindOfAttribute) {
  EXPECT_THAT(find_signed_links("<img src=\"" + in_html + "\">", html), ElementsAre(link));
  EXPECT_THAT(find_signed_links("<img src='" + in_html + "' alt=''>", html), ElementsAre(link));
  EXPECT_THAT(find_signed_links("<img src=" + in_html + ">", html), ElementsAre(link));
  EXPECT_THAT(find_signed_links("<a href = \" " + in_html + "\n\">x</a>", html), ElementsAre(link));
  EXPECT_THAT(find_signed_links(
                  "<img srcset=\"" + in_html + " 1x, " + in_html + ", " + link + " 2x\">", html),
              ElementsAre(link, link, link));
  EXPECT_THAT(find_signed_links("<i style=\"background:url(" + in_html + ")\">", html),
              ElementsAre(link));
  EXPECT_THAT(find_signed_links("<i style='background:url(&quot;" + in_html + "&quot;)'>", html),
              ElementsAre(link));
  EXPECT_THAT(
      find_signed_links("<meta http-equiv=refresh content=\"0;url='" + in_html + "'\">", html),
      ElementsAre(link));
}

TEST(FindSignedLinks, FindsThemSideBySideWithoutABlank) {
  EXPECT_THAT(find_signed_links("a{b:url(" + link + "),url('" + link + "'),url(\"" + link + "\")}",
                                "text/css"),
              ElementsAre(link, link, link));
}

TEST(FindSignedLinks, TakesJsonsEscapesAndLeavesReferencesThereAlone) {
  std::string escaped =
      "{\"u\":\"https:\\/\\/m.example.com\\/a.jpg?Expires=1\\u0026Signature=aa-b~c__"
      "\\u0026Key-Pair-Id=K1\"}";
  EXPECT_THAT(find_signed_links(escaped, "application/json"), ElementsAre(link));
  EXPECT_THAT(find_signed_links("\"" + in_html + "\"", "application/json"), ElementsAre(in_html))
      << "a link that is broken is found as it is";
}

TEST(FindSignedLinks, TakesHtmlWithinAString) {
  EXPECT_THAT(
      find_signed_links("{\"h\":\"<img src=\\\"" + in_html + "\\\">\"}", "application/json"),
      ElementsAre(link));
}

TEST(FindSignedLinks, KeepsWhatAUrlMayHold) {
  const std::string odd =
      "HTTPS://m.example.com/it's(1),2.jpg?u=https://b.example/&Signature=a__&Key-Pair-Id=K#x'y";
  EXPECT_THAT(find_signed_links("<img src=\"" + odd + "\">", html), ElementsAre(odd));
}

TEST(FindSignedLinks, PassesOverWhatIsNone) {
  EXPECT_THAT(find_signed_links("", html), IsEmpty());
  EXPECT_THAT(find_signed_links("Signature=", html), IsEmpty());
  EXPECT_THAT(find_signed_links("?Signature=a&Key-Pair-Id=K", html), IsEmpty());
  EXPECT_THAT(find_signed_links("ftp://a/?Signature=a://Signature=", html), IsEmpty());
  EXPECT_THAT(find_signed_links("https://a/b.jpg Signature=x", html), IsEmpty());
  EXPECT_THAT(find_signed_links("https://s3/?X-Amz-Signature=00ff", html), IsEmpty());
}

}  // namespace
}  // namespace signgate::bench
