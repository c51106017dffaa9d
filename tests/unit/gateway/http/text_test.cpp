// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signgate::http {
namespace {

TEST(Text, TokenCharactersAreThoseOfRfc9110AndNoOthers) {
  const std::string token =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    EXPECT_EQ(is_token_char(c), token.find(c) != std::string::npos) << byte;
  }
}

TEST(Text, HexValueTakesBothCasesAndNothingElse) {
  const std::string lower = "0123456789abcdef";
  const std::string upper = "0123456789ABCDEF";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::size_t at = std::min(lower.find(c), upper.find(c));
    EXPECT_EQ(hex_value(c), at == std::string::npos ? -1 : static_cast<int>(at)) << byte;
  }
}

TEST(Text, ComparisonIgnoresTheCaseOfAsciiLettersAlone) {
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_TRUE(equal_ignoring_case("Transfer-Encoding", "tRANSFER-eNCODING"));
  EXPECT_FALSE(equal_ignoring_case("chunked", "chunke"));
  EXPECT_FALSE(equal_ignoring_case("@", "`"));  // they differ by the case bit, and are no letters
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
  EXPECT_FALSE(equal_ignoring_case("\xc4", "\xe4"));
  EXPECT_FALSE(equal_ignoring_case("k", "\xe2\x84\xaa"));  // the Kelvin sign
}

TEST(Text, TrimTakesSpacesAndTabsAndNothingElse) {
  EXPECT_EQ(trim_ows(" \t a b\t \t"), "a b");
  EXPECT_EQ(trim_ows(" \t "), "");
  EXPECT_EQ(trim_ows(""), "");
  for (const std::string_view kept : {"\r5", "5\n", "\v5", "5\f", "5\xa0", "\x85"}) {
    EXPECT_EQ(trim_ows(kept), kept);
  }
}

TEST(Text, ListElementsComeTrimmedAndInOrderWithoutTheEmptyOnes) {
  const auto elements = [](std::string_view list) {
    std::vector<std::string> out;
    for_each_list_element(list, [&](std::string_view element) { out.emplace_back(element); });
    return out;
  };
  using List = std::vector<std::string>;
  EXPECT_EQ(elements(""), List());
  EXPECT_EQ(elements(" , \t,,"), List());
  EXPECT_EQ(elements("close"), List({"close"}));
  EXPECT_EQ(elements(",a ,\tb c, ,d,"), List({"a", "b c", "d"}));
}

}  // namespace
}  // namespace signgate::http
