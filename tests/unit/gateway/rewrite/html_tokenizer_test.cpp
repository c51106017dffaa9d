// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/html_tokenizer.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "unit/gateway/rewrite/html5lib.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

std::string written(const Seen& seen) {
  std::ostringstream out;
  for (const SeenTag& tag : seen.tags)
    out << tag;
  return std::move(out).str();
}

// Whole, cut at every offset, and byte by byte.
void expect_tags(std::string_view document, std::string_view expected,
                 const HtmlTokenizer& tokenizer = {}) {
  EXPECT_EQ(written(tokenize(tokenizer, document)), expected) << document;
  EXPECT_EQ(written(tokenize(tokenizer, document, each(1))), expected) << document;
  for (std::size_t cut = 1; cut < document.size(); ++cut) {
    EXPECT_EQ(written(tokenize(tokenizer, document, cut_at(cut))), expected)
        << document << " cut at " << cut;
  }
}

HtmlTokenizer inside(TextModel model, std::string_view element, bool report = false) {
  HtmlTokenizer tokenizer;
  tokenizer.set_text_model(model, element, report);
  return tokenizer;
}

TEST(HtmlTokenizer, DataState) {
  expect_tags("a<b>c", "<b>");
  expect_tags("a < b <", "");
  expect_tags("<1><-><é><>", "");
  expect_tags("", "");
}

TEST(HtmlTokenizer, TagOpenState) {
  expect_tags("<<a>", "<a>");
  expect_tags("<?a b='>'><c>", "<c>");
  expect_tags("</ a><b>", "<b>");
  expect_tags("</><b>", "<b>");
  expect_tags("</a>", "</a>");
}

TEST(HtmlTokenizer, TagNameState) {
  expect_tags("<DiV-x.y:1é>", "<div-x.y:1é>");
  expect_tags("<a/b>", "<a b=[]>");
  expect_tags("<a<b>", "<a<b>");
  expect_tags("<a\fb><a\tb><a\nb><a\rb>", "<a b=[]><a b=[]><a b=[]><a b=[]>");
  expect_tags("<a", "");
}

TEST(HtmlTokenizer, AttributeNameStates) {
  expect_tags("<a B c=d>", "<a b=[] c=[d]>");
  expect_tags("<a b =c d= e>", "<a b=[c] d=[e]>");
  expect_tags("<a =b>", "<a =b=[]>");
  expect_tags("<a =b=c>", "<a =b=[c]>");
  expect_tags("<a ==b>", "<a ==[b]>");
  expect_tags("<a b\"'<c>", "<a b\"'<c=[]>");
  expect_tags("<a b=c b=d B>", "<a b=[c]>");
  expect_tags("<a b b=c>", "<a b=[]>");
}

TEST(HtmlTokenizer, AttributeValueStates) {
  expect_tags("<a b=\"c'>&amp;\">", "<a b=[c'>&]>");
  expect_tags("<a b='c\">'>", "<a b=[c\">]>");
  expect_tags("<a b=c/d>", "<a b=[c/d]>");
  expect_tags("<a b=c\"d'e=f`>", "<a b=[c\"d'e=f`]>");
  expect_tags("<a b=>c", "<a b=[]>");
  expect_tags("<a b=''c=\"\"d>", "<a b=[] c=[] d=[]>");
  expect_tags("<a b=c", "");
  expect_tags("<a b='c", "");
  expect_tags("<a b='c'", "");
}

TEST(HtmlTokenizer, SelfClosingStartTagState) {
  expect_tags("<a/>", "<a/>");
  expect_tags("<a b=c />", "<a b=[c]/>");
  expect_tags("<a b=c/>", "<a b=[c/]>");
  expect_tags("<a b='c'/>", "<a b=[c]/>");
  expect_tags("<a / >", "<a>");
  expect_tags("<a /b>", "<a b=[]>");
  expect_tags("<a //>", "<a/>");
}

TEST(HtmlTokenizer, Comments) {
  for (const std::string_view comment :
       {"<!---->", "<!-->", "<!--->", "<!--a-->", "<!--a--!>", "<!--->", "<!--a--->", "<!----!>",
        "<!--<!--a-->", "<!--<!-->", "<!--a--b-->", "<!--a--!b-->", "<!--a--!-->", "<!--<b>-->",
        "<!--a->b-->", "<!-- -- > -->"}) {
    expect_tags(std::string(comment) + "<x>", "<x>");
  }
  for (const std::string_view open : {"<!--a", "<!--a-", "<!--a--", "<!--a--!", "<!--", "<!---"}) {
    expect_tags(std::string(open) + "<x", "");
  }
  // `--!` ends a comment only before `>`.
  expect_tags("<!--a--!<b>--><x>", "<x>");
}

TEST(HtmlTokenizer, BogusComments) {
  expect_tags("<!a><x>", "<x>");
  expect_tags("<!-a--><x>", "<x>");
  expect_tags("<!><x>", "<x>");
  expect_tags("<!DOCTYPE html><x>", "<x>");
  expect_tags("<!doctype html PUBLIC \"a>b\"><x>", "<x>");
  expect_tags("<![CDATA[<y>]]><x>", "<x>");
  expect_tags("<![CDAT", "");
}

TEST(HtmlTokenizer, CdataSections) {
  HtmlTokenizer tokenizer;
  tokenizer.allow_cdata(true);
  expect_tags("<![CDATA[<y>]]><x>", "<x>", tokenizer);
  expect_tags("<![CDATA[<y>]]]]><x>", "<x>", tokenizer);
  expect_tags("<![CDATA[]>]]>]]><x>", "<x>", tokenizer);
  expect_tags("<![CDATA<y>]]><x>", "<x>", tokenizer);
  expect_tags("<![cdata[<y>]]><x>", "<x>", tokenizer);
}

TEST(HtmlTokenizer, RcdataAndRawtextEndAtTheirOwnEndTag) {
  for (const TextModel model : {TextModel::rcdata, TextModel::rawtext}) {
    expect_tags("<a></b></xm></xmpx></ xmp></xmp><c>", "</xmp><c>", inside(model, "xmp"));
    expect_tags("</XMP/><c>", "</xmp/><c>", inside(model, "xmp"));
    expect_tags("</xmp a=b><c>", "</xmp a=[b]><c>", inside(model, "xmp"));
    expect_tags("<</xmp><c>", "</xmp><c>", inside(model, "xmp"));
    expect_tags("</<!--</xmp><c>", "</xmp><c>", inside(model, "xmp"));
    expect_tags("</xmp", "", inside(model, "xmp"));
  }
}

TEST(HtmlTokenizer, ScriptDataStates) {
  const HtmlTokenizer script = inside(TextModel::script_data, "script");
  expect_tags("<a></script><b>", "</script><b>", script);
  expect_tags("<!--</script><b>", "</script><b>", script);
  expect_tags("<!--<script></script><a>--></script><b>", "</script><b>", script);
  expect_tags("<!--<script></script></script><b>", "</script><b>", script);
  expect_tags("<!--<scriptx></script><b>", "</script><b>", script);
  expect_tags("<!--<SCRIPT/></SCRIPT ></script><b>", "</script><b>", script);
  expect_tags("<!--<script>--></script><b>", "</script><b>", script);
  expect_tags("<!--<script>-></script><b>--><c></script><d>", "</script><d>", script);
  expect_tags("<!-<script></script><b>", "</script><b>", script);
  expect_tags("<!--><script></script><b>", "</script><b>", script);
  expect_tags("<!-- <script> </scriptx></script><!-- </script> --></script><b>",
              "</script></script><b>", script);
}

TEST(HtmlTokenizer, PlaintextNeverEnds) {
  expect_tags("<a></plaintext><b>", "", inside(TextModel::plaintext, "plaintext"));
}

TEST(HtmlTokenizer, ReportsRawTextWhole) {
  const std::string_view document = "a<b></sty</style x></stylex<</style>c<d>";
  for (std::size_t size = 1; size <= document.size(); ++size) {
    const Seen seen = tokenize(inside(TextModel::rawtext, "style", true), document, each(size));
    EXPECT_EQ(seen.text, "a<b></sty") << size;
  }
  const Seen open = tokenize(inside(TextModel::rawtext, "style", true), "a</styl", each(1));
  EXPECT_EQ(open.text, "a</styl");
}

TEST(HtmlTokenizer, ReportsScriptsWholeInAllTheirStates) {
  for (const std::string_view text :
       {"", "a", "a<b</scrip</scriptx>", "<!", "<!-", "<!--a", "<!--a-b--c", "<!--<a</b</scr",
        "<!--<script>a</script>b", "<!--<script>-<--</script>--<b-->c<d", "<!--></b>",
        "<!--<script>--><script>", "<!--<scrip/</", "<!---->-<!x", "<!-- </scriptx> --"}) {
    const std::string document = std::string(text) + "</script x>c<d>";
    for (std::size_t size = 1; size <= document.size(); ++size) {
      const Seen seen =
          tokenize(inside(TextModel::script_data, "script", true), document, each(size));
      ASSERT_EQ(seen.text, text) << size;
      ASSERT_EQ(written(seen), "</script x=[]><d>") << text;
    }
  }
  for (const std::string_view text :
       {"<!--<script></script></scrip", "<!--a</", "<!--<script>a</scr", "<"}) {
    EXPECT_EQ(tokenize(inside(TextModel::script_data, "script", true), text, each(1)).text, text);
  }
}

// What need not be held leaves, also where a script is escaped.
TEST(HtmlTokenizer, HoldsOnlyWhatMayBeTheEndTagOfAScript) {
  const auto held = [](std::string_view text) {
    HtmlTokenizer tokenizer = inside(TextModel::script_data, "script", true);
    while (tokenizer.next(text).kind == HtmlTokenizer::EventKind::text) {
    }
    return text.size() - tokenizer.hold();
  };
  EXPECT_EQ(held("a</scr"), 5U);
  EXPECT_EQ(held("a</scx>"), 0U);
  EXPECT_EQ(held("a<!"), 0U);
  EXPECT_EQ(held("<!--a-"), 0U);
  EXPECT_EQ(held("<!--a<"), 1U);
  EXPECT_EQ(held("<!--a</scr"), 5U);
  EXPECT_EQ(held("<!--a<scr"), 0U);
  EXPECT_EQ(held("<!--<script>a</scr"), 0U);
}

TEST(HtmlTokenizer, HoldsOnlyAWantedValue) {
  HtmlTokenizer tokenizer;
  const std::string_view window = "<a b=\"cd";
  while (tokenizer.next(window).kind != HtmlTokenizer::EventKind::attribute) {
  }
  tokenizer.want_value();
  EXPECT_EQ(tokenizer.next(window).kind, HtmlTokenizer::EventKind::none);
  EXPECT_EQ(tokenizer.hold(), 6U);
  EXPECT_TRUE(tokenizer.holds_value());
  tokenizer.drop_value();
  EXPECT_EQ(tokenizer.hold(), window.size());
  EXPECT_EQ(tokenizer.next("<a b=\"cd\" e='f'").kind, HtmlTokenizer::EventKind::attribute);
  EXPECT_EQ(tokenizer.name(), "e");
}

TEST(HtmlTokenizer, CutsANameThatNoOneKnows) {
  const std::string name(HtmlTokenizer::name_capacity * 2, 'x');
  expect_tags("<" + name + ">", "<" + name.substr(0, HtmlTokenizer::name_capacity) + ">");
}

}  // namespace
}  // namespace signgate::rewrite
