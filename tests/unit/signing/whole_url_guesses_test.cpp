// SPDX-License-Identifier: Apache-2.0
#include "signing/whole_url_guesses.hpp"

#include <gmock/gmock.h>

namespace signgate::signing {
namespace {

using testing::IsEmpty;

std::vector<std::string> urls(std::string_view url) {
  std::vector<std::string> out;
  for (UrlGuess& guess : whole_url_guesses(url))
    out.push_back(std::move(guess.url));
  return out;
}

TEST(WholeUrlGuesses, AreOtherThanTheUrl) {
  EXPECT_THAT(urls("https://h/a?b=1&Expires=2"), IsEmpty());
  EXPECT_THAT(urls(""), IsEmpty());
}

TEST(WholeUrlGuesses, UndoWhatChangesAllOfAUrl) {
  EXPECT_THAT(urls("https://h/?a&amp;b&#38;c"), testing::ElementsAre("https://h/?a&b&c"));
  EXPECT_THAT(urls("https://h/%2520"), testing::ElementsAre("https://h/%20"));
  EXPECT_THAT(urls("https://h/?a%26b"), testing::ElementsAre("https://h/?a&b"));
  EXPECT_THAT(urls("https://h/?expires=1&signature=x&key-pair-id=K&xexpires=2&hash-algorithm=SHA1"),
              testing::ElementsAre("https://h/?Expires=1&Signature=x&Key-Pair-Id=K&xexpires=2&"
                                   "Hash-Algorithm=SHA1"));
}

}  // namespace
}  // namespace signgate::signing
