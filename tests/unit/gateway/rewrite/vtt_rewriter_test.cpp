// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/vtt_rewriter.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

constexpr std::string_view subtitles =
    "WEBVTT - /media/private/no.jpg\n"
    "X-TIMESTAMP-MAP=/media/private/no.jpg\n"
    "\n"
    "NOTE https://media.example.com/private/no.jpg\n"
    "/media/private/no.jpg\n"
    "\n"
    "STYLE \t\n"
    "::cue { background: url(%s.png~) }\n"
    "::cue(b) { background: url(\n"
    "\"%t.png~\") }\n"
    "\n"
    "REGION\n"
    "id:/media/private/no.jpg\n"
    "\n"
    "/media/private/no.jpg\n"
    "00:00:00.000 --> 00:00:05.000 position:10%%\n"
    "Hello\n"
    "- see /media/private/no.jpg\n"
    "%1.jpg~\n"
    " \t%2.jpg~ \t\n"
    "\n"
    "\n"
    "00:05.000 --> 00:10.000\n"
    "%3.mp4~\n"
    "00:10.000 --> 00:15.000\n"
    "%4.jpg~\n"
    "\n"
    "STYLE\n"
    "::cue { background: url(/media/private/no.png) }\n"
    "\n"
    "NOTE\n"
    "/media/private/no.jpg\n"
    "\n"
    "00:15.000-->\n"
    "%5.jpg~";

// `%%` would be two links.
std::string text_of(std::string_view marked) {
  std::string text(marked);
  const std::size_t percent = text.find("%%");
  if (percent != std::string::npos) text.replace(percent, 2, "|");
  return text;
}

TEST(VttRewriter, SignsTheLinksOfCuesAndStylesAndNothingElse) {
  const std::string text = text_of(subtitles);
  expect_rewriting(Format::vtt, text);
  EXPECT_EQ(rewrite_as(Format::vtt, original(text)).counters.matched, 7U);
  std::string other;
  for (const char c : text)
    other.append(c == '\n' ? "\r\n" : std::string(1, c));
  expect_rewriting(Format::vtt, other);
  std::ranges::replace(other = text, '\n', '\r');
  expect_rewriting(Format::vtt, other);
}

TEST(VttRewriter, ResolvesPicturesAgainstTheFile) {
  const LinkMatcher here =
      LinkMatcher::make({{"here", {"/albums/7/"}, "https://d1.cloudfront.net/seven/"}}).value();
  const std::string_view cue = "WEBVTT\n\n00:00.000 --> 00:05.000\n";
  const auto line = [&](std::string_view payload) {
    const Rewritten run =
        rewrite_as(Format::vtt, std::string(cue).append(payload), whole(), {}, mark, here);
    EXPECT_TRUE(run.output.starts_with(cue));
    return run.output.substr(cue.size());
  };
  EXPECT_EQ(line("sprite.jpg#xywh=0,0,160,90\n"),
            "https://d1.cloudfront.net/seven/sprite.jpg?Signature=0#xywh=0,0,160,90\n");
  EXPECT_EQ(line("t/1.PNG?a=1\r\n"), "https://d1.cloudfront.net/seven/t/1.PNG?a=1&Signature=0\r\n");
  EXPECT_EQ(line("thumb?n=1#t=1&xywh=percent:0,0,5,5"),
            "https://d1.cloudfront.net/seven/thumb?n=1&Signature=0#t=1&xywh=percent:0,0,5,5");
  EXPECT_EQ(line("./a.webp"), "https://d1.cloudfront.net/seven/a.webp?Signature=0");
  EXPECT_EQ(line("//www.example.com/albums/7/a"), "https://d1.cloudfront.net/seven/a?Signature=0");
  EXPECT_EQ(line("https://www.example.com/albums/7/it's.jpg"),
            "https://d1.cloudfront.net/seven/it's.jpg?Signature=0");
  // Words of a subtitle, though they would be links below the file's own address.
  for (const std::string_view words :
       {"Hello", "Hello.", "[Music]", "sprite.jpg and more", "jpg", "<b>a.jpg", "a.jpg</b>",
        "Bob:a.jpg", "../8/a.jpg", "a\"b.jpg", "(/albums/7/a)"})
    EXPECT_EQ(line(words), words);
}

TEST(VttRewriter, FindsAbsoluteLinksInTheTextOfCues) {
  const std::string cue = "WEBVTT\n\n1 --> 2\n";
  const auto line = [&](std::string_view payload) {
    const Sign name = [](const Link& link) {
      return "@" + link.url.substr(link.url.rfind('/') + 1) + "@";
    };
    const std::string document = cue + std::string(payload);
    const std::string output = rewrite_as(Format::vtt, document, whole(), {}, name).output;
    for (std::size_t cut = 1; cut < document.size(); ++cut)
      EXPECT_EQ(rewrite_as(Format::vtt, document, cut_at(cut), {}, name).output, output);
    return output.substr(cue.size());
  };
  EXPECT_EQ(line("<v Bob>See https://media.example.com/private/a.jpg, or\n"
                 "(https://films.example.com/b).\nhttps://films.example.com/c."),
            "<v Bob>See @a.jpg@, or\n(@b@).\n@c@.");
  EXPECT_EQ(line("{\"img\": \"https://films.example.com/c\", \"x\": \"/media/private/no\"}"),
            "{\"img\": \"@c@\", \"x\": \"/media/private/no\"}");
  EXPECT_EQ(line("<img src=\"https://films.example.com/c?a=1&amp;b\">https://films.example.com/d"),
            "<img src=\"@c?a=1&amp;b@\">@d@");
  EXPECT_EQ(line("https://films.example.com/c.jpg?a=1&amp;b=2#xywh=1"),
            "@c.jpg?a=1&amp;b=2@#xywh=1");
  EXPECT_EQ(line("data:,https://films.example.com/c"), "data:,@c@");
}

TEST(VttRewriter, TellsBlocksApartAsBrowsersDo) {
  const auto output = [](std::string_view text) { return rewrite_as(Format::vtt, text).output; };
  const std::string style = "url(/media/private/no.png)";
  for (const std::string& text :
       {"STYLES\n" + style, " STYLE\n" + style, "STYLE x\n" + style, "WEBVTT\nSTYLE\n" + style,
        "STYLE\n\n" + style, "style\n" + style, "a --> b\n\nSTYLE\n" + style,
        "STYLE\na --> b\n" + style, std::string("\n/media/private/no.png\n"),
        std::string("NOTE\na -> b\n/media/private/no.png\n"),
        std::string("NOTE\na -- > b\n/media/private/no.png\n")})
    EXPECT_EQ(output(text), text);
  // No comment: a cue whose name is NOTE.
  EXPECT_EQ(output("NOTE\na --> b\n/media/private/x.png\n"),
            "NOTE\na --> b\nhttps://d1.cloudfront.net/private/x.png?Signature=0\n");
  EXPECT_EQ(output("--->\n/media/private/x.png"),
            "--->\nhttps://d1.cloudfront.net/private/x.png?Signature=0");
  // The sheet ends with its block, and with it a URL that is not closed.
  EXPECT_EQ(output("STYLE\na{b:url(/media/private/x\n\na{b:url(/media/private/no)}\n"),
            "STYLE\na{b:url(https://d1.cloudfront.net/private/x?Signature=0\n\n"
            "a{b:url(/media/private/no)}\n");
  EXPECT_EQ(output("STYLE\na{b:url(/media/private/x"),
            "STYLE\na{b:url(https://d1.cloudfront.net/private/x?Signature=0");
}

TEST(VttRewriter, LetsALinkGoThatIsTooLong) {
  const std::string long_path(40000, 'x');
  const std::string text = "a --> b\n/media/private/" + long_path + "\n" + long_path +
                           ".jpg\nhttps://films.example.com/" + long_path + "\n\ta\n" +
                           std::string(40000, ' ') + "/media/private/b\n";
  const Rewritten run = rewrite_as(Format::vtt, text, each(1000));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.copy, text);
  EXPECT_EQ(run.counters.too_long, 2U);
  EXPECT_EQ(run.counters.matched, 1U);
  EXPECT_EQ(run.output, rewrite_as(Format::vtt, text).output);
}

TEST(VttRewriter, TakesALinkOfTheGreatestLengthAndNoneOfOneMore) {
  const LinkMatcher same = LinkMatcher::make({{"same", {}, "https://d1.cloudfront.net/"}}).value();
  std::string link = "//d1.cloudfront.net/";
  link.append(limits::link_length - std::string_view("https:").size() - link.size(), 'x');
  for (const Sizes& sizes : {whole(), each(7)}) {
    const Rewritten fits = rewrite_as(Format::vtt, "-->\n" + link, sizes, {}, mark, same);
    EXPECT_EQ(fits.counters.matched, 1U);
    const Rewritten over = rewrite_as(Format::vtt, "-->\n" + link + "x", sizes, {}, mark, same);
    EXPECT_EQ(over.counters.matched, 0U);
    EXPECT_EQ(over.counters.too_long, 1U);
  }
}

TEST(VttRewriter, HoldsNothingBackThatCannotBeALink) {
  const auto held = [](std::string_view beginning) {
    VttRewriter rewriter(matcher(), page());
    Batch batch;
    return beginning.size() - rewriter.scan(beginning, false, batch);
  };
  EXPECT_EQ(held("WEBVTT /media"), 0U);
  EXPECT_EQ(held("WEBVTT\n\nNOTE /media"), 0U);
  EXPECT_EQ(held("STYLE\na{b:c;"), 0U);
  EXPECT_EQ(held("STYLE\nurl(/media"), 6U);
  EXPECT_EQ(held("STYLE\nurl(/media\n"), 7U);
  EXPECT_EQ(held("STYLE\nurl(/media\n-->"), 0U);
  EXPECT_EQ(held("1 --> 2\n  "), 0U);
  EXPECT_EQ(held("1 --> 2\n  Hel"), 3U);
  EXPECT_EQ(held("1 --> 2\nHello \t"), 7U);
  EXPECT_EQ(held("1 --> 2\nHello w"), 0U);
  EXPECT_EQ(held("1 --> 2\nHello\n"), 0U);
  EXPECT_EQ(held("1 --> 2\ndata:image/png;base64,iVBOR"), 0U);
  EXPECT_EQ(held("1 --> 2\nSee https:/"), 7U);
}

TEST(VttRewriter, BeginsAnewAfterRestart) {
  VttRewriter rewriter(matcher(), page());
  Batch batch;
  EXPECT_EQ(rewriter.scan("STYLE\nurl(/media/private/x", false, batch), 10U);
  rewriter.restart();
  EXPECT_EQ(rewriter.scan("1 --> 2\n/media/private/x", false, batch), 8U);
  rewriter.restart();
  const std::string_view text = "/media/private/y\n\n-->\n/media/private/z";
  EXPECT_EQ(rewriter.scan(text, true, batch), text.size());
  ASSERT_EQ(batch.links.size(), 1U);
  EXPECT_EQ(batch.links[0].url, "https://d1.cloudfront.net/private/z");
  EXPECT_EQ(batch.links[0].context, LinkContext::cue);
  EXPECT_EQ(link_context_name(LinkContext::cue), "cue");
}

}  // namespace
}  // namespace signgate::rewrite
