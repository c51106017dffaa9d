// SPDX-License-Identifier: Apache-2.0
#include "signing/query_parameters.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace signgate::signing {
namespace {

std::vector<std::string> pieces(std::string_view query) {
  std::vector<std::string> all;
  QueryCursor cursor(query);
  while (const auto piece = cursor.next()) {
    all.push_back(std::string(piece->name) + "|" + std::string(piece->value));
  }
  return all;
}

TEST(QueryCursor, WalksOverEveryPiece) {
  using List = std::vector<std::string>;
  EXPECT_EQ(pieces(""), (List{"|"}));
  EXPECT_EQ(pieces("x=1&y=2"), (List{"x|1", "y|2"}));
  EXPECT_EQ(pieces("x=1&&y"), (List{"x|1", "|", "y|"}));
  EXPECT_EQ(pieces("x=1&"), (List{"x|1", "|"}));
  EXPECT_EQ(pieces("k=v=w&a?b=c"), (List{"k|v=w", "a?b|c"}));
}

TEST(ReservedParameter, IsExactInCase) {
  for (const char* name : {"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"}) {
    const auto reserved = reserved_parameter(name);
    ASSERT_TRUE(reserved) << name;
    EXPECT_EQ(reserved_name(*reserved), name);
  }
  for (const char* name :
       {"", "expires", "EXPIRES", "Expires ", "Key-pair-id", "X-Policy", "%45xpires"}) {
    EXPECT_FALSE(reserved_parameter(name)) << name;
  }
}

TEST(SplitUrl, CutsAtTheFirstMarks) {
  const UrlParts parts = split_url("https://e/a?b?c=d#e?f#g");
  EXPECT_EQ(parts.base, "https://e/a");
  EXPECT_EQ(parts.query, "b?c=d");
  EXPECT_EQ(parts.fragment, "#e?f#g");
  EXPECT_EQ(split_url("https://e/a#x?y").query, std::nullopt);
  EXPECT_EQ(split_url("https://e/a?").query, "");
  EXPECT_EQ(split_url("").base, "");
}

std::string without(std::string_view url) {
  std::string out;
  const UrlParts parts = split_url(url);
  append_without_reserved(out, parts.base, parts.query);
  return out;
}

TEST(AppendWithoutReserved, LeavesTheRestByteForByte) {
  EXPECT_EQ(without("https://e/a?Expires=1&Signature=x&Key-Pair-Id=K"), "https://e/a");
  EXPECT_EQ(
      without("https://e/a?x=1&Expires=1&y=2&Signature=x&Key-Pair-Id=K&Hash-Algorithm=SHA256&z"),
      "https://e/a?x=1&y=2&z");
  EXPECT_EQ(without("https://e/a?x=1&&Expires=1"), "https://e/a?x=1&");
  EXPECT_EQ(without("https://e/a?&x"), "https://e/a?&x");
  EXPECT_EQ(without("https://e/a?&"), "https://e/a?&");
  EXPECT_EQ(without("https://e/a?"), "https://e/a");
  EXPECT_EQ(without("https://e/a"), "https://e/a");
  EXPECT_EQ(without("https://e/a?Policy"), "https://e/a");
  EXPECT_EQ(without("https://e/a?expires=1"), "https://e/a?expires=1");
}

}  // namespace
}  // namespace signgate::signing
