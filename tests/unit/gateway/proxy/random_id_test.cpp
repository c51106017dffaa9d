// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/random_id.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

namespace signgate::proxy {
namespace {

std::string random_id(std::size_t size) {
  std::string id(size, 'x');
  make_random_id(id);
  return id;
}

TEST(MakeRandomId, FillsWithHexadecimalDigits) {
  for (const std::size_t size : {1U, 16U, 17U, 32U}) {
    const std::string id = random_id(size);
    EXPECT_EQ(id.size(), size);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  }
  EXPECT_EQ(random_id(0), "");
}

TEST(MakeRandomId, NeverGivesZeroAlone) {
  for (int i = 0; i < 2000; ++i)
    ASSERT_NE(random_id(1), "0");
}

TEST(MakeRandomId, GivesEachThreadItsOwn) {
  std::set<std::string> ids;
  for (int i = 0; i < 8; ++i)
    std::thread([&ids] { ids.insert(random_id(32)); }).join();
  for (int i = 0; i < 1000; ++i)
    ids.insert(random_id(32));
  EXPECT_EQ(ids.size(), 1008U);
}

}  // namespace
}  // namespace signgate::proxy
