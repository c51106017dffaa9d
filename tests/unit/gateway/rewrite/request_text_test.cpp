// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/request_text.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "gateway/base/limits.hpp"

namespace signgate::rewrite {
namespace {

RequestText text_of(std::string_view bytes) {
  RequestText text;
  text.add(bytes);
  text.end();
  return text;
}

bool holds(std::string_view bytes, std::string_view path, std::size_t least = 0) {
  return text_of(bytes).holds(path, least).value_or(false);
}

TEST(RequestText, HoldsAPathInWhateverFormItCame) {
  for (const std::string_view form : {
           "/private/7/a.jpg",
           "see https://m.example/private/7/a.jpg, and more",
           "q=%2Fprivate%2f7%2Fa.jpg&page=2",
           "q=%252Fprivate%252F7%252Fa.jpg",
           "q=%%32f%70rivate/7/a.jpg",
           "//m.example\\private\\7\\a.jpg",
           "/private//7/./a.jpg",
           "/PRIVATE/7/A.JPG",
           "/priv\tate/7\r\n/a.jpg",
           R"({"url":"\/private\/7\/a.jpg"})",
           R"({"url":"\u002fprivate\u002F7/\u0061.jpg"})",
           R"({"inner":"{\"url\":\"\\u002fprivate\\/7\\/a.jpg\"}"})",
           "<a href=\"/private/7/&#97;.jpg\">",
           "<a href=/private&sol;7&#x2f;a&period;jpg>",
           R"({"html":"<a href=\"\u0026#x2f;private/7/a.jpg\">"})",
           "%7B%22u%22%3A%22%5C%2Fprivate%5C%2F7%5C%2Fa.jpg%22%7D",
       }) {
    EXPECT_TRUE(holds(form, "/private/7/a.jpg")) << form;
    EXPECT_TRUE(holds(form, "7/a.jpg", 5)) << form;
    EXPECT_FALSE(holds(form, "/private/8/a.jpg")) << form;
  }
}

TEST(RequestText, ReadsThePathThatIsLookedForAlike) {
  EXPECT_TRUE(holds("q=/my+holiday/a+b.jpg", "/my%20holiday/a%20b.jpg"));
  EXPECT_TRUE(holds("q=/a%2Bb.jpg", "/a+b.jpg"));
  EXPECT_TRUE(holds("q=/caf%C3%A9/1.jpg", "/caf\xC3\xA9/1.jpg"));
  EXPECT_TRUE(holds("q=/caf\xC3\xA9/1.jpg", "/caf%c3%a9/1.jpg"));
  EXPECT_TRUE(holds("q=/caf%E9/1.jpg", "/caf%E9/1.jpg"));
  EXPECT_TRUE(holds("q=/u1234/a.jpg", "/u1234/a.jpg"));
  EXPECT_TRUE(holds(R"(q=\u1234\a.jpg)", "/u1234/a.jpg")) << "a backslash may be a slash";
  EXPECT_TRUE(holds(R"(q=\u1234\&#97;.jpg)", "/u1234/a.jpg"));
}

TEST(RequestText, ComparesNothingBeyondAscii) {
  // A page in windows-1252 has %E9 of the request as a character whose link is in UTF-8.
  for (const std::string_view form :
       {"q=/private/7/%E9.jpg", "q=/private/7/\xE9.jpg", "q=/private/7/%C3%A9.jpg",
        R"({"q":"\/private\/7\/\u00e9.jpg"})", "q=/private/7/&eacute;.jpg"}) {
    EXPECT_TRUE(holds(form, "/private/7/%C3%A9.jpg")) << form;
    EXPECT_FALSE(holds(form, "/private/8/%C3%A9.jpg")) << form;
    EXPECT_FALSE(holds(form, "/private/7/e.jpg")) << form;
  }
  EXPECT_TRUE(holds("/private/7/%E9", "/private/7/%C3%A9"));
  EXPECT_TRUE(holds("/private/7/%81%FF", "/private/7/%C2%81%C3%BF"));
  EXPECT_TRUE(holds("/p/%E9", "/p/%C3%A9")) << "too short to compare";
  EXPECT_FALSE(text_of("/p/\xE9").is_empty());
  EXPECT_FALSE(holds("/p/x", "/p/%C3%A9"));
  EXPECT_EQ(text_of("/p/%E9").holds("%C3%A9.gz", 5), std::nullopt);
}

TEST(RequestText, TellsOfBackslashes) {
  for (const std::string_view form : {R"(q=\x2fprivate)", "%5C", "a%255cb", "q=&#92;p", R"("\")"})
    EXPECT_TRUE(text_of(form).has_backslash()) << form;
  for (const std::string_view form : {"", "q=/private/7/a.jpg", "%5", "5C"})
    EXPECT_FALSE(text_of(form).has_backslash()) << form;
}

TEST(RequestText, TellsOfWhatMayMoveTheBaseOfAPage) {
  for (const std::string_view form :
       {"q=<base href=/p/>", "q=%3CBASE%20href=..%3E", "q=%253cbase/href=..", "q=<ba\tse\nhref=..>",
        "q=&lt;base&gt;", R"({"q":"\u003cbase href='..'>"})", "<a xml:base='..'>",
        "<x:base href='..'>", "base", "<p><BaseURL>"})
    EXPECT_TRUE(text_of(form).has_base()) << form;
  for (const std::string_view form : {"", "q=/base/7", "database=7", "q=<b ase>", "rebase"})
    EXPECT_FALSE(text_of(form).has_base()) << form;
}

TEST(RequestText, HoldsNothingElse) {
  EXPECT_FALSE(holds("page=2&sort=up", "/private/2"));
  EXPECT_FALSE(holds("album=7", "/private/7/a.jpg"));
  EXPECT_FALSE(holds("album=7", "7/a.jpg", 5));
  EXPECT_FALSE(holds("file=/private/7/a.jpg", "/private/7/b.jpg"));
  EXPECT_FALSE(holds("", "/private/7/a.jpg"));
  EXPECT_TRUE(text_of("page=2&sort=up").is_empty());
}

TEST(RequestText, SaysWhenAPathCannotTell) {
  const RequestText text = text_of("q=/private/x.jpg");
  EXPECT_EQ(text.holds("x.jp", 5), std::nullopt);
  EXPECT_EQ(text.holds("%78.jp", 5), std::nullopt) << "what counts is what it stands for";
  EXPECT_EQ(text.holds("picture", 5), std::nullopt) << "a word is not telling";
  EXPECT_EQ(text.holds("x.jpg", 5), true);
  EXPECT_EQ(text.holds("y.jpg", 5), false);
}

TEST(RequestText, KeepsWordsWhereTheyAreWanted) {
  RequestText text(RequestText::Kept::words);
  EXPECT_TRUE(text.is_blank());
  text.add("page=2&album=Summer+1999&x=%26%23101;h");
  text.end();
  EXPECT_FALSE(text.is_blank());
  for (const std::string_view word : {"2", "summer", "SUM%6Der", "1999", "summer%201999", "eh"})
    EXPECT_EQ(text.holds(word, 0), true) << word;
  EXPECT_EQ(text.holds("winter", 0), false);
  EXPECT_FALSE(text_of("x").is_blank()) << "a word is not kept, but was there";
}

TEST(RequestText, SearchesOnlyForWhatItMayHave) {
  std::string many = "/private/7/a.jpg ";
  while (many.size() < limits::request_text / 2)
    many += "/albums/7/" + std::to_string(many.size()) + ".png ";
  many += "/private/8/b.jpg";
  const RequestText text = text_of(many);
  std::size_t searched = 0;
  EXPECT_EQ(text.holds("/movies/xyz/q.webm", 0, &searched), false);
  EXPECT_EQ(searched, 0U);
  EXPECT_EQ(text.holds("/private/7/a.jpg", 0, &searched), true);
  EXPECT_LT(searched, 100U);
  EXPECT_EQ(text.holds("/private/8/b.jpg", 0, &searched), true);
  EXPECT_GT(searched, many.size() / 2);
  EXPECT_EQ(text.holds("8/b.jpg", 5), true);
}

TEST(RequestText, IsUnclearWhereAPathDependsOnItsBeginning) {
  for (const std::string_view form :
       {"q=/private/7/../8/a.jpg", "q=/private/7/%2e%2E/8/a.jpg", "q=..\\..\\a.jpg",
        "q=/private/7/%252e./8", R"({"u":"..\/..\/a.jpg"})", "a/.\t./b", "/x/..//y"}) {
    EXPECT_TRUE(text_of(form).is_unclear()) << form;
  }
  for (const std::string_view form :
       {"../a.jpg", "q=../a.jpg", "/private/...", "/a/.../b", "/a/.."})
    EXPECT_FALSE(text_of(form).is_unclear()) << form;
}

TEST(RequestText, IsUnclearPastItsLimit) {
  std::string many;
  while (many.size() < limits::request_text)
    many += "/abcd.f ";
  EXPECT_FALSE(text_of(many).is_unclear());
  EXPECT_TRUE(text_of(many + "/a.c").is_unclear());
  RequestText compressed;
  compressed.give_up();
  compressed.add("x");
  compressed.end();
  EXPECT_TRUE(compressed.is_unclear());
  EXPECT_FALSE(compressed.is_empty());
}

TEST(RequestText, LeavesOutPathsWithoutADotPastTheirLimit) {
  std::string many;
  while (many.size() < limits::request_text_without_dots)
    many += "/abcdef ";
  const RequestText most = text_of(many + "/private/7/a.jpg");
  EXPECT_EQ(most.holds("/abcdef", 0), true);
  EXPECT_EQ(most.holds("/abcdeg", 0), false);
  const RequestText past = text_of(many + "/private/8 /private/7/a.jpg");
  EXPECT_FALSE(past.is_unclear());
  EXPECT_EQ(past.holds("/private/8", 0), true);
  EXPECT_EQ(past.holds("/private/9", 0), true) << "it may have been left out";
  EXPECT_EQ(past.holds("/private/7/a.jpg", 0), true);
  EXPECT_EQ(past.holds("/private/7/b.jpg", 0), false);
  EXPECT_EQ(past.holds("/private/9 /7/b.jpg", 0), false);
  EXPECT_EQ(past.holds("/private/9 /7/a.jpg", 0), true);
}

TEST(RequestText, JudgesLinksBesideBase64) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::mt19937_64 random(7);
  std::string body = R"({"picture": "data:image/png;base64,)";
  for (std::size_t i = 0; i < 4 * limits::mib; ++i)
    body += digits[random() % digits.size()];
  const RequestText text = text_of(body + R"(==", "avatar": "8/xyzw.jpg"})");
  EXPECT_FALSE(text.is_unclear());
  EXPECT_EQ(text.holds("8/xyzw.jpg", 5), true);
  EXPECT_EQ(text.holds("8/a.jpg", 5), false);
}

TEST(RequestText, KeepsNextToNothingOfAPicture) {
  std::mt19937_64 random(7);
  std::string picture;
  for (std::size_t i = 0; i < 4 * limits::mib; ++i)
    picture += static_cast<char>(random() & 0xFF);
  const RequestText text = text_of(picture + " /private/7/a.jpg");
  EXPECT_FALSE(text.is_unclear());
  EXPECT_TRUE(text.holds("/private/7/a.jpg", 0).value_or(false));
}

TEST(RequestText, FindsAPathInARunWithoutAnEnd) {
  const std::string filler(5 * limits::link_length, 'x');
  for (std::size_t before = 0; before <= filler.size(); before += 509) {
    std::string run = filler;
    run.insert(before, "/private/7/a.jpg");
    EXPECT_TRUE(holds(run, "/private/7/a.jpg")) << before;
  }
}

TEST(RequestText, MakesNoDifferenceWhereItIsCut) {
  const std::string body =
      R"({"a":"\u002fprivate\/%37/a&#46;jpg","b":"x/y.png"} 7/%C3%A9.jpg&q=%252Fprivate%5C8/b.jpg)";
  const std::vector<std::string> paths = {"/private/7/a.jpg", "x/y.png", "7/%c3%a9.jpg",
                                          "/private/8/b.jpg", "/private/9/c.jpg"};
  const RequestText whole = text_of(body);
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    RequestText text;
    text.add(std::string_view(body).substr(0, cut));
    text.add(std::string_view(body).substr(cut));
    text.end();
    for (const std::string& path : paths)
      EXPECT_EQ(text.holds(path, 0), whole.holds(path, 0)) << path << " cut at " << cut;
  }
  for (const std::string& path : paths)
    EXPECT_EQ(whole.holds(path, 0), path != "/private/9/c.jpg") << path;
}

TEST(RequestText, KnowsWhatHasComeBeforeItsEnd) {
  RequestText text;
  text.add("u=/private/7/a.j");
  EXPECT_TRUE(text.is_empty());
  text.settle();
  EXPECT_TRUE(text.holds("/private/7/a.j", 0).value_or(false));
  text.add("pg");
  text.settle();
  EXPECT_TRUE(text.holds("/private/7/a.jpg", 0).value_or(false));
}

// A run is kept in parts: an escape that one of them ends in must not hide what completes it.
TEST(RequestText, KeepsTheEndOfALongRunWhateverItsLength) {
  constexpr std::size_t part = 2 * limits::link_length;
  for (std::size_t length = part - 40; length < part + 8; ++length) {
    RequestText text;
    text.add(std::string(length, 'A') + "/media/private/8/secret.jp%67");
    text.end();
    EXPECT_EQ(text.holds("/media/private/8/secret.jpg", 5), true) << length;
  }
}

// Asked in the midst of it, too.
TEST(RequestText, KeepsWhatFollowsALookAtIt) {
  const std::string link = "/media/private/8/secret.jp%67";
  for (std::size_t cut = 0; cut <= link.size(); ++cut) {
    RequestText text;
    text.add(link.substr(0, cut));
    text.settle();
    text.add(link.substr(cut));
    text.end();
    EXPECT_EQ(text.holds("/media/private/8/secret.jpg", 5), true) << cut;
  }
}

}  // namespace
}  // namespace signgate::rewrite
