// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/user_content.hpp"

#include <gtest/gtest.h>

#include "gateway/rewrite/candidate_log.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

const PageRules& rules() {
  static const PageRules made = [] {
    PageRules all;
    all.attributes.add("", "data-state", LinkAttributes::Kind::json);
    all.user_content = {"data-uc", {{"https://d1.cloudfront.net/private/avatars/"}, {}}};
    return all;
  }();
  return made;
}

const RewriteOptions options{.rules = &rules()};

/// in_region says whether a link behind these tags is still user content.
bool in_region(std::string_view tags) {
  const std::string page = std::string(tags) + "<img src='/media/private/x'>";
  return rewrite(page, whole(), options).counters.refused_user_content == 1;
}

TEST(UserContent, AllowsWhatTheRuleListsForIt) {
  const UserContentRules& content = rules().user_content;
  EXPECT_TRUE(content.allows(0, "https://d1.cloudfront.net/private/avatars/a.jpg"));
  EXPECT_FALSE(content.allows(0, "https://d1.cloudfront.net/private/avatar"));
  EXPECT_FALSE(content.allows(1, "https://d2.cloudfront.net/private/avatars/a.jpg"));
  EXPECT_FALSE(content.allows(2, "https://d1.cloudfront.net/private/avatars/a.jpg"));
}

TEST(UserContent, SignsInARegionOnlyWhatIsListed) {
  expect_rewriting(
      Format::html,
      "<img src='%1~'><div data-uc><img src='%avatars/2~'><img src='/media/private/no'>"
      "<a href='https://films.example.com/no'><img srcset='%avatars/3~ 1x, /media/private/no 2x'>"
      "<p style='a:url(/media/private/no)'><p style='a:url(%avatars/4~)'>"
      "<style>b{c:url(/media/private/no)}</style><a href='https://d1.cloudfront.net/private/no'>"
      "<a href='/media/private/avatars/../no'></div><img src='%5~'>",
      options);
}

TEST(UserContent, HoldsForTheAttributesBehindTheMark) {
  expect_rewriting(Format::html,
                   "<a href='%1~' data-uc poster='/media/private/no'>x</a><img DATA-UC=1 "
                   "src='/media/private/no'><img src='%2~'><br data-uc><img src='%3~'></p data-uc>"
                   "<img src='%4~'>",
                   options);
}

TEST(UserContent, GoesOnInDocumentsWithinOne) {
  expect_rewriting(
      Format::html,
      "<div data-uc><script type=text/json>[\"/media/private/no\", \"%avatars/1~\"]</script>"
      "<iframe srcdoc='<a href=\"/media/private/no\"></div><a href=\"%avatars/2~\">'></iframe>"
      "<template><img src='/media/private/no'></template>"
      "<p data-state='[\"/media/private/no\"]'></p></div>"
      "<iframe srcdoc='<p data-uc><a href=\"/media/private/no\"></a></p><a href=\"%3~\">'></iframe>"
      "<script data-uc type=text/json>[\"/media/private/no\"]</script>"
      "<script type=text/json>[\"<p data-uc><a href='/media/private/no'></p>\", \"%4~\"]</script>"
      "<iframe data-uc srcdoc='<a href=\"/media/private/no\">'></iframe><a href='%5~'>",
      options);
}

TEST(UserContent, IsTakenForNothingWhereItIsNotConfigured) {
  const PageRules none;
  expect_rewriting(Format::html, "<div data-uc><img src='%1~'></div>", {.rules = &none});
}

TEST(UserContent, EndsWithItsElement) {
  for (const char* tags :
       {"<div data-uc></div>", "<div data-uc><div></div></div>", "<div data-uc><p>a<li>b<b>c</div>",
        "<div data-uc><!-- </div> --><textarea></div></textarea></div>", "<DIV data-uc></DIV >",
        "<span data-uc><i></i></span>", "<div data-uc><table><tr><td>a<tr><td>b</table></div>",
        "<div data-uc><td></div>", "<div data-uc><svg><path/><g></g></svg></div>",
        "<ul data-uc><li>a<li>b</ul>", "<p data-uc><br><img></p>", "<svg><image data-uc /></svg>",
        "<x-comment data-uc></x-comment>", "<td data-uc><table><tr><td></td></tr></table></td>",
        "<div data-uc><select></select></div>", "<section data-uc><input><hr><wbr></section>",
        "<div data-uc><title></title></div>"}) {
    EXPECT_FALSE(in_region(tags)) << tags;
  }
}

// Wherever a browser takes no notice of an end tag, or of the one that only seems to be it.
TEST(UserContent, NeverEndsBeforeItsElement) {
  for (const char* tags :
       {"<div data-uc>",
        "<div data-uc><div></div>",
        "<div data-uc></p></span></section>",
        "<div data-uc><table><tr><td></div>",
        "<div data-uc><object></div>",
        "<div data-uc><template></div>",
        "<div data-uc><svg><desc></div>",
        "<div data-uc><math><mi></div>",
        "<div data-uc><table></div></table>",
        "<div data-uc><noscript></div></noscript>",
        "<div data-uc><select></div></select>",
        "<div data-uc><!-- --></!-- </div>",
        "<div data-uc><script></div></script>",
        "<div data-uc><style></div></style>",

        "<span data-uc><p></span>",
        "<span data-uc><div></span></div>",
        "<b data-uc><p></b>",
        "<h1 data-uc><h2></h1>",
        "<p data-uc></div>",
        "<div data-uc/>",
        "<form data-uc></form>",
        "<body data-uc></body>",
        "<html data-uc></html></div>",
        "<div data-uc><img></img/></x>",
        "<li data-uc><ul></li>",
        "<div data-uc><marquee></div>",
        "<x-a-name-that-is-longer-than-any-is data-uc></x-a-name-that-is-longer-than-any-is>"}) {
    EXPECT_TRUE(in_region(tags)) << tags;
  }
}

TEST(UserContent, KeepsNoMoreElementsThanItsLimit) {
  const auto nested = [](std::size_t depth) {
    std::string tags = "<div data-uc>";
    for (std::size_t i = 1; i < depth; ++i)
      tags += "<div>";
    for (std::size_t i = 0; i < depth; ++i)
      tags += "</div>";
    return tags;
  };
  EXPECT_FALSE(in_region(nested(UserContentRegion::depth_limit)));
  EXPECT_TRUE(in_region(nested(UserContentRegion::depth_limit + 1)));
}

TEST(UserContent, IsMarkedInXmlAsWell) {
  expect_rewriting(Format::xml,
                   "<html><img src='%1~'/><div src='/media/private/no' data-uc=''>"
                   "<img src='/media/private/no'/><div><img src='%avatars/2~'/></div>"
                   "<style>a{b:url(/media/private/no)}</style></div><img src='%3~'/>"
                   "<img data-uc='' src='/media/private/no'/><img src='%4~'/></html>",
                   options);
  expect_rewriting(Format::xml,
                   "<rss><d>&lt;img src='%1~'></d><d data-uc='1'>&lt;img src='/media/private/no'>"
                   "</d><d>&lt;p data-uc>&lt;img src='/media/private/no'>&lt;/p>&lt;img "
                   "src='%2~'></d><link>%3~</link><link data-uc=''>/media/private/no</link></rss>",
                   options);
}

TEST(UserContent, SaysWhyALinkIsLeftAlone) {
  CandidateLog log;
  RewriteOptions noted = options;
  noted.candidates = &log;
  rewrite("<div data-uc><img src='/media/private/x'><img src='/other'>", whole(), noted);
  ASSERT_EQ(log.candidates().size(), 2U);
  EXPECT_EQ(log.candidates()[0].obstacle, CandidateLink::Obstacle::user_content);
  EXPECT_EQ(log.candidates()[1].obstacle, CandidateLink::Obstacle::none);
}

}  // namespace
}  // namespace signgate::rewrite
