// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/reflected_links.hpp"

#include <gtest/gtest.h>

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
    const auto outcome =
        set_.matcher.match(link, *rewrite::PageUrl::make("https://www.example/v/"));
    EXPECT_EQ(outcome.verdict, rewrite::LinkMatcher::Verdict::media) << link;
    rewrite::Link found;
    found.context = context;
    found.url = outcome.url;
    found.path = outcome.path;
    const Verdict verdict = reflected.judge(set_, found);
    EXPECT_EQ(reflected.judge(set_, found), verdict) << "asked again";
    return verdict;
  }

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

TEST_F(Reflected, MayBeAnythingWhereTheQueryIsUnclear) {
  EXPECT_EQ(judge("/view", "u=/private/x/../7/a.jpg", "/private/8/b.jpg"), Verdict::unclear);
}

}  // namespace
}  // namespace signgate::proxy
