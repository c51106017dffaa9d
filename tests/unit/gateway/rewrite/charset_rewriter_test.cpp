// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/charset_rewriter.hpp"

#include <gtest/gtest.h>

#include "gateway/rewrite/candidate_log.hpp"
#include "unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

/// Text is a document in some charset, as bytes, with the label of its header ("" = none).
struct Text {
  Format format = Format::html;
  std::string label = {};
};

Rewritten run_over(const Text& text, std::string_view document, Sizes sizes = whole(),
                   CandidateLog* candidates = nullptr) {
  const RewriteOptions options{.candidates = candidates, .charset = find_charset(text.label)};
  CharsetRewriter rewriter(text.format, matcher(), page(), options);
  return rewrite_by(rewriter, document, std::move(sizes), options.links_per_batch);
}

/// expect_reading holds the rewriter to a marked document, wherever it is cut.
Counters expect_reading(const Text& text, std::string_view marked) {
  const std::string document = original(marked);
  const std::string expected = rewritten(marked);
  const Rewritten run = run_over(text, document);
  EXPECT_EQ(run.output, expected);
  EXPECT_EQ(run.copy, document);
  for (std::size_t cut = 1; cut < document.size(); ++cut)
    EXPECT_EQ(run_over(text, document, cut_at(cut)).output, expected) << cut;
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < 30; ++i) {
    EXPECT_EQ(run_over(text, document, random_sizes(first + i, 20)).output, expected)
        << "seed " << first + i;
  }
  return run.counters;
}

/// expect_untouched does so with one that cannot be read.
void expect_untouched(const Text& text, std::string_view document) {
  const Counters counters = expect_reading(text, document);
  EXPECT_EQ(counters.passed_charset, 1U);
  EXPECT_EQ(counters.links, 0U);
}

std::string in_utf16(std::string_view ascii, bool big) {
  std::string text;
  for (const char c : ascii) {
    if (big) text.push_back('\0');
    text.push_back(c);
    if (!big) text.push_back('\0');
  }
  return text;
}

TEST(CharsetRewriter, LeavesUtf16Alone) {
  // A character's two bytes may look like markup: U+3C61 is "<a".
  const std::string page = "<img src='/media/private/x'>";
  const std::string looks_so = "<img src='/media/private/x' >";
  for (const Format format : {Format::html, Format::css, Format::json, Format::m3u8, Format::xml}) {
    expect_untouched({format}, "\xFF\xFE" + in_utf16(page, false));
    expect_untouched({format}, "\xFE\xFF" + in_utf16(page, true));
    expect_untouched({format, "utf-8"}, "\xFE\xFF" + looks_so);
    expect_untouched({format}, "\xFF\xFE");
  }
}

TEST(CharsetRewriter, TakesAByteOrderMarkBeforeTheHeaderAndThatBeforeTheDocument) {
  const Rewritten marked =
      run_over({Format::html, "latin1"},
               "\xEF\xBB\xBF<meta charset=shift_jis><a href='/media/private/\xC3\xA9?\xC3\xA9'>");
  EXPECT_NE(marked.output.find("/private/%C3%A9?%C3%A9&amp;Signature=0'"), std::string::npos);
  const Rewritten both =
      run_over({Format::html, "big5"}, "<meta charset=utf-8><a href='/media/private/\xC3\xA9'>");
  EXPECT_EQ(both.counters.refused_charset, 1U);
}

TEST(CharsetRewriter, ReadsBeginningsThatLookLikeAMark) {
  for (const char* text : {"", "\xFE", "\xFF", "\xEF", "\xEF\xBB", "\xEF\xBBx<img src='%1~'>",
                           "\xFEx<img src='%1~'>", "\xEF\xBB\xBF<img src='%1~'>"})
    EXPECT_EQ(expect_reading({}, text).passed_charset, 0U);
}

constexpr std::string_view single_bytes =
    "<meta charset=%><img src=\"@caf\xE9.jpg\"><img src='/media/private/a?\xE9'>"
    "<img srcset=\"@\xFC 1x,@&eacute;\xE9 2x\"><img src=\"@&#233;#\xE9\"><img src='@a?b'>"
    "<style>a{b:url(@\xE9\\e9 )}</style><p style=\"c:url('@\xE9')\">"
    "<script type=text/json>[\"/media/private/\xE9\", \"@x\"]</script>"
    "<iframe srcdoc='<a href=\"@\xE9?\xE9\">'></iframe>";

TEST(CharsetRewriter, ResolvesTheBytesOfWindows125x) {
  for (const std::string_view label : {"iso-8859-1", "windows-1252"}) {
    std::string document;
    for (const char c : filled(single_bytes, label, ""))
      document.append(c == '@' ? "/media/private/" : std::string(1, c));
    const Rewritten run = run_over({}, document);
    EXPECT_EQ(run.copy, document);
    for (const std::string_view url :
         {"caf%C3%A9.jpg?Signature=0\"", "%C3%BC?Signature=0 1x", "%C3%A9%C3%A9?Signature=0 2x",
          "%C3%A9?Signature=0#%C3%A9\"", "a?b&amp;Signature=0'", "%C3%A9%C3%A9?Signature=0)",
          "%C3%A9?Signature=0')", "x?Signature=0\"]", "%C3%A9?%C3%A9&amp;amp;Signature=0\""}) {
      const std::string text = "https://d1.cloudfront.net/private/" + std::string(url);
      EXPECT_NE(run.output.find(text), std::string::npos) << text << '\n' << run.output;
    }
    EXPECT_NE(run.output.find("'/media/private/a?\xE9'"), std::string::npos);
    EXPECT_NE(run.output.find("[\"/media/private/\xE9\""), std::string::npos);
    EXPECT_EQ(run.counters.refused_charset, 2U);
    for (std::size_t cut = 1; cut < document.size(); ++cut)
      ASSERT_EQ(run_over({}, document, cut_at(cut)).output, run.output) << cut;
  }
}

TEST(CharsetRewriter, NeverTakesBytesOfAnotherCharsetForUtf8) {
  // In windows-1252 these two are A with tilde and a copyright sign.
  const std::string document = "<a href='/media/private/\xC3\xA9'>";
  EXPECT_NE(run_over({Format::html, "latin1"}, document)
                .output.find("/private/%C3%83%C2%A9?Signature=0'"),
            std::string::npos);
  EXPECT_NE(run_over({Format::html, "windows-1251"}, document)
                .output.find("/private/%D0%93%C2%A9?Signature=0'"),
            std::string::npos);
  EXPECT_NE(run_over({}, document).output.find("/private/%C3%A9?Signature=0'"), std::string::npos);
  for (const char* label : {"koi8-r", "iso-8859-2", "euc-jp", "shift_jis", "gbk", "big5"}) {
    const Rewritten run = run_over({Format::html, label}, document);
    EXPECT_EQ(run.output, document) << label;
    EXPECT_EQ(run.counters.refused_charset, 1U) << label;
  }
  for (const auto& [format, text] :
       {std::pair<Format, std::string>{Format::json, "[\"/media/private/\xC3\xA9\"]"},
        {Format::xml, "<a href='/media/private/\xC3\xA9'/>"},
        {Format::m3u8, "/media/private/\xC3\xA9\n"}}) {
    const Rewritten run = run_over({format, "latin1"}, text);
    EXPECT_EQ(run.output, text);
    EXPECT_EQ(run.counters.refused_charset, 1U);
    EXPECT_EQ(run_over({format, ""}, text).counters.matched, 1U);
  }
}

TEST(CharsetRewriter, ReadsTagsOfShiftJisButNoCssOrJsonInThem) {
  // A character that ends in a backslash, one that ends in a bracket, and a lone lead byte.
  const std::string_view document =
      "<title>\x95\x5C</title><img alt=\"\x95\x5C\" src=\"%1~\"><img src='%2~' alt=\x81'>"
      "<style>a{b:url(/media/private/no)}</style><p style='a:url(/media/private/no)'>"
      "<script type=text/json>[\"\x95\x5C\", \"/media/private/no\"]</script>";
  expect_reading({Format::html, "shift_jis"}, document);
  expect_reading({Format::html, "gb18030"}, document);
  expect_untouched({Format::json, "shift_jis"}, "[\"\x95\x5C\", \"/media/private/no\"]");
  expect_untouched({Format::css, "gbk"}, "a{b:url(/media/private/no)}");
  expect_untouched({Format::xml, "big5"}, "<a href='/media/private/no'/>");
}

TEST(CharsetRewriter, ReadsWhatTheDocumentDeclares) {
  const auto charset_refused = [](const Text& text, const std::string& document) {
    return run_over(text, document).counters.refused_charset;
  };
  const std::string link = "<a href='/media/private/\xE9\xE9'>";
  EXPECT_EQ(charset_refused({}, "<meta charset=koi8-r>" + link), 1U);
  EXPECT_EQ(charset_refused({},
                            "<meta content='text/html; charset=koi8-r' "
                            "http-equiv=Content-Type>" +
                                link),
            1U);
  EXPECT_EQ(charset_refused({}, "<meta content='text/html; charset=koi8-r'>" + link), 0U);
  EXPECT_EQ(charset_refused({}, "<meta charset=none><meta charset=koi8-r>" + link), 1U);
  EXPECT_EQ(charset_refused({}, "<meta charset=utf-8><meta charset=koi8-r>" + link), 0U);
  EXPECT_EQ(charset_refused({}, "<meta charset=utf-16>" + link), 0U);
  EXPECT_EQ(charset_refused({}, "<!-- <meta charset=koi8-r> -->" + link), 0U);
  EXPECT_EQ(charset_refused({Format::html, "utf-8"}, "<meta charset=koi8-r>" + link), 0U);
  const std::string sheet = "a{b:url(/media/private/\xC3\xA9)}";
  EXPECT_EQ(charset_refused({Format::css}, "@charset \"koi8-r\";" + sheet), 1U);
  EXPECT_EQ(charset_refused({Format::css}, " @charset \"koi8-r\";" + sheet), 0U);
  EXPECT_EQ(charset_refused({Format::css}, "@charset 'koi8-r';" + sheet), 0U);
  const std::string element = "<a href='/media/private/\xC3\xA9'/>";
  EXPECT_EQ(charset_refused({Format::xml}, "<?xml version='1.0' encoding='ISO-8859-1'?>" + element),
            1U);
  EXPECT_EQ(
      charset_refused({Format::xml}, "<?xml version=\"1.0\" encoding = \"utf-8\" ?>" + element),
      0U);
  EXPECT_EQ(charset_refused({Format::xml}, "<?xml version='1.0'?>" + element), 0U);
  expect_reading({Format::xml}, "<?xml version='1.0' encoding='latin1'?><a href='%1~'/>");
  expect_reading({Format::css}, "@charset \"latin1\";a{b:url(%1~)}");
  expect_reading({Format::xml}, "<?xml " + std::string(300, ' ') + "?><a href='%1~'/>");
  expect_untouched({Format::xml},
                   "<?xml version='1.0' encoding='big5'?><a href='/media/private/'/>");
}

TEST(CharsetRewriter, PassesWhatComesBehindAMetaOfIso2022Jp) {
  const Counters counters = expect_reading(
      {}, "<img src='%1~'><meta charset=ISO-2022-JP><a href='/media/private/no'>\x1B$B<a\x1B(B");
  EXPECT_EQ(counters.passed_charset, 1U);
}

TEST(CharsetRewriter, HoldsBackOnlyWhatTellsTheCharset) {
  const auto held = [](Format format, std::string_view beginning) {
    CharsetRewriter rewriter(format, matcher(), page());
    Batch batch;
    return beginning.size() - rewriter.scan(beginning, false, batch);
  };
  EXPECT_EQ(held(Format::html, "\xEF"), 1U);
  EXPECT_EQ(held(Format::html, "\xFF"), 1U);
  EXPECT_EQ(held(Format::html, "<p>"), 0U);
  EXPECT_EQ(held(Format::html, "<?xml "), 0U);
  EXPECT_EQ(held(Format::css, "@ch"), 3U);
  EXPECT_EQ(held(Format::css, "@import"), 0U);
  EXPECT_EQ(held(Format::xml, "<?xml version='1.0'"), 19U);
  EXPECT_EQ(held(Format::xml, "<rss"), 0U);
}

TEST(CharsetRewriter, SaysWhyALinkIsLeftAlone) {
  CandidateLog log;
  run_over({Format::html, "koi8-r"}, "<a href='/media/private/\xE9'><a href='/\xE9'>", whole(),
           &log);
  ASSERT_EQ(log.candidates().size(), 2U);
  EXPECT_EQ(log.candidates()[0].obstacle, CandidateLink::Obstacle::charset);
  EXPECT_EQ(log.candidates()[1].obstacle, CandidateLink::Obstacle::none);
}

TEST(CharsetRewriter, BeginsAnewAfterRestart) {
  CharsetRewriter rewriter(Format::html, matcher(), page());
  Batch batch;
  EXPECT_EQ(rewriter.scan("\xFF\xFE<a href='/media/private/x'>", true, batch), 29U);
  EXPECT_TRUE(batch.links.empty());
  rewriter.restart();
  rewriter.scan("<meta charset=koi8-r><a href='/media/private/x'>", true, batch);
  EXPECT_EQ(batch.links.size(), 1U);
  rewriter.restart();
  rewriter.scan("<a href='/media/private/\xC3\xA9'>", true, batch);
  EXPECT_EQ(batch.links.size(), 1U);
  EXPECT_EQ(rewriter.counters().matched, 2U);
  EXPECT_EQ(rewriter.counters().passed_charset, 1U);
}

}  // namespace
}  // namespace signgate::rewrite
