// SPDX-License-Identifier: Apache-2.0
#include "gateway/server/listen_queue.hpp"

#include <gtest/gtest.h>

namespace signgate::server {
namespace {

TEST(ListenQueue, EachWorkerHasItsOwn) {
  for (std::size_t queue = 0; queue < 4; ++queue) {
    for (std::size_t place = 0; place < 4; ++place)
      EXPECT_EQ(accepts_from(queue, place, 4, false), queue == place);
  }
}

TEST(ListenQueue, AllServeThoseOfWorkersThatAreNoMore) {
  for (std::size_t queue = 2; queue < 5; ++queue) {
    EXPECT_TRUE(accepts_from(queue, 0, 2, false));
    EXPECT_TRUE(accepts_from(queue, 1, 2, false));
  }
  EXPECT_FALSE(accepts_from(0, 1, 2, false));
}

TEST(ListenQueue, AllServeThatOfAUnixSocket) {
  for (std::size_t place = 0; place < 3; ++place)
    EXPECT_TRUE(accepts_from(0, place, 3, true));
}

TEST(ListenQueue, NobodyWhoIsLeavingAccepts) {
  for (std::size_t queue = 0; queue < 4; ++queue) {
    EXPECT_FALSE(accepts_from(queue, 2, 2, false));
    EXPECT_FALSE(accepts_from(queue, 3, 2, true));
  }
}

TEST(ListenQueue, NoQueueIsLeftAlone) {
  for (std::size_t workers = 1; workers < 6; ++workers) {
    for (std::size_t queue = 0; queue < 8; ++queue) {
      bool is_served = false;
      for (std::size_t place = 0; place < workers; ++place)
        is_served = is_served || accepts_from(queue, place, workers, false);
      EXPECT_TRUE(is_served) << queue << " of " << workers;
    }
  }
}

}  // namespace
}  // namespace signgate::server
