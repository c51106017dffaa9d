// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/hidden_words.hpp"

#include <gtest/gtest.h>

#include <array>

#include "gateway/rewrite/candidate_log.hpp"
#include "unit/gateway/rewrite/respelling.hpp"
#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

std::size_t place_in(std::string_view text, std::size_t from = 0) {
  return find_hiding_place(matcher().words(), text, from);
}

TEST(HiddenWords, PassesOverEscapesThatHideNothing) {
  EXPECT_EQ(matcher().words().words(),
            (std::vector<std::string>{"private", "films.example.com", "d2.cloudfront.net"}));
  for (const std::string_view text : {"",
                                      "x",
                                      "%",
                                      "&",
                                      "\\",
                                      "private",
                                      "a\nb",
                                      "up\nvate",
                                      "100%",
                                      "width:100%;height:5%",
                                      "a%20b%C3%A9%2F",
                                      "a & b",
                                      "AT&T",
                                      "?a=1&amp;b=2&c=3&private=4",
                                      "&lt;p&gt;&quot;&#39;&#x27;&nbsp;&hellip;",
                                      "\"a\\\"b\\/c\\n\\tup\\n\\nvate\"",
                                      "\\u003c\\u0022\\u0026\\u00e9\\ud83d",
                                      "\\\\n\\\\\"",
                                      "/^\\s+|\\w\\W$/",
                                      "content:\"\\f101\" \"\\201C x\\e900.\\a0  \"",
                                      "p\n\n q",
                                      "<p>\r\n\t<b>",
                                      "pri\\",
                                      "pri&",
                                      "pri%",
                                      "films\\-x",
                                      "films\\nx"}) {
    EXPECT_EQ(place_in(text), text.size()) << text;
    const std::string longer = std::string(40, '.') + std::string(text) + std::string(40, ' ');
    EXPECT_EQ(place_in(longer), longer.size()) << text;
  }
}

TEST(HiddenWords, FindsWhatMayHideAPartOfAWord) {
  for (const std::string_view text :
       {"pri\nvate",    "PRI\r\n\tVATE", "p\nrivate",   "privat\ne",     "pri\n&#118;ate",
        "pri\n\\u0076", "pri\nv",        "pri\\nvate",  "pri\\n\\tvate", "pri\\\nvate",
        "pri\\bvate",   "pri\\fvate",    "pri\\vate",   "\\private",     "films\\.example",
        "pri\\a vate",  "pri\\\\nvate",  "&#118;",      "&#x76;",        "&#118",
        "&#x",          "&period;",      "&percnt;70",  "&amp;#118;",    "&amp;amp;Tab;",
        "&num;",        "&bsol;",        "&Tab;",       "%70",           "%25",
        "film\ns",      "%2\\u0030",     "%&#55;0",     "%\\u0037",      "\\u0076",
        "\\u{76}",      "\\u005c",       "\\u0025",     "\\u0023",       "\\u0026#118;",
        "\\x76",        "\\166",         "pri\\12vate", "pri\\0vate",    "\\0076 ",
        "\\70 rivate",  "\\e9&",         "\\000076",    "\\\\u0076",     "\\\\\\u0076"}) {
    const std::size_t at = text.find_first_of("&%\\\r\n");
    EXPECT_EQ(place_in(text), at) << text;
    const std::string longer = std::string(40, ' ') + std::string(text) + std::string(40, 'e');
    EXPECT_EQ(place_in(longer), 40 + at) << text;
  }
}

TEST(HiddenWords, LooksAtNothingBeforeThePlace) {
  EXPECT_EQ(place_in("pri\nvate"), 3U);
  EXPECT_EQ(place_in("pri\nvate", 3), 8U);
  EXPECT_EQ(place_in("&#118; pri\nvate", 1), 10U);
}

struct Place {
  Format format;
  std::string_view before;
  std::string_view behind;
};

// What a link may stand in, at the outermost in a document of its own.
constexpr auto html_places = std::to_array<Place>({
    {Format::html, "<img src=\"", "\">"},
    {Format::html, "<a href='", "'>"},
    {Format::html, "<img srcset=\"/x 1x, ", " 2x\">"},
    {Format::html, "<p style='background:url(", ")'>"},
    {Format::html, "<style>a{b:url(\"", "\")}</style>"},
    {Format::html, "<script type=application/json>[\"", "\"]</script>"},
    {Format::html, "<meta http-equiv=refresh content='0;url=", "'>"},
    {Format::html, "<svg><image href='", "'/></svg>"},
    {Format::html, "<base href='", "'><img src=x>"},
});
constexpr auto other_places = std::to_array<Place>({
    {Format::json, "[\"", "\"]"},
    {Format::json, "{\"a\":\"see ", " there\"}"},
    {Format::css, "a{b:url(", ")}"},
    {Format::css, "@import \"", "\";"},
    {Format::xml, "<rss><link>", "</link></rss>"},
    {Format::xml, "<rss><enclosure url=\"", "\"/></rss>"},
    {Format::script, "f('", "');"},
    {Format::vtt, "WEBVTT\n\n00:00.000 --> 00:01.000\n", "\n"},
    {Format::text, "see ", " there"},
});

std::string respelled(std::string text, std::mt19937_64& random) {
  constexpr std::array<std::string (*)(char), 6> forms = {
      by_percent, by_reference, by_unit, by_css_backslash, by_script, by_css_number};
  for (std::size_t layers = random() % 3; layers > 0; --layers)
    text = respell(text, random, 1 + random() % 40, forms[random() % forms.size()]);
  if (random() % 4 == 0) {
    constexpr std::array junk = {"\n", "\r\n\t", "\\n", "\\\n", "&Tab;", "\\a "};
    const std::size_t at = random() % (text.size() + 1);
    text.insert(at, junk[random() % junk.size()]);
  }
  return text;
}

struct Document {
  Format format;
  std::string text;
};

Document random_document(std::mt19937_64& random) {
  constexpr std::array links = {"/media/private/a_b.jpg?x=1&amp;y=2",
                                "https://films.example.com/f?a=1",
                                "//films.example.com/",
                                "../../media/private/",
                                "/media/other/p\n\nq%20&copy;",
                                "/albums/7\\n"};
  std::string text = respelled(links[random() % links.size()], random);
  const bool in_html = random() % 2 == 0;
  const Place& inner = html_places[random() % html_places.size()];
  if (in_html || random() % 3 == 0) text.insert(0, inner.before).append(inner.behind);
  if (in_html) {
    if (random() % 4 == 0)
      text = "<iframe srcdoc=\"" +
             respell(respell(text, random, 1,
                             [](char c) {
                               return c == '"' || c == '&' ? by_reference(c) : std::string(1, c);
                             }),
                     random, 30, by_reference) +
             "\">";
    return {Format::html, "<!DOCTYPE html><p>" + text};
  }
  const Place& outer = other_places[random() % other_places.size()];
  if (outer.format == Format::json)
    text = respell(text, random, 1,
                   [](char c) { return c == '"' || c == '\n' ? by_unit(c) : std::string(1, c); });
  return {outer.format, std::string(outer.before) + text + std::string(outer.behind)};
}

std::uint64_t found(const Counters& counters) {
  return counters.matched + counters.refused_reserved + counters.refused_rule +
         counters.refused_path + counters.refused_template + counters.refused_charset +
         counters.refused_user_content;
}

TEST(HiddenWords, AreInNoLinkThatARewriterFindsWhereNothingMayHideThem) {
  std::mt19937_64 random(seed());
  std::uint64_t hidden = 0;
  std::uint64_t free = 0;
  for (int round = 0; round < 8000; ++round) {
    const Document document = random_document(random);
    WordSearch search;
    if (search.free_from(matcher().words(), document.text, 0) != document.text.size()) continue;
    CandidateLog log;  // so that nothing is passed over at a glance
    const Counters counters =
        rewrite_as(document.format, document.text, whole(), {.candidates = &log}).counters;
    if (place_in(document.text) != document.text.size()) {
      hidden += found(counters);
    } else {
      ++free;
      ASSERT_EQ(found(counters), 0U) << document.text;
    }
  }
  EXPECT_GT(hidden, 200U) << "the documents are no trial";
  EXPECT_GT(free, 200U);
}

}  // namespace
}  // namespace signgate::rewrite
