// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/connection_zone.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::route {
namespace {

TEST(ConnectionZone, CountsByKey) {
  ConnectionZone zone(1 << 20);
  EXPECT_TRUE(zone.enter("a", 2));
  EXPECT_TRUE(zone.enter("a", 2));
  EXPECT_FALSE(zone.enter("a", 2));
  EXPECT_TRUE(zone.enter("b", 2));
  zone.leave("a");
  EXPECT_TRUE(zone.enter("a", 2));
  EXPECT_EQ(zone.keys(), 2U);
}

TEST(ConnectionZone, ForgetsAKeyThatNobodyUses) {
  ConnectionZone zone(limits::limit_state + 1);
  EXPECT_TRUE(zone.enter("a", 9));
  EXPECT_FALSE(zone.enter("b", 9));  // no room
  zone.leave("a");
  EXPECT_EQ(zone.keys(), 0U);
  zone.leave("a");  // nothing to take back
  EXPECT_TRUE(zone.enter("b", 9));
}

}  // namespace
}  // namespace signgate::route
