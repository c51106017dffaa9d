// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/reflected_links.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {
namespace {

using Verdict = ReflectedLinks::Verdict;

class Reflected : public testing::Test {
 protected:
  Reflected() {
    set_.signers.resize(1);
    set_.signers[0].target_length = set_.matcher.target_length(0);
    set_.signers[0].refuses_reflected = true;
  }

  Verdict judge(std::string_view path, std::string_view query, std::string_view link,
                rewrite::RequestText* body = nullptr,
                rewrite::LinkContext context = rewrite::LinkContext::attribute) {
    http::RequestHead head;
    head.path = path;
    head.query = query;
    head.has_query = !query.empty();
    ReflectedLinks reflected(head, body);
    const auto outcome = set_.matcher.match(link, page_);
    EXPECT_EQ(outcome.verdict, rewrite::LinkMatcher::Verdict::media) << link;
    rewrite::Link found;
    found.context = context;
    found.url = outcome.url;
    found.path = outcome.path;
    found.relative = outcome.relative;
    found.led_by_base = outcome.led_by_base;
    const Verdict verdict = reflected.judge(set_, found);
    EXPECT_EQ(reflected.judge(set_, found), verdict) << "asked again";
    return verdict;
  }

  rewrite::PageUrl page_ = *rewrite::PageUrl::make("https://www.example/v/");
  route::SignSet set_{
      .matcher = *rewrite::LinkMatcher::make({{.name = "m",
                                               .links = {"/private/", "https://media.example/p/"},
                                               .target = "https://d.example/t/"}}),
      .signers = {},
      .rule_set = "abc",
      .grant_headers = {}};
};

TEST_F(Reflected, IsWhatTheQueryHas) {
  for (const std::string_view query :
       {"file=/private/7/a.jpg", "q=see+https%3A%2F%2Fmedia.example%2Fp%2F7%2Fa.jpg+there",
        "u=//d.example/t/7/a.jpg", "name=7/a.jpg", "u=https%253a%252f%252fmedia.example/p/7/A.JPG",
        "u=../private/7/a.jpg"}) {
    EXPECT_EQ(judge("/view", query, "/private/7/a.jpg"), Verdict::reflected) << query;
    EXPECT_EQ(judge("/view", query, "https://media.example/p/7/a.jpg"), Verdict::reflected);
    EXPECT_EQ(judge("/view", query, "/private/7/b.jpg"), Verdict::own) << query;
    EXPECT_EQ(judge("/view", query, "/private/7/%61.jpg?w=1#f"), Verdict::reflected) << query;
  }
}

TEST_F(Reflected, IsNotWhatMerelyNamesAnAlbumOrAPage) {
  for (const std::string_view query :
       {"", "album=7", "page=2", "sort=name&album=/7/", "q=private"}) {
    EXPECT_EQ(judge("/albums/7", query, "/private/7/a.jpg"), Verdict::own) << query;
    EXPECT_EQ(judge("/albums/7", query, "/private/2"), Verdict::own) << query;
  }
}

TEST_F(Reflected, NeedsTheWholePathWhereTheRestIsShort) {
  EXPECT_EQ(judge("/view", "n=a.gz", "/private/a.gz"), Verdict::own);
  EXPECT_EQ(judge("/view", "n=/private/a.gz", "/private/a.gz"), Verdict::reflected);
  EXPECT_EQ(judge("/view", "n=/private/2", "/private/2"), Verdict::reflected);
  EXPECT_EQ(judge("/view", "n=/private/2", "/private/%32"), Verdict::reflected);
  EXPECT_EQ(judge("/view", "n=picture", "/private/picture"), Verdict::own);
}

TEST_F(Reflected, IsWhatTheRequestsPathHasWhole) {
  EXPECT_EQ(judge("/private/7/a.jpg", "", "/private/7/a.jpg"), Verdict::reflected);
  EXPECT_EQ(judge("/find/https://media.example/p/7/a.jpg", "", "//media.example/p/7/a.jpg"),
            Verdict::reflected);
  EXPECT_EQ(judge("/find/private%2F7/a.jpg", "", "/private/7/a.jpg"), Verdict::reflected);
  EXPECT_EQ(judge("/find//private/7/%61.jpg", "", "/private/7/a.jpg"), Verdict::reflected);
  EXPECT_EQ(judge("/photos/7/a.jpg", "", "/private/7/a.jpg"), Verdict::own)
      << "a page is named as its media is";
  EXPECT_EQ(judge("/x/../private/7/a.jpg", "", "/private/7/a.jpg"), Verdict::unclear);
}

TEST_F(Reflected, IsWhatTheBodyHadSoFar) {
  rewrite::RequestText body;
  EXPECT_EQ(judge("/view", "", "/private/7/a.jpg", &body), Verdict::own);
  body.add("text=https://media.example/p/7/a.j");
  EXPECT_EQ(judge("/view", "", "/private/7/a.jpg", &body), Verdict::own);
  body.add("pg");
  EXPECT_EQ(judge("/view", "", "/private/7/a.jpg", &body), Verdict::reflected);
  EXPECT_EQ(judge("/view", "", "/private/7/b.jpg", &body), Verdict::own);
  body.give_up();
  EXPECT_EQ(judge("/view", "", "/private/7/b.jpg", &body), Verdict::unclear);
}

TEST_F(Reflected, IsFoundWhateverTheCharsetOfThePage) {
  EXPECT_EQ(judge("/search", "q=/private/7/%E9", "/private/7/%C3%A9"), Verdict::reflected);
  EXPECT_EQ(judge("/search", "q=/private/7/%E9", "/private/8/%C3%A9"), Verdict::own);
  EXPECT_EQ(judge("/find/private/7/%E9", "", "/private/7/%C3%A9"), Verdict::reflected);
  EXPECT_EQ(judge("/albums/%C3%A9", "", "/private/7/%C3%A9.jpg"), Verdict::own);
}

TEST_F(Reflected, MayBeAnythingInAScriptWhereTheRequestHasABackslash) {
  const auto in_script = [this](std::string_view path, std::string_view query,
                                rewrite::RequestText* body = nullptr) {
    return judge(path, query, "/private/7/a.jpg", body, rewrite::LinkContext::script_string);
  };
  constexpr std::string_view escaped = R"(\x2f\private\u{2f}7\x2fa.jpg)";
  EXPECT_EQ(in_script("/view", escaped), Verdict::unclear);
  EXPECT_EQ(in_script("/view", "q=%5C"), Verdict::unclear);
  EXPECT_EQ(in_script(escaped, ""), Verdict::unclear);
  EXPECT_EQ(in_script("/view", "q=a"), Verdict::own);
  EXPECT_EQ(in_script("/view", "q=/private/7/a.jpg"), Verdict::reflected);
  rewrite::RequestText body;
  body.add("q=\\p");
  EXPECT_EQ(in_script("/view", "", &body), Verdict::unclear);
  EXPECT_EQ(judge("/view", escaped, "/private/7/a.jpg"), Verdict::own);
}

TEST_F(Reflected, IsWhatIsWrittenOfARelativeLink) {
  page_ = *rewrite::PageUrl::make("https://www.example/private/albums/7");
  for (const std::string_view query :
       {"avatar=../8/xyzw.jpg", "avatar=8/xyzw.jpg", "avatar=8%2Fxyzw.jpg", "a=..%5C8%5Cxyzw.jpg",
        "a=8/XYZW.jpg%3Fw=1"}) {
    for (const std::string_view link :
         {"../8/xyzw.jpg", "8/xyzw.jpg", "./8/xyzw.jpg?w=1", "%2E%2e/.//8/xyzw.jpg#f",
          "..\\8\\xyzw.jpg", " 8/\txyzw.jpg", "https:8/%78yzw.jpg", "a/../8/xyzw.jpg"})
      EXPECT_EQ(judge("/private/albums/7", query, link), Verdict::reflected)
          << query << ' ' << link;
    EXPECT_EQ(judge("/private/albums/7", query, "../9/xyzw.jpg"), Verdict::own) << query;
    EXPECT_EQ(judge("/private/albums/7", query, "8/b.jpg"), Verdict::own) << query;
  }
  for (const std::string_view query : {"", "page=2", "next=/albums/7"}) {
    EXPECT_EQ(judge("/private/albums/7", query, "../8/xyzw.jpg"), Verdict::own) << query;
    EXPECT_EQ(judge("/private/albums/7", query, "/private/8/xyzw.jpg"), Verdict::own) << query;
  }
  rewrite::RequestText body;
  body.add("avatar=../8/xyzw.jpg");
  EXPECT_EQ(judge("/private/albums/7", "", "../8/xyzw.jpg", &body), Verdict::reflected);
  EXPECT_EQ(judge("/private/albums/7", "page=2", "8/xyzw.jpg", &body), Verdict::reflected);
  EXPECT_EQ(judge("/private/albums/7", "page=2", "8/abcd.jpg", &body), Verdict::own);
}

TEST_F(Reflected, IsWhatIsWrittenBelowTheBaseOfADocument) {
  page_.set_base("/private/");
  EXPECT_EQ(judge("/view", "f=a.jpg", "a.jpg"), Verdict::reflected);
  page_.set_base("/private/albums/");
  EXPECT_EQ(judge("/view", "f=a.jpg", "a.jpg"), Verdict::reflected);
  EXPECT_EQ(judge("/view", "f=a.jpg", "b.jpg"), Verdict::own);
  EXPECT_EQ(judge("/view/a.jpg.html", "", "a.jpg"), Verdict::own) << "a page named as its picture";
}

TEST_F(Reflected, IsUnclearOfALinkThatABaseLeadsWhichTheRequestMayHave) {
  page_ = *rewrite::PageUrl::make("https://www.example/private/albums/7");
  page_.set_base("8/secret.jpg");
  for (const std::string_view query :
       {"q=<base href=8/secret.jpg>", "q=%3CBASE+href='8/secret.jpg'%3E", "q=&lt;base/href=8/"}) {
    // The page's own links too: below a base of the visitor's they lead where he wants.
    for (const std::string_view link : {"?", "..", "cover.jpg", "own/a.jpg", "https:a.jpg"})
      EXPECT_EQ(judge("/private/albums/7", query, link), Verdict::unclear) << query << ' ' << link;
    EXPECT_EQ(judge("/private/albums/7", query, "/private/9/own.jpg"), Verdict::own) << query;
    EXPECT_EQ(judge("/private/albums/7", query, "//media.example/p/own.jpg"), Verdict::own);
  }
  EXPECT_EQ(judge("/private/albums/7", "page=2&base=1", "own/a.jpg"), Verdict::own);
  EXPECT_EQ(judge("/find/<base href=8/>", "", "own/a.jpg"), Verdict::unclear);
  rewrite::RequestText body;
  body.add("<base");
  EXPECT_EQ(judge("/private/albums/7", "", "own/a.jpg", &body), Verdict::unclear);
  page_.set_base("../7");
  EXPECT_EQ(judge("/private/albums/7", "q=<base", "own/a.jpg"), Verdict::own) << "no other base";
}

TEST_F(Reflected, IsUnclearOfALinkWithoutAPathWhereTheRequestHasAnything) {
  page_ = *rewrite::PageUrl::make("https://www.example/v/7");
  page_.set_base("/private/8/secret.jpg");
  for (const std::string_view link : {"?w=1", ".", "./", "x/..", "%2E"}) {
    EXPECT_EQ(judge("/v/7", "", link), Verdict::own) << link;
    EXPECT_EQ(judge("/v/7", "avatar=.", link), Verdict::unclear) << link;
    EXPECT_EQ(judge("/v/7", "page=2", link), Verdict::unclear) << link;
    rewrite::RequestText body;
    EXPECT_EQ(judge("/v/7", "", link, &body), Verdict::own) << link;
    body.add("x");
    EXPECT_EQ(judge("/v/7", "", link, &body), Verdict::unclear) << link;
  }
}

TEST_F(Reflected, IsUnclearOfAShortRelativeLinkThatTheRequestMayHave) {
  page_ = *rewrite::PageUrl::make("https://www.example/private/albums/7");
  for (const std::string_view link : {"a.gz", "cover", "./2", "%C3%A9"}) {
    EXPECT_EQ(judge("/v", "", link), Verdict::own) << link;
    EXPECT_EQ(judge("/v", "sort=up", link), Verdict::own) << link;
    EXPECT_EQ(judge("/v", "f=a.gz&g=cover&page=2&h=%E9", link), Verdict::unclear) << link;
    rewrite::RequestText body;
    EXPECT_EQ(judge("/v", "", link, &body), Verdict::own) << link;
    body.add("x");
    EXPECT_EQ(judge("/v", "", link, &body), Verdict::unclear) << link;
  }
}

TEST_F(Reflected, IsUnclearOnceTooMuchWasSearched) {
  // What the links begin with is there, so that only a search tells.
  std::string query = "q=x/abcdefg.jpg+";
  while (query.size() < 60000)
    query += "7/7.7/7/+";
  query += "7/abcdef.";
  http::RequestHead head;
  head.path = "/view";
  head.query = query;
  head.has_query = true;
  ReflectedLinks reflected(head, nullptr);
  const auto judge_link = [&](std::string_view link) {
    const auto outcome = set_.matcher.match(link, page_);
    rewrite::Link found;
    found.url = outcome.url;
    found.path = outcome.path;
    return reflected.judge(set_, found);
  };
  for (std::size_t i = 0; i < 5000; ++i)
    ASSERT_EQ(judge_link("/private/9/b.png"), Verdict::own) << "what needs no search is free";
  std::size_t judged = 0;
  while (judged < 5000 && judge_link("/private/7/abcdefg.jpg") == Verdict::own)
    ++judged;
  EXPECT_GE(judged, limits::reflected_search / limits::request_text);
  EXPECT_LE(judged, limits::reflected_search / 60000 + 2);
  EXPECT_EQ(judge_link("/private/9/b.png"), Verdict::unclear);
}

TEST_F(Reflected, MayBeAnythingWhereTheQueryIsUnclear) {
  EXPECT_EQ(judge("/view", "u=/private/x/../7/a.jpg", "/private/8/b.jpg"), Verdict::unclear);
}

}  // namespace
}  // namespace signgate::proxy
