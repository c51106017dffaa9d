// SPDX-License-Identifier: Apache-2.0
#include "bench/sign_options.hpp"

#include <gmock/gmock.h>

namespace signgate::bench {
namespace {

using signing::KeyType;
using testing::ElementsAre;
using testing::HasSubstr;

template <class T>
std::vector<T> values(const Choice<T>& choice) {
  const auto* list = std::get_if<std::vector<T>>(&choice);
  EXPECT_NE(list, nullptr) << std::get<std::string>(choice);
  return list == nullptr ? std::vector<T>{} : *list;
}

template <class T>
std::string complaint(const Choice<T>& choice) {
  const auto* text = std::get_if<std::string>(&choice);
  return text == nullptr ? std::string() : *text;
}

TEST(ParseModes, TakesOneAListOrAll) {
  EXPECT_THAT(values(parse_modes("memo")), ElementsAre(SignMode::memo));
  EXPECT_THAT(values(parse_modes("cookies,cold,cookies")),
              ElementsAre(SignMode::cookies, SignMode::cold));
  EXPECT_THAT(values(parse_modes("all")),
              ElementsAre(SignMode::cold, SignMode::memo, SignMode::prefix, SignMode::cookies));
}

TEST(ParseModes, NamesWhatIsWrongAndWhatIsLegal) {
  for (const char* text : {"", "warm", "cold,", ",cold", "cold, memo", "Cold", "all,cold"}) {
    EXPECT_THAT(complaint(parse_modes(text)), HasSubstr("is none of cold, memo, prefix, cookies"))
        << text;
  }
  EXPECT_THAT(complaint(parse_modes("cold,warm")), HasSubstr("'warm'"));
}

TEST(ParseKeyTypes, TakesOneAListOrAll) {
  EXPECT_THAT(values(parse_key_types("ecdsa-p256")), ElementsAre(KeyType::ecdsa_p256));
  EXPECT_THAT(values(parse_key_types("ecdsa-p256,rsa2048")),
              ElementsAre(KeyType::ecdsa_p256, KeyType::rsa2048));
  EXPECT_THAT(values(parse_key_types("all")), ElementsAre(KeyType::rsa2048, KeyType::ecdsa_p256));
  EXPECT_THAT(complaint(parse_key_types("rsa4096")), HasSubstr("'rsa4096'"));
}

TEST(ParseThreadCounts, TakesNumbersAndRanges) {
  EXPECT_THAT(values(parse_thread_counts("4")), ElementsAre(4U));
  EXPECT_THAT(values(parse_thread_counts("1..4")), ElementsAre(1U, 2U, 3U, 4U));
  EXPECT_THAT(values(parse_thread_counts("8,1,2")), ElementsAre(1U, 2U, 8U));
  EXPECT_THAT(values(parse_thread_counts("1..3,2..4,256")), ElementsAre(1U, 2U, 3U, 4U, 256U));
  EXPECT_THAT(values(parse_thread_counts("3..3")), ElementsAre(3U));
}

TEST(ParseThreadCounts, RefusesWhatIsNoCountOfThreads) {
  for (const char* text : {"", "0", "257", "-1", "+1", "1,", "..4", "1..", "4..1", "1...4", "1-4",
                           "two", "1 ,2", "99999999999", "0..2"}) {
    EXPECT_THAT(complaint(parse_thread_counts(text)), HasSubstr("from 1 to 256")) << text;
  }
}

}  // namespace
}  // namespace signgate::bench
