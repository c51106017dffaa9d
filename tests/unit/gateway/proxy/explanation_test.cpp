// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/explanation.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

using Verdict = Explanation::Verdict;

constexpr UnixSeconds now = 1'900'000'000;

// Two rules that sign, the second one by grant and without a key that may sign, and a foreign one.
route::SignSet rules() {
  route::SignSet set{
      .matcher = *rewrite::LinkMatcher::make(
          {{.name = "m", .links = {"/m/"}, .target = "https://d.example/t/"},
           {.name = "g", .links = {"/g/"}, .target = "https://d.example/g/"},
           {.name = "f", .links = {"/f/"}, .target = "https://d.example/f/", .foreign = true}}),
      .signers = {},
      .rule_set = "abc",
      .grant_headers = {"X-Allow"},
      .rule_names = {"m", "g", "f"}};
  signing::LinkRule::Entry any;
  set.signers.resize(2);
  set.signers[0].name = "m";
  set.signers[0].expiry = {.ttl = 600, .window = 0};
  set.signers[0].keys = {any};
  set.signers[1].name = "g";
  set.signers[1].grant_header = 0;
  set.signers[1].keys = {any};
  set.signers[1].keys[0].not_before = now + 1;
  return set;
}

Explanation said_of(const route::SignSet& set, std::string_view link,
                    const AnswerGrants* grants = nullptr, UnixSeconds time = now) {
  rewrite::CandidateLink candidate;
  candidate.text = link;
  candidate.outcome = set.matcher.match(link, *rewrite::PageUrl::make("https://www.example/"));
  return explain(set, candidate, grants, nullptr, time);
}

TEST(Explanation, SaysWhatWouldBeSigned) {
  const route::SignSet set = rules();
  const Explanation said = said_of(set, "/m/a.jpg?w=1#f");
  EXPECT_EQ(said.verdict, Verdict::is_signed);
  EXPECT_EQ(verdict_name(said.verdict), "signed");
  EXPECT_EQ(said.rule, "m");
  EXPECT_EQ(said.resource, "https://d.example/t/a.jpg?w=1");
  EXPECT_EQ(said.expires, now + 600);
}

TEST(Explanation, SaysWhyALinkIsLeftAlone) {
  const route::SignSet set = rules();
  EXPECT_EQ(said_of(set, "/other").verdict, Verdict::skipped);
  EXPECT_EQ(said_of(set, "/other").rule, "");
  const Explanation foreign = said_of(set, "/f/a");
  EXPECT_EQ(foreign.verdict, Verdict::refused);
  EXPECT_EQ(foreign.rule, "f");
  EXPECT_NE(foreign.reason.find("does not sign"), std::string::npos);
  EXPECT_NE(said_of(set, "/m/a?Expires=1").reason.find("query holds Expires"), std::string::npos);
  EXPECT_NE(said_of(set, "/m/%2e%2e%2fa").reason.find("dot segment"), std::string::npos);
  const std::string tail(limits::link_length, 'x');
  EXPECT_NE(said_of(set, "/m/" + tail).reason.find("longer than 8192"), std::string::npos);
  rewrite::CandidateLink shared;
  shared.outcome = set.matcher.match("/m/a", *rewrite::PageUrl::make("https://www.example/"));
  shared.obstacle = rewrite::CandidateLink::Obstacle::is_template;
  EXPECT_NE(explain(set, shared, nullptr, nullptr, now).reason.find("many URLs"),
            std::string::npos);
  shared.obstacle = rewrite::CandidateLink::Obstacle::none;
  shared.shared = 3;
  EXPECT_EQ(explain(set, shared, nullptr, nullptr, now).verdict, Verdict::refused);
}

TEST(Explanation, HoldsARuleToGrantsAndKeys) {
  const route::SignSet set = rules();
  EXPECT_NE(said_of(set, "/g/a").reason.find("keys may sign"), std::string::npos);
  const Explanation later = said_of(set, "/g/a", nullptr, now + 1);
  EXPECT_EQ(later.verdict, Verdict::is_signed);
  EXPECT_NE(later.reason.find("has to grant it by X-Allow"), std::string::npos);
  http::Fields fields;
  fields.add("x-allow", "/g/b*");
  const AnswerGrants grants = AnswerGrants::of(set, fields);
  EXPECT_NE(said_of(set, "/g/a", &grants, now + 1).reason.find("does not grant it"),
            std::string::npos);
  EXPECT_EQ(said_of(set, "/g/bc", &grants, now + 1).verdict, Verdict::is_signed);
}

TEST(Explanation, NamesWhoWouldBeAskedAndWhatTheAddressHas) {
  route::SignSet set = rules();
  set.signers[0].grant_request = route::GrantRequest{.uri = "/may-see", .scope = std::nullopt};
  set.signers[0].target_length = set.matcher.target_length(0);
  EXPECT_NE(said_of(set, "/m/7/a.jpg").reason.find("/may-see has to grant /t/7/"),
            std::string::npos);
  set.signers[0].refuses_reflected = true;
  rewrite::CandidateLink candidate;
  candidate.outcome =
      set.matcher.match("/m/7/a.jpg", *rewrite::PageUrl::make("https://www.example/"));
  http::RequestHead head;
  head.query = "f=/m/7/a.jpg";
  ReflectedLinks reflected(head, nullptr);
  const Explanation said = explain(set, candidate, nullptr, &reflected, now);
  EXPECT_EQ(said.verdict, Verdict::refused);
  EXPECT_NE(said.reason.find("the page's address has it"), std::string::npos);
  head.query = "f=/m/8/../7/a.jpg";
  ReflectedLinks unclear(head, nullptr);
  EXPECT_NE(explain(set, candidate, nullptr, &unclear, now).reason.find("cannot be judged"),
            std::string::npos);
}

TEST(Explanation, LooksAtDocumentsLongerThanAWindow) {
  const route::SignSet set = rules();
  std::string page;
  while (page.size() < 3 * limits::scan_window)
    page += "<p>text</p><img src=\"/m/a.jpg\"><a href=\"/b\">";
  rewrite::CandidateLog found;
  find_candidates(set, rewrite::Format::html, std::nullopt,
                  *rewrite::PageUrl::make("https://www.example/"), page, found);
  const std::size_t times =
      page.size() / std::string("<p>text</p><img src=\"/m/a.jpg\"><a href=\"/b\">").size();
  EXPECT_EQ(found.candidates().size(), 2 * times);
}

}  // namespace
}  // namespace signgate::proxy
