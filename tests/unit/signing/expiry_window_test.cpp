// SPDX-License-Identifier: Apache-2.0
#include "signing/expiry_window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace signgate::signing {
namespace {

constexpr UnixSeconds start = 1893456000;
constexpr ExpiryWindow hour_and_quarter{3600, 900};

TEST(ExpiryWindow, KeepsWhatItPromises) {
  for (const ExpiryWindow window :
       {ExpiryWindow{3600, 900}, {0, 60}, {60, 1}, {1, 86400}, {300, 7}}) {
    for (UnixSeconds now = start; now < start + 2000; ++now) {
      const UnixSeconds left = expiry_at(window, "photos", "https://d1/a", now) - now;
      ASSERT_GE(left, window.ttl);
      ASSERT_LE(left, window.ttl + window.window);
    }
  }
}

TEST(ExpiryWindow, ChangesOncePerWindowAndOnlyForward) {
  std::set<UnixSeconds> seen;
  UnixSeconds last = 0;
  for (UnixSeconds now = start; now < start + 9000; ++now) {
    const UnixSeconds expiry = expiry_at(hour_and_quarter, "photos", "https://d1/a", now);
    ASSERT_GE(expiry, last);
    if (last != 0 && expiry != last) {
      ASSERT_EQ(expiry - last, 900);
    }
    last = expiry;
    seen.insert(expiry);
  }
  EXPECT_LE(seen.size(), 11U);
  EXPECT_GE(seen.size(), 10U);
}

TEST(ExpiryWindow, NextEdgeIsWhereTheAnswerChanges) {
  for (UnixSeconds now = start; now < start + 3000; now += 17) {
    const UnixSeconds edge = next_edge_at(hour_and_quarter, "photos", "https://d1/a", now);
    const UnixSeconds here = expiry_at(hour_and_quarter, "photos", "https://d1/a", now);
    ASSERT_GT(edge, now);
    ASSERT_EQ(expiry_at(hour_and_quarter, "photos", "https://d1/a", edge - 1), here);
    ASSERT_GT(expiry_at(hour_and_quarter, "photos", "https://d1/a", edge), here);
  }
}

TEST(ExpiryWindow, ZeroMeansEverySecondItsOwn) {
  EXPECT_EQ(expiry_at({60, 0}, "r", "u", start), start + 60);
  EXPECT_EQ(expiry_at({60, 0}, "r", "u", start + 1), start + 61);
  EXPECT_EQ(next_edge_at({60, 0}, "r", "u", start), start + 1);
}

TEST(ExpiryWindow, SpreadsDifferentLinksOverTheWindow) {
  std::set<UnixSeconds> edges;
  for (int i = 0; i < 2000; ++i) {
    edges.insert(
        next_edge_at(hour_and_quarter, "photos", "https://d1/" + std::to_string(i), start));
  }
  // 2,000 links over 900 seconds leave about e^-2.2 of the seconds empty.
  EXPECT_GT(edges.size(), 750U);
  EXPECT_NE(next_edge_at(hour_and_quarter, "photos", "https://d1/a", start),
            next_edge_at(hour_and_quarter, "videos", "https://d1/a", start));
  EXPECT_NE(next_edge_at(hour_and_quarter, "ab", "c", start),
            next_edge_at(hour_and_quarter, "a", "bc", start));
}

// The seconds of a day at which the links of a site get a new expiry, and so a new signature.
std::vector<int> edges_of_a_day(std::int64_t window, int resources) {
  std::vector<int> edges(86400, 0);
  for (int i = 0; i < resources; ++i) {
    const std::string url = "https://d111111abcdef8.cloudfront.net/private/albums/" +
                            std::to_string(i % 997) + "/" + std::to_string(i) + ".jpg";
    // Its edges lie a window apart: NextEdgeIsWhereTheAnswerChanges.
    UnixSeconds edge = next_edge_at({3600, window}, "photos", url, start);
    for (; edge < start + 86400; edge += window)
      ++edges[static_cast<std::size_t>(edge - start)];
    if (i % 1000 == 0) {
      EXPECT_EQ(next_edge_at({3600, window}, "photos", url, start + 86399), edge);
    }
  }
  return edges;
}

TEST(ExpiryWindow, SpreadsAFleetsSignaturesEvenlyOverTheDay) {
  for (const std::int64_t window : {60, 300}) {
    const std::vector<int> edges = edges_of_a_day(window, 100000);
    const double mean = 100000.0 / static_cast<double>(window);
    EXPECT_LE(*std::ranges::max_element(edges), mean * 1.2) << window;
    EXPECT_GE(*std::min_element(edges.begin() + 1, edges.end()), mean * 0.8) << window;
  }
}

TEST(ExpiryWindow, SpreadsAsEvenlyAsChanceAllowsInAnyWindow) {
  for (const std::int64_t window : {900, 3600}) {
    const std::vector<int> edges = edges_of_a_day(window, 100000);
    const double mean = 100000.0 / static_cast<double>(window);
    // Five standard deviations of a Poisson distribution; all at once would be 100,000.
    EXPECT_LE(*std::ranges::max_element(edges), mean + 5 * std::sqrt(mean)) << window;
  }
}

TEST(ExpiryWindow, SpreadsLinksThatDifferInOneDigit) {
  for (const std::size_t place : {8UL, 20UL, 33UL, 40UL, 41UL}) {
    std::set<UnixSeconds> edges;
    std::string url = "https://d111111abcdef8.cloudfront.net/aaaaaaaaa";
    for (char c = 'a'; c <= 'z'; ++c) {
      url[place] = c;
      edges.insert(next_edge_at({3600, 86400}, "photos", url, start));
    }
    EXPECT_GE(edges.size(), 25U) << place;
    EXPECT_GT(*edges.rbegin() - *edges.begin(), 86400 / 2) << place;
  }
}

// Replicas of different versions hand out the same URL only while this stands.
TEST(ExpiryWindow, IsTheSameForEver) {
  EXPECT_EQ(expiry_at(hour_and_quarter, "photos",
                      "https://d111111abcdef8.cloudfront.net/private/a.jpg", start),
            1893459847);
}

TEST(ExpiryWindow, WorksBeforeTheEpoch) {
  for (UnixSeconds now = -2000; now < 2000; ++now) {
    const UnixSeconds left = expiry_at({10, 100}, "r", "u", now) - now;
    ASSERT_GE(left, 10);
    ASSERT_LE(left, 110);
  }
}

}  // namespace
}  // namespace signgate::signing
