// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/m3u8_rewriter.hpp"

#include <gtest/gtest.h>

#include "tests/unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

constexpr std::string_view multivariant =
    "#EXTM3U\n"
    "#EXT-X-INDEPENDENT-SEGMENTS\n"
    "#EXT-X-CONTENT-STEERING:SERVER-URI=\"%steer~\",PATHWAY-ID=\"a\"\n"
    "#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"skd://key\",KEYFORMAT=\"com.apple\"\n"
    "#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"%s.key~\"\n"
    "#EXT-X-SESSION-DATA:DATA-ID=\"a,URI=\",URI=\"%data.json~\"\n"
    "#EXT-X-SESSION-DATA:DATA-ID=\"b\",VALUE=\"/media/private/no\"\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"x\",NAME=\"a, URI=b\",URI=\"%a.m3u8~\"\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"a,b\"\n"
    "%low.m3u8~\n"
    "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"%i.m3u8~\",RESOLUTION=1x1\n";

constexpr std::string_view media =
    "#EXTM3U\r\n"
    "#EXT-X-VERSION:9\r\n"
    "#EXT-X-MAP:URI=\"%init.mp4~\",BYTERANGE=\"720@0\"\r\n"
    "#EXT-X-KEY:METHOD=AES-128, URI=\"%k~\",IV=0x1\r\n"
    "#EXT-X-DATERANGE:ID=\"1\",X-ASSET-URI=\"%ad.m3u8~\",X-ASSET-LIST=\"%ads.json~\","
    "X-COM=\"/media/private/no\"\r\n"
    "#EXTINF:4.0,URI=\"/media/private/no\"\r\n"
    "#EXT-X-BYTERANGE:1000@720\r\n"
    "%1.ts~\r\n"
    "\r\n"
    "# URI=\"/media/private/no\"\r\n"
    "#/media/private/no\r\n"
    "#EXTINF:4.0,\r\n"
    " %2.ts~ \t\r\n"
    "https://media.example.com/public/3.ts\r\n"
    "data:video/mp2t,/media/private/no\r\n"
    "urn:media:private\r\n"
    "#EXT-X-PART:DURATION=1,URI=\"%p1~\",INDEPENDENT=YES\r\n"
    "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"%p2~\",BYTERANGE-START=1\r\n"
    "#EXT-X-RENDITION-REPORT:URI=\"%r.m3u8~\",LAST-MSN=1\r\n"
    "#EXT-X-KEY:XURI=\"/media/private/no\",URIX=\"/media/private/no\",uri=\"/media/private/no\"\r\n"
    "#EXT-X-KEY:URI=/media/private/no,A=\"URI=/media/private/no\",\"URI=\"/media/private/no\"\r\n"
    "#EXT-X-KEY:URI=\"/media/private/no\r\n"
    "#EXT-X-KEY,URI=\"/media/private/no\"\r\n"
    "%last.ts~";

TEST(M3u8Rewriter, SignsTheLinksOfAPlaylistAndNothingElse) {
  expect_rewriting(Format::m3u8, multivariant);
  expect_rewriting(Format::m3u8, media);
  EXPECT_EQ(rewrite_as(Format::m3u8, original(multivariant)).counters.matched, 6U);
  EXPECT_EQ(rewrite_as(Format::m3u8, original(media)).counters.matched, 10U);
}

TEST(M3u8Rewriter, ResolvesLinksAgainstThePlaylistAndMakesThemAbsolute) {
  const LinkMatcher here =
      LinkMatcher::make({{"here", {"/albums/7/"}, "https://d1.cloudfront.net/seven/"}}).value();
  const std::string_view text =
      "seg-1.ts\n../7/b/seg-2.ts?x=1#f\n../8/no.ts\n//www.example.com/albums/7/s\n"
      "#EXT-X-MAP:URI=\"init.mp4\"\n";
  const Rewritten run = rewrite_as(Format::m3u8, text, whole(), {}, mark, here);
  EXPECT_EQ(run.output,
            "https://d1.cloudfront.net/seven/seg-1.ts?Signature=0\n"
            "https://d1.cloudfront.net/seven/b/seg-2.ts?x=1&Signature=0#f\n../8/no.ts\n"
            "https://d1.cloudfront.net/seven/s?Signature=0\n"
            "#EXT-X-MAP:URI=\"https://d1.cloudfront.net/seven/init.mp4?Signature=0\"\n");
}

TEST(M3u8Rewriter, LeavesLinksWithVariablesAloneAndCountsThem) {
  const std::string_view text =
      "#EXT-X-DEFINE:NAME=\"q\",VALUE=\"/media/private/no\"\n/media/private/{$q}.ts\n"
      "#EXT-X-MAP:URI=\"{$q}/media/private/x\"\n/media/private/{q$}.ts\n";
  const Rewritten run = rewrite_as(Format::m3u8, text);
  EXPECT_EQ(run.copy, text);
  EXPECT_EQ(run.counters.refused_template, 2U);
  EXPECT_EQ(run.counters.matched, 1U);
  EXPECT_NE(run.output.find("\n/media/private/{$q}.ts\n"), std::string::npos);
  EXPECT_NE(run.output.find("private/%7Bq$%7D.ts?Signature=0\n"), std::string::npos);
}

TEST(M3u8Rewriter, IsNotMisledByAByteOrderMark) {
  const LinkMatcher all = LinkMatcher::make({{"all", {"/"}, "https://d1.cloudfront.net/"}}).value();
  const std::string_view text = "\xEF\xBB\xBF#EXTM3U\nx.ts\n";
  for (std::size_t cut = 1; cut < text.size(); ++cut) {
    EXPECT_EQ(rewrite_as(Format::m3u8, text, cut_at(cut), {}, mark, all).output,
              "\xEF\xBB\xBF#EXTM3U\nhttps://d1.cloudfront.net/albums/7/x.ts?Signature=0\n");
  }
}

TEST(M3u8Rewriter, LetsALinkGoThatIsTooLong) {
  const std::string long_path(40000, 'x');
  const std::string text = "/media/private/" + long_path + "\n#EXT-X-MAP:URI=\"/media/private/" +
                           long_path + "\",URI=\"/media/private/a\"\ndata:" + long_path +
                           "\n#EXT-X-MAP:URI=\"data:" + long_path + "\"\n/media/private/b\n";
  const Rewritten run = rewrite_as(Format::m3u8, text, each(1000));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.copy, text);
  EXPECT_EQ(run.counters.too_long, 2U);
  EXPECT_EQ(run.counters.matched, 2U);
  EXPECT_EQ(run.output, rewrite_as(Format::m3u8, text).output);
}

TEST(M3u8Rewriter, TakesALinkOfTheGreatestLengthAndNoneOfOneMore) {
  // What is signed may be as long as the link: the rule's target is longer than its prefix.
  const LinkMatcher same = LinkMatcher::make({{"same", {}, "https://d1.cloudfront.net/"}}).value();
  std::string link = "https://d1.cloudfront.net/";
  link.append(limits::link_length - link.size(), 'x');
  for (const Sizes& sizes : {whole(), each(7)}) {
    const Rewritten fits = rewrite_as(Format::m3u8, link + "\n", sizes, {}, mark, same);
    EXPECT_EQ(fits.counters.matched, 1U);
    const Rewritten over = rewrite_as(Format::m3u8, link + "x\n", sizes, {}, mark, same);
    EXPECT_EQ(over.counters.matched, 0U);
    EXPECT_EQ(over.counters.too_long, 1U);
  }
}

TEST(M3u8Rewriter, HoldsNothingBackThatCannotBeALink) {
  M3u8Rewriter rewriter(matcher(), page());
  Batch batch;
  const std::string_view text = "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,KEYFORMAT=\"/media";
  EXPECT_EQ(rewriter.scan(text, false, batch), text.size());
  EXPECT_EQ(rewriter.scan("\",URI=\"/media/pri", false, batch), 7U);
}

TEST(M3u8Rewriter, BeginsAnewAfterRestart) {
  M3u8Rewriter rewriter(matcher(), page());
  Batch batch;
  EXPECT_EQ(rewriter.scan("#EXT-X-MAP:URI=\"/media/private/x", false, batch), 16U);
  rewriter.restart();
  const std::string_view text = "/media/private/y";
  EXPECT_EQ(rewriter.scan(text, true, batch), text.size());
  ASSERT_EQ(batch.links.size(), 1U);
  EXPECT_EQ(batch.links[0].url, "https://d1.cloudfront.net/private/y");
  EXPECT_EQ(batch.links[0].context, LinkContext::playlist);
}

}  // namespace
}  // namespace signgate::rewrite
