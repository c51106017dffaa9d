// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/json_skimmer.hpp"

#include <gtest/gtest.h>

#include <array>

#include "gateway/rewrite/candidate_log.hpp"
#include "gateway/rewrite/page_rules.hpp"
#include "unit/gateway/rewrite/respelling.hpp"
#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

// Whether the string is passed over whose text this is.
bool passes(std::string_view text) {
  EXPECT_TRUE(matcher().words().tell(page()));
  const std::string window = R"({"k":")" + std::string(text) + R"(","/media/private/a"])";
  const std::size_t begin = window.find(R"(:")") + 2;
  WordSearch search;
  const std::size_t behind = skim_json_string(window, begin, matcher().words(), search);
  EXPECT_TRUE(behind == 0 || behind == begin + text.size() + 1) << text;
  return behind != 0;
}

TEST(JsonSkimmer, PassesOverStringsWithoutMediaWords) {
  for (const std::string_view text :
       {"", "publish", "/albums/7?x=1&y=2#z", R"(https:\/\/www.example.org\/2029\/05\/a\/)",
        "see https://films.example/", R"(\n<p class=\"a\">text\r\n<\/p>\n\n\t<b>x<\/b>\n)",
        R"(\u003ca href=\u0022/x\u0022\u003e\u00e9\ud83d\ude00\ud800\u2019)", "Caf\xc3\xa9",
        R"(one \"two\" it's \u0027so\u0027)", R"(a & b \u0026 c)",
        "https://www.example.org/a%20b?x=%C3%A9%2F",
        R"(<p>A &amp; B&#8217;s&nbsp;[&hellip;] AT&T <a href='/?a=1&amp;b=2&#038;c=3&d=4'>)",
        "/x?a=1&#118;=2", "\x7f/media/priv\xc3\xa9"}) {
    EXPECT_TRUE(passes(text)) << text;
  }
}

TEST(JsonSkimmer, LeavesStringsThatMayHoldOrHideAWord) {
  for (const std::string_view text : {"/media/private/a.jpg",
                                      R"(\/media\/private\/a.jpg)",
                                      "private",
                                      "x FILMS.example.com y",
                                      R"(/media/pri\u0076ate/a)",
                                      R"(/media/pri\u0076)",
                                      "/media/%70rivate/a",
                                      "100%",
                                      "%2",
                                      "%25",
                                      "%26",
                                      "%3b",
                                      R"(%\u0037)",
                                      R"(<&percnt;>)",
                                      "<&amp;#118;>",
                                      "<&amp;amp;Tab;>",
                                      "<&amp;percnt;>",
                                      "<&#118>",
                                      "<&#x76;>",
                                      "<&#118a;>",
                                      R"(<&\u0023118;>)",
                                      R"(<&Tab\u003b>)",
                                      "<&amp;&num;118;>",
                                      "<&fjlig;>",
                                      R"(\u0025)",
                                      R"(\u005c)",
                                      R"(\u000a)",
                                      R"(\\)",
                                      R"(\b)",
                                      R"(\f)",
                                      R"(\x)",
                                      R"(\u12)",
                                      R"(\u12G4)",
                                      R"(pri\nvate)",
                                      R"(pri\n\r\tvate)",
                                      R"(<a href=\"/media/pri\tvate/x\">)",
                                      "pri\nvate",
                                      "\x1E",
                                      R"(<a href=\"/media/pri&#118;ate/\">)",
                                      R"(\u003ca href='/media/pri&#118;ate/'>)",
                                      R"(<a href='/media/pri\u0026#118;ate/'>)"}) {
    EXPECT_FALSE(passes(text)) << text;
  }
}

TEST(JsonSkimmer, LeavesAStringThatTheWindowCuts) {
  const std::string_view text = R"(a\"b\n\u00e9c & d, and it goes on beyond sixteen")";
  for (std::size_t size = 0; size < text.size(); ++size) {
    WordSearch search;
    EXPECT_EQ(skim_json_string(text.substr(0, size), 0, matcher().words(), search), 0U) << size;
  }
  WordSearch search;
  EXPECT_EQ(skim_json_string(text, 0, matcher().words(), search), text.size());
}

TEST(JsonSkimmer, LeavesALongStringWhoseLinksAreCountedAsTooLong) {
  EXPECT_TRUE(passes(std::string(limits::link_length - 1, 'x')));
  EXPECT_FALSE(passes(std::string(limits::link_length, 'x')));
  const std::string text = R"(["/)" + std::string(limits::link_length, 'x') + R"("])";
  EXPECT_EQ(rewrite_as(Format::json, text).counters.too_long, 1U);
}

TEST(JsonSkimmer, IsNotUsedWhereWordsDoNotTell) {
  const auto links_of = [](std::string_view url, const RewriteOptions& options) {
    const std::unique_ptr<Rewriter> rewriter =
        make_rewriter(Format::json, matcher(), PageUrl::make(url).value(), options);
    const std::string_view text = R"(["/other/x"])";
    Batch batch;
    EXPECT_EQ(rewriter->scan(text, true, batch), text.size());
    return rewriter->counters().links;
  };
  CandidateLog log;
  EXPECT_EQ(links_of("https://www.example.com/", {}), 0U);
  EXPECT_EQ(links_of("https://www.example.com/media/private/", {}), 1U);
  EXPECT_EQ(links_of("https://www.example.com/", {.candidates = &log}), 1U);
  EXPECT_EQ(links_of("https://www.example.com/", {.charset = find_charset("latin1")}), 1U);
}

// A document of what JSON is made of, whole and broken.
std::string random_document(std::mt19937_64& random) {
  constexpr auto parts =
      std::to_array<std::string_view>({"{",
                                       "}",
                                       "[",
                                       "]",
                                       ":",
                                       ",",
                                       "\"",
                                       "\"",
                                       "\"",
                                       " ",
                                       "\n",
                                       "\x1E",
                                       "1.5e3",
                                       "null",
                                       "{\"a\":\"",
                                       "\",\"b\":\"",
                                       "\",\"",
                                       "\"},",
                                       "\":[\"",
                                       "text ",
                                       "/media/private/a.jpg",
                                       "\\/media\\/private\\/b.jpg",
                                       "/albums/1",
                                       "https:\\/\\/films.example.com\\/f",
                                       "https://www.example.org/",
                                       "//FILMS.example.com/x",
                                       "../../media/private/c",
                                       "/media/%70rivate/",
                                       "pri",
                                       "vate",
                                       "/media/pri",
                                       "vate/d",
                                       "\\u0076",
                                       "\\u0070rivate/",
                                       "\\n",
                                       "\\t",
                                       "\\r\\n",
                                       "\\\\",
                                       "\\\"",
                                       "\\/",
                                       "\\b",
                                       "\\",
                                       "\\u",
                                       "\\u00e9",
                                       "\\ud83d\\ude00",
                                       "\\u003ca href='",
                                       "\\u0026#118;",
                                       "<img src=\\\"",
                                       "\\\">",
                                       "<a href='",
                                       "'>",
                                       "<p>",
                                       "<\\/p>",
                                       "&#118;",
                                       "&#8217;",
                                       "&hellip;",
                                       "&amp;#118;",
                                       "&num;118;",
                                       "&percnt;70rivate/",
                                       "&period;example.com/",
                                       "https://films",
                                       "%2eexample.com/",
                                       "example.com/",
                                       "?a=1&amp;b=2",
                                       "\\u0023118;",
                                       "\\u003b",
                                       "%20",
                                       "%",
                                       "&amp;",
                                       "&Tab;",
                                       " & ",
                                       "<base href='/media/'>",
                                       "<base href='/media/private/'>",
                                       "<a href=private/e>",
                                       "<iframe srcdoc='&lt;img src=/media/pri&amp;#118;ate/d>'>",
                                       "<style>a{b:url(/media/private/t.png)}</style>",
                                       "<style>a{b:url('/media/pri\\\\76 ate/t.png')}</style>",
                                       "<script type=application/json>[\\\"",
                                       "\\\"]</script>",
                                       "<script type=application/json>[\\\"/media/pri\\\\u0076ate/",
                                       "<img srcset='/media/private/1.jpg 1x, /x 2x'>",
                                       "<img data-j='[\\\"/media/private/j\\\"]'>",
                                       "<img data-u='/media/pri\\nvate/j'>",
                                       "?a=1&b=2#",
                                       "\xc3\xa9",
                                       "\xff"});
  std::string document;
  for (std::size_t count = random() % 60; count > 0; --count)
    document += parts[random() % parts.size()];
  return document;
}

// The text of a JSON string: a link to media, or nearly one, in whatever spelling, alone, in HTML
// or in HTML within that.
std::string disguised_link(std::mt19937_64& random) {
  constexpr std::array links = {"/media/private/a_b.jpg?x=1&y=2",
                                "https://films.example.com/f?a=1",
                                "//films.example.com/",
                                "../../media/private/",
                                "/media/other/",
                                "see https://films.example.com/."};
  const auto rarely = [&random] { return std::array<std::size_t, 3>{0, 12, 40}[random() % 3]; };
  std::string text = respell(links[random() % links.size()], random, rarely(), by_percent);
  text = respell(text, random, rarely(),
                 [&random](char c) { return std::string(random() % 2 == 0 ? "\n" : "\t\n") + c; });
  const std::size_t layers = random() % 3;
  if (layers > 0) text = "<a href=\"" + respell(text, random, rarely(), by_reference) + "\">";
  if (layers > 1) text = "<iframe srcdoc='" + respell(text, random, rarely(), by_reference) + "'>";
  std::string escaped;
  const std::size_t units = rarely();
  for (const char c : text) {
    if (units != 0 && random() % units == 0)
      escaped += by_unit(c);
    else if (c == '\n' || c == '\t')
      escaped += c == '\n' ? "\\n" : "\\t";
    else if (c == '"' || (c == '/' && random() % 8 == 0))
      escaped.append(1, '\\').push_back(c);
    else
      escaped.push_back(c);
  }
  return escaped;
}

PageRules random_rules(std::mt19937_64& random) {
  PageRules rules;
  if (random() % 2 == 0) {
    rules.attributes.add("", "data-u", LinkAttributes::Kind::url);
    rules.attributes.add("", "data-j", LinkAttributes::Kind::json);
  }
  rules.script_strings = random() % 2 == 0;
  return rules;
}

// The counters that skimming does not change: all but that of links that are looked at.
std::array<std::uint64_t, 9> kept(const Counters& counters) {
  return {counters.matched,
          counters.refused_reserved,
          counters.refused_rule,
          counters.refused_path,
          counters.refused_template,
          counters.refused_charset,
          counters.refused_user_content,
          counters.passed_charset,
          counters.too_long};
}

// With a log of candidates nothing is skimmed.
TEST(JsonSkimmer, FindsWithTheScannerWhatThatFindsAlone) {
  std::mt19937_64 random(seed());
  std::uint64_t matched = 0;
  std::uint64_t passed = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string document = random_document(random);
    if (round % 2 == 0) {
      document = "[";
      for (std::size_t count = random() % 10; count > 0; --count)
        document += '"' + disguised_link(random) + "\",";
    }
    const PageRules rules = random_rules(random);
    CandidateLog log;
    const Rewritten alone =
        rewrite_as(Format::json, document, whole(), {.candidates = &log, .rules = &rules});
    for (const Sizes& sizes : {whole(), random_sizes(random(), 30)}) {
      const RewriteOptions options{.links_per_batch = 1 + random() % 4, .rules = &rules};
      const Rewritten both = rewrite_as(Format::json, document, sizes, options);
      ASSERT_EQ(both.output, alone.output) << document;
      ASSERT_EQ(both.copy, document);
      ASSERT_LE(both.counters.links, alone.counters.links) << document;
      ASSERT_EQ(kept(both.counters), kept(alone.counters)) << document;
      passed += alone.counters.links - both.counters.links;
    }
    matched += alone.counters.matched;
  }
  EXPECT_GT(matched, 100U);
  EXPECT_GT(passed, 100U);
}

}  // namespace
}  // namespace signgate::rewrite
