// SPDX-License-Identifier: Apache-2.0
#include "signing/signed_text_guesses.hpp"

#include <gmock/gmock.h>

#include "signing/replace_all.hpp"

namespace signgate::signing {
namespace {

using testing::Contains;

std::vector<std::string> texts(std::vector<TextGuess> guesses) {
  std::vector<std::string> out;
  for (TextGuess& guess : guesses) {
    EXPECT_FALSE(guess.says.empty());
    out.push_back(std::move(guess.text));
  }
  return out;
}

constexpr UnixSeconds end = 1893456000;

// A canned policy, spelled as given.
std::string spelled(std::string_view resource, std::string_view time) {
  std::string text = R"({"Statement":[{"Resource":")";
  text.append(resource).append(R"(","Condition":{"DateLessThan":{"AWS:EpochTime":)");
  return text.append(time).append("}}}]}");
}

TEST(CannedTextGuesses, HoldWhatOtherWritersMakeOfThePolicy) {
  const std::string url = "https://h/a?b=1&c";
  const auto all = texts(canned_text_guesses(url, end));
  const std::string spaced =
      R"({"Statement": [{"Resource": "https://h/a?b=1&c", "Condition": {"DateLessThan": )"
      R"({"AWS:EpochTime": 1893456000}}}]})";
  const std::string right = spelled(url, "1893456000");
  for (const std::string& wanted :
       {spaced, replace_all(right, "\"Statement\":", "\"Statement\": "),
        spelled(R"(https:\/\/h\/a?b=1&c)", "1893456000"),
        spelled(R"(https://h/a?b=1\u0026c)", "1893456000"), spelled(url, "\"1893456000\""),
        spelled(url, "1893456000000"), spelled(url, "1893459600"), spelled(url, "1893456001"), url,
        right + "\n"})
    EXPECT_THAT(all, Contains(wanted));
  EXPECT_LE(all.size(), 45U);
}

TEST(CannedTextGuesses, AreNeverThePolicyItself) {
  EXPECT_THAT(texts(canned_text_guesses("https://h/", 5)),
              testing::Not(Contains(spelled("https://h/", "5"))));
}

TEST(CannedTextGuesses, TakeAnyTime) {
  for (const UnixSeconds odd : {INT64_MIN, INT64_MAX, INT64_C(0), INT64_C(253402300799)})
    EXPECT_LE(canned_text_guesses("", odd).size(), 45U);
}

TEST(CustomTextGuesses, HoldTheOtherFormsOfThePolicy) {
  EXPECT_THAT(texts(custom_text_guesses("{ \"a\": 1 }")),
              testing::UnorderedElementsAre("{\"a\":1}", "{ \"a\": 1 }\n", "eyAiYSI6IDEgfQ__",
                                            "eyAiYSI6IDEgfQ=="));
  EXPECT_THAT(texts(custom_text_guesses("{}\n")), Contains("{}"));
  EXPECT_LE(custom_text_guesses("").size(), 10U);
}

}  // namespace
}  // namespace signgate::signing
