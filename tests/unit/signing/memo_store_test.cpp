// SPDX-License-Identifier: Apache-2.0
#include "signing/memo_store.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace signgate::signing {
namespace {

constexpr Fingerprint fingerprint{1};

HashedKey key(std::string_view message) {
  return hashed({message, &fingerprint, HashAlgorithm::sha1});
}

std::size_t cost_of_one() {
  MemoStore probe(1 << 20);
  probe.insert(key("0000"), "S");
  return probe.bytes();
}

TEST(MemoStore, FindsWhatItHolds) {
  MemoStore store(1 << 20);
  EXPECT_EQ(store.find(key("0000")), nullptr);
  EXPECT_EQ(store.insert(key("0000"), "S"), 0U);
  ASSERT_NE(store.find(key("0000")), nullptr);
  EXPECT_EQ(store.find(key("0000"))->signature(), "S");
  EXPECT_TRUE(store.contains(key("0000")));
  EXPECT_FALSE(store.contains(key("0001")));
}

TEST(MemoStore, DropsWhatNobodyAskedFor) {
  MemoStore store(3 * cost_of_one());
  store.insert(key("0000"), "S");
  store.insert(key("1111"), "S");
  store.insert(key("2222"), "S");
  ASSERT_NE(store.find(key("0000")), nullptr);
  EXPECT_EQ(store.insert(key("3333"), "S"), 1U);
  EXPECT_TRUE(store.contains(key("0000")));
  EXPECT_FALSE(store.contains(key("1111")));
  EXPECT_TRUE(store.contains(key("2222")));
  // The hand has passed 0000, which counts as not asked for from now on; 2222 is next.
  EXPECT_EQ(store.insert(key("4444"), "S"), 1U);
  EXPECT_TRUE(store.contains(key("0000")));
  EXPECT_FALSE(store.contains(key("2222")));
}

TEST(MemoStore, AFloodOfNewLinksLeavesThoseInUse) {
  MemoStore store(100 * cost_of_one());
  for (int i = 0; i < 50; ++i)
    store.insert(key("u" + std::to_string(100 + i)), "S");
  for (int flood = 0; flood < 10000; ++flood) {
    if (flood % 20 == 0) {
      for (int i = 0; i < 50; ++i)
        ASSERT_NE(store.find(key("u" + std::to_string(100 + i))), nullptr) << flood;
    }
    store.insert(key(std::to_string(1000 + flood % 9000)), "S");
  }
}

TEST(MemoStore, DropsTheOldestWhenAllAreInUse) {
  MemoStore store(2 * cost_of_one());
  store.insert(key("0000"), "S");
  store.insert(key("1111"), "S");
  ASSERT_NE(store.find(key("0000")), nullptr);
  ASSERT_NE(store.find(key("1111")), nullptr);
  EXPECT_EQ(store.insert(key("2222"), "S"), 1U);
  EXPECT_FALSE(store.contains(key("0000")));
  EXPECT_EQ(store.entries(), 2U);
}

TEST(MemoStore, RefusesWhatIsLargerThanItself) {
  MemoStore store(4096);
  store.insert(key("0000"), "S");
  EXPECT_EQ(store.insert(key("1111"), std::string(5000, 'S')), MemoStore::too_large);
  EXPECT_TRUE(store.contains(key("0000")));
  EXPECT_EQ(store.entries(), 1U);
}

TEST(MemoStore, CountsHitsUntilItStops) {
  MemoStore store(4096);
  store.insert(key("0000"), "S");
  for (int i = 0; i < 300; ++i)
    ASSERT_NE(store.find(key("0000")), nullptr);
  EXPECT_EQ(store.find(key("0000"))->hits, 255);
}

TEST(MemoStore, AgreesWithAMapAtRandom) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::size_t most = 40 * cost_of_one();
  MemoStore store(most);
  std::map<std::string, std::string> inserted;
  for (int i = 0; i < 20000; ++i) {
    const std::string name = std::to_string(1000 + random() % 80);
    if (random() % 2 == 0) {
      const std::string signature = "S" + std::to_string(random() % 1000);
      store.insert(key(name), signature);
      inserted[name] = signature;
      ASSERT_TRUE(store.contains(key(name)));
    } else if (const MemoStore::Entry* entry = store.find(key(name))) {
      ASSERT_EQ(entry->signature(), inserted[name]);
    }
    ASSERT_LE(store.bytes(), most);
  }
  EXPECT_GT(store.entries(), 30U);
  store.clear();
  EXPECT_EQ(store.entries(), 0U);
  EXPECT_EQ(store.bytes(), 0U);
  store.insert(key("0000"), "S");
  EXPECT_EQ(store.entries(), 1U);
}

}  // namespace
}  // namespace signgate::signing
