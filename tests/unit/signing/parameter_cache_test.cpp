// SPDX-License-Identifier: Apache-2.0
#include "signing/parameter_cache.hpp"

#include <gtest/gtest.h>

#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

std::shared_ptr<const SigningKey> key() {
  return std::make_shared<const SigningKey>(
      make_signing_key("K1", vectors::private_key("p256.sec1.pem")).value());
}

TEST(ParameterCache, FindsWhileItHolds) {
  const auto k = key();
  ParameterCache cache(256);
  cache.store({1, "https://h/a/", k, 100, 200, "P"});
  EXPECT_EQ(cache.find(1, "https://h/a/", k.get(), 100), "P");
  EXPECT_EQ(cache.find(1, "https://h/a/", k.get(), 199), "P");
  EXPECT_EQ(cache.find(1, "https://h/a/", k.get(), 99), "");
  EXPECT_EQ(cache.find(1, "https://h/a/", k.get(), 200), "");
}

TEST(ParameterCache, TellsRulesPrefixesAndKeysApart) {
  const auto k = key();
  const auto other = key();
  ParameterCache cache(256);
  cache.store({1, "https://h/a/", k, 0, 200, "P"});
  EXPECT_EQ(cache.find(2, "https://h/a/", k.get(), 100), "");
  EXPECT_EQ(cache.find(1, "https://h/b/", k.get(), 100), "");
  EXPECT_EQ(cache.find(1, "https://h/a/", other.get(), 100), "");
  EXPECT_EQ(cache.find(0, "", nullptr, 0), "");
}

TEST(ParameterCache, HoldsNoMoreThanItsTable) {
  const auto k = key();
  ParameterCache cache(256);
  int found = 0;
  for (int i = 0; i < 2000; ++i)
    cache.store({1, "https://h/" + std::to_string(i) + "/", k, 0, 200, "P" + std::to_string(i)});
  for (int i = 0; i < 2000; ++i) {
    const auto text = cache.find(1, "https://h/" + std::to_string(i) + "/", k.get(), 100);
    if (text.empty()) continue;
    ++found;
    EXPECT_EQ(text, "P" + std::to_string(i));
  }
  EXPECT_GT(found, 100);
  EXPECT_LE(found, 256);
}

}  // namespace
}  // namespace signgate::signing
