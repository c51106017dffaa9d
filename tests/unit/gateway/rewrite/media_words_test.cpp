// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/media_words.hpp"

#include <gmock/gmock.h>

#include "unit/gateway/rewrite/rewriting.hpp"

namespace signgate::rewrite {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

MediaWords words_of(std::initializer_list<const char*> prefixes) {
  MediaWords words;
  for (const char* prefix : prefixes)
    words.add(parse_url(prefix, nullptr).value(), false);
  return words;
}

PageUrl page_at(const char* url) {
  return PageUrl::make(url).value();
}

TEST(MediaWords, AreTheLongestRunOfEachPath) {
  EXPECT_THAT(words_of({"https://m.test/media/Private/"}).words(), ElementsAre("private"));
  EXPECT_THAT(words_of({"https://m.test/a%20bcd/e"}).words(), ElementsAre("bcd"));
  EXPECT_THAT(words_of({"https://m.test/m\xc3\xa9"
                        "dias/"})
                  .words(),
              ElementsAre("dias"));
  EXPECT_THAT(words_of({"https://films.test/%41%42"}).words(), ElementsAre("films.test"));
  EXPECT_THAT(words_of({"https://Films.test/"}).words(), ElementsAre("films.test"));
  EXPECT_THAT(words_of({"https://films.test/v/"}).words(), ElementsAre("films.test"));
}

TEST(MediaWords, OneThatHoldsAnotherIsNotNeeded) {
  EXPECT_THAT(words_of({"https://a.test/private/", "https://b.test/more-private/"}).words(),
              ElementsAre("private"));
  EXPECT_THAT(words_of({"https://b.test/more-private/", "https://a.test/private/"}).words(),
              ElementsAre("private"));
}

TEST(MediaWords, TellNothingWithoutAWordForEachPrefix) {
  const PageUrl page = page_at("https://www.test/");
  EXPECT_TRUE(words_of({"https://m.test/private/"}).tell(page));
  EXPECT_FALSE(words_of({"https://127.0.0.1/v/", "https://m.test/private/"}).tell(page));
  EXPECT_FALSE(words_of({"https://[::1]/"}).tell(page));
  EXPECT_FALSE(words_of({"https://m.test/one/", "https://m.test/two/", "https://m.test/three/",
                         "https://m.test/four/"})
                   .tell(page));
  MediaWords own;
  own.add(parse_url("https://own.invalid/", nullptr).value(), true);
  EXPECT_THAT(own.words(), IsEmpty());
  EXPECT_FALSE(own.tell(page));
}

TEST(MediaWords, TellNothingOfLinksWhoseBaseHoldsOne) {
  const MediaWords words = words_of({"https://m.test/private/", "https://films.test/"});
  EXPECT_TRUE(words.tell(page_at("https://www.test/albums/?private")));
  EXPECT_FALSE(words.tell(page_at("https://www.test/private/x")));
  EXPECT_FALSE(words.tell(page_at("https://www.test/x/non-PRIVATE")));
  EXPECT_FALSE(words.tell(page_at("https://films.test/x")));
  PageUrl page = page_at("https://www.test/");
  page.set_base("/media/private/");
  EXPECT_FALSE(words.tell(page));
}

TEST(WordSearch, FindsWordsInWhateverCase) {
  const MediaWords words = words_of({"https://m.test/private/", "https://films.test/"});
  const std::string text = "a link to /media/PriVate/x and //FILMS.test/ and no more of it here";
  for (std::size_t begin = 0; begin <= text.size(); ++begin) {
    for (std::size_t end = begin; end <= text.size(); ++end) {
      const bool free = (begin > 17 || end < 24) && (begin > 33 || end < 43);
      WordSearch search;
      ASSERT_EQ(search.is_free(words, text, begin, end), free) << begin << " " << end;
    }
  }
}

TEST(WordSearch, IsTheSameInATextThatGrowsAndMoves) {
  constexpr auto parts =
      std::to_array<std::string_view>({"private", "Films.test", "privat", "pri", "vate", "films",
                                       ".test", " ", "/", "x", "PRIVATE"});
  const MediaWords words = words_of({"https://m.test/private/", "https://films.test/"});
  std::mt19937_64 random(testing::seed());
  for (int round = 0; round < 200; ++round) {
    std::string text;
    WordSearch search;
    std::size_t begin = 0;
    for (int step = 0; step < 60; ++step) {
      text += parts[random() % parts.size()];
      begin += random() % (text.size() - begin + 1);
      const std::size_t end = begin + random() % (text.size() - begin + 1);
      WordSearch fresh;
      const std::string_view part = std::string_view(text).substr(begin, end - begin);
      ASSERT_EQ(search.is_free(words, text, begin, end), fresh.is_free(words, part, 0, part.size()))
          << text << " " << begin << " " << end;
      if (random() % 4 == 0) {
        search.drop(begin);
        text.erase(0, begin);
        begin = 0;
      }
    }
  }
}

}  // namespace
}  // namespace signgate::rewrite
