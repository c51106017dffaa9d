// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/object_cache.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

CachedObject of(std::size_t bytes, std::string etag = "\"e\"") {
  CachedObject object;
  object.bytes = std::make_shared<const std::string>(bytes, 'x');
  object.etag = std::move(etag);
  return object;
}

TEST(ObjectCache, FindsWhatWasStoredLast) {
  ObjectCache cache(10000);
  EXPECT_EQ(cache.find("a"), nullptr);
  cache.store("a", of(1, "\"1\""));
  cache.store("a", of(1, "\"2\""));
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("a")->etag, "\"2\"");
  EXPECT_EQ(cache.entries(), 1U);
}

TEST(ObjectCache, StaysWithinItsBytesAndDropsWhatWasUsedLongestAgo) {
  ObjectCache cache(5000);
  cache.store("a", of(1000));
  cache.store("b", of(1000));
  cache.store("c", of(1000));
  EXPECT_EQ(cache.entries(), 3U);
  EXPECT_NE(cache.find("a"), nullptr);
  cache.store("d", of(1000));
  EXPECT_LE(cache.bytes(), 5000U);
  EXPECT_EQ(cache.find("b"), nullptr);
  EXPECT_NE(cache.find("a"), nullptr);
  EXPECT_NE(cache.find("d"), nullptr);
}

TEST(ObjectCache, ManySmallEntriesAreBoundedToo) {
  ObjectCache cache(100000);
  for (int i = 0; i < 10000; ++i)
    cache.store("key" + std::to_string(i), {});
  EXPECT_LE(cache.bytes(), 100000U);
  EXPECT_LT(cache.entries(), 200U);
}

TEST(ObjectCache, EveryTextOfAnEntryCounts) {
  const std::string text(3000, 'x');
  const auto cost = [](const CachedObject& object) {
    ObjectCache cache(100000);
    cache.store("a", object);
    return cache.bytes();
  };
  const std::size_t bare = cost({});
  CachedObject with;
  for (std::string* part : {&with.server, &with.etag, &with.code, &with.reason}) {
    with = {};
    *part = text;
    EXPECT_EQ(cost(with), bare + text.size());
  }
  with = {};
  with.fields = std::make_shared<const FieldLines>(FieldLines{{"x-amz-meta-a", text}, {"b", ""}});
  EXPECT_GE(cost(with), bare + text.size() + 13);
  ObjectCache small(5000);
  small.store("a", with);
  small.store("b", with);
  EXPECT_EQ(small.entries(), 1U);
}

TEST(ObjectCache, AnEntryLargerThanAllTakesItsOldOneAway) {
  ObjectCache cache(2000);
  cache.store("a", of(1000));
  cache.store("a", of(2000));
  EXPECT_EQ(cache.find("a"), nullptr);
  EXPECT_EQ(cache.bytes(), 0U);
  ObjectCache none(0);
  none.store("a", of(0));
  EXPECT_EQ(none.entries(), 0U);
}

TEST(ObjectCache, TimeToLiveFollowsTheGuidesTable) {
  struct Case {
    std::string_view cache_control;
    Ttls ttls;
    std::int64_t expected;
  };
  const Ttls usual;
  const Ttls narrow{60, 100, 600};
  for (const Case& c : {
           Case{"", usual, 86400},
           Case{"", narrow, 100},
           Case{"public", narrow, 100},
           Case{"max-age=300", usual, 300},
           Case{"max-age=300", narrow, 300},
           Case{"max-age=10", narrow, 60},
           Case{"max-age=9999", narrow, 600},
           Case{"max-age=300, s-maxage=200", narrow, 200},
           Case{"S-MaxAge=200", narrow, 200},
           Case{"max-age=x", narrow, 100},
           Case{"max-age=-1", narrow, 100},
           Case{"no-cache", usual, 0},
           Case{"no-store, max-age=300", usual, 0},
           Case{"private", narrow, 60},
       }) {
    EXPECT_EQ(time_to_live(c.cache_control, std::nullopt, c.ttls), c.expected) << c.cache_control;
  }
  for (const Case& c : {
           Case{"", usual, 30},
           Case{"", narrow, 60},
           Case{"public", usual, 30},
           Case{"max-age=300", usual, 300},
           Case{"s-maxage=0", usual, 0},
           Case{"no-cache", usual, 0},
       }) {
    EXPECT_EQ(time_to_live(c.cache_control, 30, c.ttls), c.expected) << c.cache_control;
  }
  EXPECT_EQ(time_to_live("", -30, usual), 0);
  EXPECT_EQ(time_to_live("", 9999, narrow), 600);
}

TEST(ObjectCache, PurgesByPath) {
  ObjectCache cache(1 << 20);
  for (const char* key : {"/a/1", "/a/1?x=1", "/a/2\nReferer:y", "/b/1"})
    cache.store(key, of(10));
  EXPECT_EQ(cache.purge("/a/2"), 1U);
  EXPECT_EQ(cache.purge("/a/*"), 2U);
  EXPECT_EQ(cache.entries(), 1U);
  EXPECT_NE(cache.find("/b/1"), nullptr);
  EXPECT_EQ(cache.purge("/*"), 1U);
  EXPECT_EQ(cache.bytes(), 0U);
}

}  // namespace
}  // namespace signgate::edge
