// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/hash_ring.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace signgate::upstream {
namespace {

TEST(Crc32, IsThatOfIso3309AndContinues) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(crc32(""), 0U);
  EXPECT_EQ(crc32("6789", crc32("12345")), crc32("123456789"));
}

TEST(HashRing, PutsThePointsWhereNginxDoes) {
  // The first point of a server is crc32(HOST "\0" PORT "\0\0\0\0"), the next continues with it.
  HashRing ring;
  ring.add("127.0.0.1:8081", 1, 0);
  ring.finish();
  EXPECT_EQ(ring.size(), 160U);
  const std::string first = std::string("127.0.0.1") + '\0' + "8081" + std::string(4, '\0');
  HashRing two;
  two.add("127.0.0.1:8081", 1, 7);
  two.add("127.0.0.2:8081", 1, 8);
  two.finish();
  EXPECT_EQ(two.size(), 320U);
  // A key that has the place of a point goes to that point's server.
  EXPECT_EQ(two.at(two.find(first)), 7U);
}

TEST(HashRing, SharesTheKeysByWeight) {
  HashRing ring;
  ring.add("a:80", 1, 0);
  ring.add("b:80", 3, 1);
  ring.finish();
  std::map<std::uint32_t, int> shares;
  for (int i = 0; i < 40000; ++i)
    ++shares[ring.at(ring.find("key" + std::to_string(i)))];
  EXPECT_NEAR(shares[1] / 40000.0, 0.75, 0.05);
}

TEST(HashRing, MovesOnlyTheKeysOfAServerThatGoes) {
  HashRing three;
  HashRing two;
  for (std::uint32_t i = 0; i < 3; ++i) {
    three.add("10.0.0." + std::to_string(i) + ":80", 1, i);
    if (i != 2) two.add("10.0.0." + std::to_string(i) + ":80", 1, i);
  }
  three.finish();
  two.finish();
  for (int i = 0; i < 5000; ++i) {
    const std::string key = std::to_string(i);
    const std::uint32_t before = three.at(three.find(key));
    if (before != 2) {
      EXPECT_EQ(two.at(two.find(key)), before);
    }
  }
}

TEST(HashRing, TakesHostAndPortApartAsNginxDoes) {
  // What follows the last colon is a port when it is digits alone; a unix socket has none.
  const auto place = [](std::string_view server) {
    HashRing ring;
    ring.add(server, 1, 0);
    ring.add("z", 1, 1);
    ring.finish();
    std::string seen;
    for (std::size_t i = 0; i < ring.size(); ++i)
      seen += static_cast<char>('0' + ring.at(i));
    return seen;
  };
  EXPECT_EQ(place("unix:/run/app"), place("UNIX:/run/app"));
  EXPECT_EQ(place("unix:/run/app"), place("/run/app"));
  EXPECT_NE(place("[::1]:80"), place("[::1]"));
}

}  // namespace
}  // namespace signgate::upstream
