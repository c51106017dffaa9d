// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/signed_query.hpp"

#include <gtest/gtest.h>

namespace signgate::rewrite {
namespace {

TEST(SignedQuery, ClassifiesByExactNames) {
  EXPECT_EQ(classify_query(""), QueryClass::plain);
  EXPECT_EQ(classify_query("a=1&expires=2&Policies=3&=Policy&b=Signature"), QueryClass::plain);
  EXPECT_EQ(classify_query("Expires"), QueryClass::reserved);
  EXPECT_EQ(classify_query("Hash-Algorithm=SHA1"), QueryClass::reserved);
  EXPECT_EQ(classify_query("Signature=a&Key-Pair-Id=b"), QueryClass::reserved);
  EXPECT_EQ(classify_query("Policy=c&Signature=a&Key-Pair-Id=b"), QueryClass::signed_already);
  EXPECT_EQ(classify_query("x&Key-Pair-Id=b&Signature=a&Expires=c"), QueryClass::signed_already);
}

TEST(SignedQuery, DropsTheSignatureAndKeepsTheRest) {
  const auto dropped = [](std::string query) {
    drop_signature(query);
    return query;
  };
  EXPECT_EQ(dropped("Policy=c&Signature=a&Key-Pair-Id=b&Hash-Algorithm=d"), "");
  EXPECT_EQ(dropped("a=1&Policy=c&&Signature=a&b&Key-Pair-Id=b&"), "a=1&&b&");
  EXPECT_EQ(dropped("&Expires=1&a"), "&a");
}

TEST(SignedQuery, KnowsTheReservedNames) {
  unsigned all = 0;
  for (const char* name : {"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"}) {
    EXPECT_NE(reserved_bit(name), 0U) << name;
    all += reserved_bit(name);
  }
  EXPECT_EQ(all, 31U);
  for (const char* name : {"", "expires", "Expires=1", "Signature "})
    EXPECT_EQ(reserved_bit(name), 0U) << name;
}

}  // namespace
}  // namespace signgate::rewrite
