// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/link_attributes.hpp"

#include <gtest/gtest.h>

#include "gateway/rewrite/candidate_log.hpp"
#include "gateway/rewrite/html_tokenizer.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;
using Kind = LinkAttributes::Kind;

const PageRules& rules() {
  static const PageRules made = [] {
    PageRules added;
    added.attributes.add("", "data-full", Kind::url);
    added.attributes.add("img", "data-zoom", Kind::url);
    added.attributes.add("", "data-set", Kind::srcset);
    added.attributes.add("video", "data-set", Kind::json);
    added.attributes.add("", "data-css", Kind::css);
    added.attributes.add("param", "value", Kind::url);
    return added;
  }();
  return made;
}

TEST(LinkAttributes, FindsWhatIsSaidOfAnElementBeforeWhatIsSaidOfAll) {
  const LinkAttributes& added = rules().attributes;
  LinkAttributes::Found found;
  EXPECT_EQ(added.element_of("div"), 0U);
  EXPECT_NE(added.element_of("img"), added.element_of("video"));
  ASSERT_TRUE(added.find(0, "data-set", found));
  EXPECT_EQ(found.kind, Kind::srcset);
  ASSERT_TRUE(added.find(added.element_of("video"), "data-set", found));
  EXPECT_EQ(found.kind, Kind::json);
  EXPECT_TRUE(added.find(added.element_of("img"), "data-zoom", found));
  EXPECT_FALSE(added.find(0, "data-zoom", found));
  EXPECT_FALSE(added.find(added.element_of("video"), "data-zoom", found));
  for (const std::string_view name : {"", "data-ful", "data-fulx", "Data-full", "value"})
    EXPECT_FALSE(added.find(0, name, found)) << name;
  const std::string longest(HtmlTokenizer::name_capacity, 'x');
  EXPECT_FALSE(added.find(0, longest, found));
}

TEST(LinkAttributes, TakesAsManyAsHaveABit) {
  LinkAttributes many;
  for (std::size_t i = 0; i < LinkAttributes::capacity; ++i)
    many.add("", "data-" + std::to_string(i), Kind::url);
  LinkAttributes::Found found;
  ASSERT_TRUE(many.find(0, "data-63", found));
  EXPECT_EQ(found.index, 63U);
}

TEST(LinkAttributes, AreLookedAtInAPage) {
  expect_rewriting(
      Format::html,
      "<p DATA-FULL='%1~' data-zoom=/media/private/no data-full='/media/private/no'>"
      "<img data-zoom=\"%2~\" data-set='%3~ 1x, %4~ 2x' src='%5~'>"
      "<i data-css='background:url(%6~)' value='/media/private/no'><param name=a value='%7~'>"
      "<video data-set='[\"%8~\", {\"/media/private/no\": \"a <b href=&#39;%9~&#39;>\"}]'>"
      "<video data-set=/media/private/no><meta content='%10~' property=og:image "
      "data-full='/media/private/no'>"
      "<base data-full='%11~'></p data-full='/media/private/no'>"
      "<script type=text/json>[\"<p data-full='%12~'>\"]</script>"
      "<iframe srcdoc='<p data-full=\"%13~\">'></iframe>",
      {.rules = &rules()});
}

TEST(LinkAttributes, AreLookedAtInXhtmlAndSvg) {
  expect_rewriting(Format::xml,
                   "<html xmlns='http://www.w3.org/1999/xhtml'><p data-full='%1~' "
                   "data-zoom='/media/private/no' data-set='%2~ 1x,%3~ 2x'/><img data-zoom='%4~'/>"
                   "<video data-set='[\"/media/private/no\"]' data-css=\"a:url('%5~')\"/></html>",
                   {.rules = &rules()});
  expect_rewriting(Format::xml, "<a data-full='/media/private/no'>b</a>", {.rules = &rules()});
}

TEST(LinkAttributes, ArePassedOverWhereNoneAreConfigured) {
  const PageRules none;
  expect_rewriting(Format::html, "<p data-full='/media/private/no' src='%1~'>", {.rules = &none});
}

TEST(LinkAttributes, SayWhereALinkWasFound) {
  CandidateLog log;
  const std::string document = original("<p data-full='%1'><p data-set='%2 1x'>");
  rewrite(document, whole(), {.candidates = &log, .rules = &rules()});
  ASSERT_EQ(log.candidates().size(), 2U);
  EXPECT_EQ(log.candidates()[0].context, LinkContext::added_attribute);
  EXPECT_EQ(link_context_name(LinkContext::added_attribute), "added_attribute");
  EXPECT_EQ(log.candidates()[1].context, LinkContext::srcset);
}

TEST(LinkAttributes, AreHeldNoLongerThanALinkMayBe) {
  const std::string document = "<p data-full='" + std::string(limits::link_length + 1, 'x') + "'>";
  const Rewritten run = rewrite(document, each(100), {.rules = &rules()});
  EXPECT_EQ(run.output, document);
  EXPECT_EQ(run.counters.too_long, 1U);
  EXPECT_FALSE(run.stuck);
}

}  // namespace
}  // namespace signgate::rewrite
