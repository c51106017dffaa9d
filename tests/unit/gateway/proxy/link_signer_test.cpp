// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/link_signer.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

TEST(IsPattern, IsWhatAPolicyWouldReadAsMoreThanOneAddress) {
  EXPECT_TRUE(is_pattern("https://d.example/private/*"));
  EXPECT_TRUE(is_pattern("https://d.example/private/a.jpg?w=*"));
  EXPECT_TRUE(is_pattern("https://d.example/private/a.jpg?w=1?"));
  EXPECT_TRUE(is_pattern("https://d.example/private/????.jpg"));
  EXPECT_FALSE(is_pattern("https://d.example/private/a.jpg"));
  EXPECT_FALSE(is_pattern("https://d.example/private/a.jpg?w=1&h=2"));
  EXPECT_FALSE(is_pattern("https://d.example/private/%2A.jpg"));
}

}  // namespace
}  // namespace signgate::proxy
