// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/json_rewriter.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

constexpr std::string_view document =
    "\xEF\xBB\xBF"
    R"({"/media/private/name.jpg": "/media/private/a.jpg", "title":"private/no.jpg",)"
    R"( "php":"https:\/\/media.example.com\/private\/b.jpg?x=1#f", "esc" : "\u002fmedi\u0061/private/c\u00e9.jpg",)"
    R"n( "n":[1.5e3, true, " /media/private/d.jpg\n", "\ud83d\ude00 https://films.example.com/e, (\"https://films.example.com/f\")"],)n"
    R"( "html":{"rendered":"<p class=\"x\"><img src=\"\/media\/private\/g.jpg?a=1&amp;b=2\" srcset='/media/private/h 1x, /media/private/i 2x'>)"
    R"(<a href=\/media\/private\/j>\u003c/a\u003e<\/p>", "/media/private/name":"\u003Cimg src=\u0022/media/private/k\u0022\u003E"},)"
    R"( "next":{}, "bad":"\x \ud800/media/private/no \u12", "public":"/other/a.jpg"})"
    "\n\x1E[\"/media/private/l\",\"/media/private/open";

constexpr std::string_view expected =
    "\xEF\xBB\xBF"
    R"({"/media/private/name.jpg": "https://d1.cloudfront.net/private/a.jpg?Signature=0", "title":"private/no.jpg",)"
    R"( "php":"https:\/\/d1.cloudfront.net\/private\/b.jpg?x=1&Signature=0#f", "esc" : "https://d1.cloudfront.net/private/c%C3%A9.jpg?Signature=0",)"
    R"n( "n":[1.5e3, true, " https://d1.cloudfront.net/private/d.jpg?Signature=0\n", "\ud83d\ude00 https://d2.cloudfront.net/e?Signature=1, (\"https://d2.cloudfront.net/f?Signature=1\")"],)n"
    R"( "html":{"rendered":"<p class=\"x\"><img src=\"https:\/\/d1.cloudfront.net\/private\/g.jpg?a=1&amp;b=2&amp;Signature=0\" srcset='https://d1.cloudfront.net/private/h?Signature=0 1x, https://d1.cloudfront.net/private/i?Signature=0 2x'>)"
    R"(<a href=\"https:\/\/d1.cloudfront.net\/private\/j?Signature=0\">\u003c/a\u003e<\/p>", "/media/private/name":"\u003Cimg src=\u0022https://d1.cloudfront.net/private/k?Signature=0\u0022\u003E"},)"
    R"( "next":{}, "bad":"\x \ud800/media/private/no \u12", "public":"/other/a.jpg"})"
    "\n\x1E[\"https://d1.cloudfront.net/private/l?Signature=0\",\"https://d1.cloudfront.net/"
    "private/open?Signature=0";

Rewritten run(std::string_view text, Sizes sizes = whole(), RewriteOptions options = {}) {
  return rewrite_as(Format::json, text, std::move(sizes), options);
}

TEST(JsonRewriter, SignsTheLinksInStringsAndNothingElse) {
  const Rewritten got = run(document);
  EXPECT_EQ(got.output, expected);
  EXPECT_EQ(got.copy, document);
  EXPECT_EQ(got.counters.matched, 13U);
  EXPECT_EQ(got.counters.links, 13U) << "the public one is passed over";
}

TEST(JsonRewriter, GivesTheSameWhereverTheTextIsCutAndForEveryBatchSize) {
  for (std::size_t cut = 1; cut < document.size(); ++cut)
    ASSERT_EQ(run(document, cut_at(cut)).output, expected) << cut;
  for (std::size_t links = 1; links < 15; ++links) {
    const Rewritten got = run(document, each(3), {.links_per_batch = links});
    ASSERT_EQ(got.output, expected) << links;
    ASSERT_LE(got.most_links, links);
    ASSERT_EQ(run(document, whole(), {.links_per_batch = links}).output, expected) << links;
  }
  ASSERT_EQ(run(document, each(1)).output, expected);
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < 200; ++i)
    ASSERT_EQ(run(document, random_sizes(first + i, 40)).output, expected) << "seed " << first + i;
}

TEST(JsonRewriter, HoldsBackOnlyWhatMayBeALink) {
  const auto held = [](std::string_view beginning) {
    JsonRewriter rewriter(matcher(), page());
    Batch batch;
    return beginning.size() - rewriter.scan(beginning, false, batch);
  };
  EXPECT_EQ(held("{"), 0U);
  EXPECT_EQ(held("{\"https://media"), 0U);
  EXPECT_EQ(held("{\"k\\"), 0U);
  EXPECT_EQ(held("{\"k\":\""), 0U);
  EXPECT_EQ(held("{\"k\":\"some text"), 0U);
  EXPECT_EQ(held("{\"k\":\"some text \\n"), 0U);
  EXPECT_EQ(held("{\"k\":\"some text \\"), 1U);
  EXPECT_EQ(held("{\"k\":\"some text \\ud83d"), 6U);
  EXPECT_EQ(held("{\"k\":\"/media"), 6U);
  EXPECT_EQ(held("{\"k\":\"\\/media"), 7U);
  EXPECT_EQ(held("{\"k\":\"<p>text <img src=\\\"/med"), 4U);
  EXPECT_EQ(held("{\"k\":\"<p>text"), 0U);
  EXPECT_EQ(held("{\"k\":\"/media\""), 0U);
  EXPECT_EQ(held("{\"k\":12345"), 0U);
}

TEST(JsonRewriter, StreamsAStringOfAnyLength) {
  std::string text = "{\"content\":{\"rendered\":\"";
  std::size_t links = 0;
  for (; text.size() < 200 * limits::kib; ++links)
    text += R"(\n<p>some \"text\" that goes on\u2026<\/p><img src=\"\/media\/private\/x.jpg\">)";
  text += "\"},\"after\":\"/media/private/y\"}";
  for (const Sizes& sizes : {whole(), each(1500), each(7)}) {
    const Rewritten got = run(text, sizes);
    EXPECT_EQ(got.copy, text);
    EXPECT_EQ(got.counters.matched, links + 1);
    EXPECT_LT(got.most_held, 200U);
    EXPECT_FALSE(got.stuck);
  }
}

TEST(JsonRewriter, LetsALinkGoThatIsTooLong) {
  for (const std::string_view escape : {"x", "\\u0078", "\\u00e9", "\\ud83d\\ude00"}) {
    std::string text = "[\"/media/private/";
    for (std::size_t i = 0; i < 40000; ++i)
      text += escape;
    text += "\",\"/media/private/y\"]";
    for (const Sizes& sizes : {whole(), each(1000), each(77)}) {
      const Rewritten got = run(text, sizes);
      EXPECT_FALSE(got.stuck);
      EXPECT_EQ(got.copy, text);
      EXPECT_EQ(got.counters.too_long, 1U);
      EXPECT_EQ(got.counters.matched, 1U);
    }
  }
}

// More than a window of one value, of characters that are more bytes than there is room for in the
// end.
TEST(JsonRewriter, LetsAValueGoWhoseEscapesFillTheWindow) {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string text = "[\"<img srcset='/media/private/a 1x, " + std::string(shift, 'x');
    for (std::size_t i = 0; i < 20000; ++i)
      text += "€\\u20ac";
    text += "'><img src='/media/private/b'>\"]";
    for (const Sizes& sizes : {whole(), each(1000)}) {
      const Rewritten got = run(text, sizes);
      EXPECT_FALSE(got.stuck);
      EXPECT_EQ(got.copy, text);
      EXPECT_EQ(got.counters.too_long, 1U);
      EXPECT_EQ(got.counters.matched, 1U);
    }
  }
}

TEST(JsonRewriter, LeavesAloneWhatIsNestedTooDeep) {
  const std::size_t depth = JsonScanner::depth_limit;
  std::string text = std::string(depth, '[') + "\"/media/private/a\"" + std::string(depth, ']');
  EXPECT_EQ(run(text).counters.matched, 1U);
  text = "[" + text + ",\"/media/private/b\"]";
  const Rewritten got = run(text, each(1000));
  EXPECT_EQ(got.counters.matched, 1U);
  EXPECT_EQ(got.counters.too_long, 1U);
  EXPECT_EQ(got.copy, text);
}

TEST(JsonRewriter, BeginsAnewAfterRestart) {
  JsonRewriter rewriter(matcher(), page());
  Batch batch;
  EXPECT_EQ(rewriter.scan("{\"a\":\"<!-- /media/private/x", false, batch), 27U);
  rewriter.restart();
  const std::string_view text = "[\"<img src=/media/private/y>\", \"/media/private/z\"]";
  EXPECT_EQ(rewriter.scan(text, true, batch), text.size());
  ASSERT_EQ(batch.links.size(), 2U);
  EXPECT_EQ(batch.links[0].url, "https://d1.cloudfront.net/private/y");
  EXPECT_EQ(batch.links[0].context, LinkContext::attribute);
  EXPECT_EQ(batch.links[1].context, LinkContext::json);
  EXPECT_EQ(rewriter.counters().matched, 2U);
}

// The strings of a JSON text as they are written, names too, and what stands between them as it is:
// a reader of its own, which shares nothing with the scanner.
struct Tokens {
  std::vector<std::string> strings;
  std::string rest;
};

Tokens read(std::string_view text) {
  Tokens tokens;
  for (std::size_t i = 0; i < text.size(); ++i) {
    tokens.rest.push_back(text[i]);
    if (text[i] != '"') continue;
    const std::size_t begin = ++i;
    while (i < text.size() && text[i] != '"')
      i += text[i] == '\\' ? 2 : 1;
    EXPECT_LT(i, text.size());
    tokens.strings.emplace_back(text.substr(begin, i - begin));
  }
  return tokens;
}

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  std::string value(std::size_t depth) {
    switch (below(depth == 0 ? 2 : 4)) {
      case 0:
        return text();
      case 1:
        return std::array{"null", "-1.5e3", "true", "0"}[below(4)];
      case 2: {
        std::string array = "[";
        for (std::size_t i = below(4); i-- > 0;)
          array += value(depth - 1) + (i == 0 ? "" : space() + ",");
        return array + space() + "]";
      }
      default: {
        std::string object = "{";
        for (std::size_t i = below(4); i-- > 0;)
          object += space() + text() + space() + ":" + value(depth - 1) + (i == 0 ? "" : ",");
        return object + "}";
      }
    }
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string space() { return std::array{"", " ", "\n", "\t "}[below(4)]; }

  std::string text() {
    constexpr std::array parts = {"/media/private/",
                                  "https://films.example.com/",
                                  "a",
                                  "x.jpg",
                                  " ",
                                  "<img src=\\\"",
                                  "\\\">",
                                  "\\/",
                                  "\\n",
                                  "\\\\",
                                  "\\\"",
                                  "<p>",
                                  "&amp;",
                                  "\\u003c",
                                  "\\ud83d\\ude00",
                                  "é",
                                  "?a=1",
                                  "#",
                                  "<style>a{b:url(",
                                  ")</style>",
                                  ", ",
                                  "{",
                                  "}",
                                  "[",
                                  "]",
                                  ":",
                                  "'"};
    std::string made = "\"";
    for (std::size_t i = below(8); i-- > 0;)
      made += parts[below(parts.size())];
    return made + "\"";
  }

  std::mt19937_64 random_;
};

TEST(JsonRewriter, ChangesNoTokenButStringsThatHoldALink) {
  const std::uint64_t first = seed();
  std::uint64_t matched = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    const std::string text = Writer(first + i).value(4);
    const Rewritten got = run(text, random_sizes(first + i, 60));
    const Tokens before = read(text);
    const Tokens after = read(got.output);
    ASSERT_EQ(after.rest, before.rest) << "seed " << first + i;
    ASSERT_EQ(after.strings.size(), before.strings.size()) << "seed " << first + i;
    for (std::size_t k = 0; k < before.strings.size(); ++k) {
      if (after.strings[k] == before.strings[k]) continue;
      EXPECT_NE(after.strings[k].find(".cloudfront.net"), std::string::npos)
          << "seed " << first + i;
    }
    matched += got.counters.matched;
  }
  EXPECT_GT(matched, 100U);
}

}  // namespace
}  // namespace signgate::rewrite
