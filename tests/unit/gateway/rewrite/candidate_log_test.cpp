// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/candidate_log.hpp"

#include <gtest/gtest.h>

#include "gateway/rewrite/format.hpp"
#include "gateway/rewrite/header_links.hpp"

namespace signgate::rewrite {
namespace {

using Verdict = LinkMatcher::Verdict;

const LinkMatcher& matcher() {
  static const LinkMatcher made = *LinkMatcher::make(
      {{.name = "m", .links = {"/m/"}, .target = "https://d.example/m/"},
       {.name = "other", .links = {"/o/"}, .target = "https://e.example/", .foreign = true}});
  return made;
}

// What a document's scan notes, as "context verdict text" lines.
std::vector<std::string> noted(Format format, std::string_view document) {
  CandidateLog log;
  const auto rewriter = make_rewriter(format, matcher(), *PageUrl::make("https://www.example/p/"),
                                      RewriteOptions{.candidates = &log});
  Batch batch;
  std::string_view rest = document;
  while (!rest.empty()) {
    const std::size_t used = rewriter->scan(rest, true, batch);
    rest.remove_prefix(used);
  }
  std::vector<std::string> lines;
  for (const CandidateLink& each : log.candidates()) {
    lines.push_back(std::string(link_context_name(each.context)) + " " +
                    std::to_string(static_cast<int>(each.outcome.verdict)) + " " + each.text);
  }
  return lines;
}

std::string line(std::string_view context, Verdict verdict, std::string_view text) {
  return std::string(context) + " " + std::to_string(static_cast<int>(verdict)) + " " +
         std::string(text);
}

TEST(CandidateLog, NotesWhatEachFormatLooksAt) {
  EXPECT_EQ(noted(Format::html,
                  "<img src=/m/a srcset='/m/b 1x, ../c 2x'><a href='/o/d'>/m/text</a>"
                  "<style>a{background:url(/m/e)}</style>"
                  "<script type=application/json>{\"a\":\"/m/f\"}</script>"
                  "<iframe srcdoc=\"<img src='/m/g'>\"></iframe>"),
            (std::vector<std::string>{
                line("attribute", Verdict::media, "/m/a"), line("srcset", Verdict::media, "/m/b"),
                line("srcset", Verdict::not_media, "../c"),
                line("attribute", Verdict::refused_rule, "/o/d"),
                line("style_element", Verdict::media, "/m/e"), line("json", Verdict::media, "/m/f"),
                line("attribute", Verdict::media, "/m/g")}));
  EXPECT_EQ(
      noted(Format::css, "a{background:url(/m/a?Expires=1)}"),
      std::vector<std::string>{line("style_sheet", Verdict::refused_reserved, "/m/a?Expires=1")});
  EXPECT_EQ(noted(Format::json, R"({"/m/name":"\/m\/a","b":"<img src='/m/b'>"})"),
            (std::vector<std::string>{line("json", Verdict::media, "/m/a"),
                                      line("attribute", Verdict::media, "/m/b")}));
  EXPECT_EQ(noted(Format::m3u8, "#EXTM3U\n/m/a.ts\n"),
            std::vector<std::string>{line("playlist", Verdict::media, "/m/a.ts")});
  EXPECT_EQ(noted(Format::xml, "<rss><enclosure url='/m/a.mp3'/></rss>"),
            std::vector<std::string>{line("xml", Verdict::media, "/m/a.mp3")});
}

TEST(CandidateLog, NotesATemplateThatNoSignatureOpens) {
  CandidateLog log;
  const auto rewriter =
      make_rewriter(Format::mpd, matcher(), *PageUrl::make("https://www.example/"),
                    RewriteOptions{.candidates = &log});
  Batch batch;
  rewriter->scan("<MPD><SegmentTemplate media='/m/$Number$.m4s'/></MPD>", true, batch);
  ASSERT_EQ(log.candidates().size(), 1U);
  EXPECT_EQ(log.candidates()[0].obstacle, CandidateLink::Obstacle::is_template);
}

TEST(CandidateLog, NotesHeaderFields) {
  CandidateLog log;
  Batch batch;
  Counters counters;
  find_header_links(HeaderForm::link, "</m/a>; rel=preload, </n>", matcher(),
                    *PageUrl::make("https://www.example/"), batch, counters, &log);
  ASSERT_EQ(log.candidates().size(), 2U);
  EXPECT_EQ(log.candidates()[0].outcome.url, "https://d.example/m/a");
  EXPECT_EQ(log.candidates()[1].outcome.verdict, Verdict::not_media);
}

TEST(CandidateLog, IsBounded) {
  CandidateLog log;
  for (std::size_t i = 0; i < limits::explained_links + 3; ++i)
    log.add("/m/a", LinkContext::attribute, {});
  log.hinder_last(CandidateLink::Obstacle::too_long);
  EXPECT_EQ(log.candidates().size(), limits::explained_links);
  EXPECT_EQ(log.left_out(), 3U);
  EXPECT_EQ(log.candidates().back().obstacle, CandidateLink::Obstacle::none);
  CandidateLog other;
  other.add(std::string(2 * limits::link_length, 'x'), LinkContext::attribute, {});
  EXPECT_EQ(other.candidates()[0].text.size(), limits::link_length);
}

TEST(CandidateLog, ForgetsWhatWasTakenAndMakesNoRoomByThat) {
  CandidateLog log(3);
  for (int i = 0; i < 2; ++i)
    log.add("/m/a", LinkContext::attribute, {});
  log.forget();
  EXPECT_TRUE(log.candidates().empty());
  log.hinder_last(CandidateLink::Obstacle::too_long);
  for (int i = 0; i < 3; ++i)
    log.add("/m/b", LinkContext::attribute, {});
  EXPECT_EQ(log.candidates().size(), 1U);
  EXPECT_EQ(log.left_out(), 2U);
}

}  // namespace
}  // namespace signgate::rewrite
