// SPDX-License-Identifier: Apache-2.0
#include "signing/resource_guesses.hpp"

#include <gmock/gmock.h>

#include <set>

namespace signgate::signing {
namespace {

TEST(ResourceGuesses, AreBoundedAndOtherThanTheUrl) {
  std::string url = "https://H.example.net:443/a%20b/c+d/?x=0";
  for (int i = 1; i < 200; ++i)
    url += "&p" + std::to_string(i) + "=" + std::to_string(i);
  const auto guesses = resource_guesses(url);
  EXPECT_LE(guesses.size(), 50U);
  for (const ResourceGuess& guess : guesses) {
    EXPECT_NE(guess.resource, url);
    EXPECT_FALSE(guess.says.empty());
  }
}

TEST(ResourceGuesses, HoldTheUsualMistakes) {
  std::set<std::string> all;
  for (const ResourceGuess& guess : resource_guesses("https://Host/a%c3%a9?b=1&c=2"))
    all.insert(guess.resource);
  for (const char* wanted :
       {"http://Host/a%c3%a9?b=1&c=2", "https://host/a%c3%a9?b=1&c=2",
        "https://host:443/a%c3%a9?b=1&c=2", "https://Host/a%c3%a9/?b=1&c=2", "https://Host/a%c3%a9",
        "https://Host/a%c3%a9?b=1", "https://Host/a%c3%a9?c=2", "https://Host/a%c3%a9?c=2&b=1",
        "https://Host/a\xC3\xA9?b=1&c=2", "https://Host/a%C3%A9?b=1&c=2",
        "https://Host/a%25c3%25a9?b=1&c=2", "https://Host/a%c3%a9?b=1&amp;c=2"}) {
    EXPECT_TRUE(all.contains(wanted)) << wanted;
  }
}

TEST(ResourceGuesses, TakeAnythingForAUrl) {
  for (const char* odd : {"", "?", "://", "%", "%4", "a?&&", "https://", "https://h", "*"})
    EXPECT_LE(resource_guesses(odd).size(), 50U) << odd;
}

}  // namespace
}  // namespace signgate::signing
