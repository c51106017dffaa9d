// SPDX-License-Identifier: Apache-2.0
#include "signing/resource_mismatch.hpp"

#include <gmock/gmock.h>

namespace signgate::signing {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const auto explain = explain_mismatch;

TEST(ExplainMismatch, NamesTheSectionThatDiffers) {
  EXPECT_THAT(explain("http://h/*", "https://h/a"), HasSubstr("the protocol differs"));
  EXPECT_THAT(explain("https://other/*", "https://h/a"), HasSubstr("the domain differs"));
  EXPECT_THAT(explain("https://*.h/*", "https://h/a"), HasSubstr("\"*.h\""));
  EXPECT_THAT(explain("https://h/b/*", "https://h/a/c"), HasSubstr("the path differs"));
  EXPECT_THAT(explain("https://h/a", "https://h/a?x=1"), HasSubstr("covers no query"));
  EXPECT_THAT(explain("https://h/a?x=1", "https://h/a"), HasSubstr("asks for a query"));
  EXPECT_THAT(explain("https://h/a?x=1", "https://h/a?x=2"), HasSubstr("the query differs"));
  EXPECT_THAT(explain("https://h", "https://h/a"), HasSubstr("the path differs"));
}

TEST(ExplainMismatch, ShowsFromWhichCharacterOn) {
  EXPECT_THAT(explain("https://h/photos/2029/*", "https://h/photos/2030/a"),
              HasSubstr("from character 11 on \"29/*\" against \"30/a\""));
  EXPECT_THAT(explain("https://h/a?x=1", "https://h/a?x=12"),
              HasSubstr("from character 4 on its end against \"2\""));
  // Behind a * there is no such character.
  EXPECT_THAT(explain("https://h/*.jpg", "https://h/a.png"),
              AllOf(HasSubstr("the path differs"), testing::Not(HasSubstr("character"))));
  EXPECT_THAT(explain("http://h/a", "https://h/a"), HasSubstr("from character 5 on its end"));
}

TEST(ExplainMismatch, TellsWildcardsThatWouldHaveToCrossABorder) {
  EXPECT_THAT(explain("https://d1*image.jpg", "https://d1.net/image.jpg"),
              HasSubstr("from one of protocol, domain, path and query into the next"));
}

TEST(ExplainMismatch, AlwaysNamesTheOneSectionThatWasChanged) {
  struct Change {
    const char* url;
    const char* section;
  };
  const std::string pattern = "https://media.h.test/a/*/c?x=*&y=1";
  for (const Change& change : {Change{"http://media.h.test/a/b/c?x=9&y=1", "protocol"},
                               Change{"https://h.test/a/b/c?x=9&y=1", "domain"},
                               Change{"https://media.h.test/a/b/d?x=9&y=1", "path"},
                               Change{"https://media.h.test/a/b/c?x=9&y=2", "query"}}) {
    EXPECT_THAT(explain(pattern, change.url),
                testing::StartsWith("the " + std::string(change.section) + " differs"));
  }
}

TEST(ExplainMismatch, TakesAnything) {
  for (const char* odd : {"", "?", "://", "*", "a", "https://", "/", "*://?"}) {
    EXPECT_FALSE(explain(odd, "https://h/a").empty()) << odd;
    EXPECT_FALSE(explain("https://h/a", odd).empty()) << odd;
  }
}

}  // namespace
}  // namespace signgate::signing
