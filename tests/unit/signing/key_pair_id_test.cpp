// SPDX-License-Identifier: Apache-2.0
#include "signing/key_pair_id.hpp"

#include <gtest/gtest.h>

#include <string>

namespace signgate::signing {
namespace {

TEST(KeyPairId, IsLettersAndDigits) {
  for (const char* id : {"K2JCJMDEHXQW5F", "APKAEIBAERJR2EXAMPLE", "k", "0", "azAZ09"}) {
    EXPECT_TRUE(is_key_pair_id(id)) << id;
  }
  for (const char* id : {"K-1", "K_1", "K.1", "K~1", "K 1", "K%20", "K+", "K/1", "K:", "K@", "K[",
                         "K`", "K{", "K\n", "K\xC3\xA9"}) {
    EXPECT_FALSE(is_key_pair_id(id)) << id;
  }
}

TEST(KeyPairId, HasBounds) {
  EXPECT_FALSE(is_key_pair_id(""));
  EXPECT_TRUE(is_key_pair_id(std::string(max_key_pair_id, 'K')));
  EXPECT_FALSE(is_key_pair_id(std::string(max_key_pair_id + 1, 'K')));
}

}  // namespace
}  // namespace signgate::signing
