// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/key_times.hpp"

#include <gmock/gmock.h>

namespace signgate::config {
namespace {

using testing::HasSubstr;
using State = KeyOutlook::State;

constexpr UnixSeconds now = 1893456000;  // 2030-01-01

class KeyTimes : public testing::Test {
 protected:
  KeyTimes() {
    Media& rule = config.media.emplace_back();
    rule.name = "photos";
    rule.ttl = 1h;
    rule.window = 10min;
  }

  void key(const std::string& id, std::optional<UnixSeconds> from,
           std::optional<UnixSeconds> until) {
    Key& made = config.keys.emplace_back();
    made.key_pair_id = id;
    made.not_before = from;
    made.not_after = until;
    config.media[0].key.push_back(id);
  }

  [[nodiscard]] State state(UnixSeconds at = now) const {
    return key_outlook(config, config.media[0], at).state;
  }

  Config config;
};

TEST_F(KeyTimes, AKeyWithoutTimesSignsForEver) {
  key("K1", {}, {});
  EXPECT_EQ(state(), State::signs);
  EXPECT_EQ(key_outlook(config, config.media[0], now).text, "");
  EXPECT_EQ(next_key_change(config, now), std::nullopt);
}

TEST_F(KeyTimes, NoKeyThatMaySignIsToldWithTheDates) {
  key("KOLD", {}, now);
  key("KNEW", now + 1, {});
  const KeyOutlook outlook = key_outlook(config, config.media[0], now);
  EXPECT_EQ(outlook.state, State::no_key);
  EXPECT_THAT(outlook.text, HasSubstr("media \"photos\": no key of it may sign now"));
  EXPECT_THAT(outlook.text, HasSubstr("KOLD until 2030-01-01T00:00:00Z, "
                                      "KNEW from 2030-01-01T00:00:01Z"));
  EXPECT_EQ(state(now + 1), State::signs);
}

TEST_F(KeyTimes, OtherRulesKeysDoNotCount) {
  key("KOLD", {}, now);
  Key& other = config.keys.emplace_back();
  other.key_pair_id = "KOTHER";
  EXPECT_EQ(state(), State::no_key);
}

TEST_F(KeyTimes, RunsOutFromTtlAndWindowBeforeItsEnd) {
  key("K1", now - 100, now + 4200);
  EXPECT_EQ(state(), State::signs);
  const KeyOutlook outlook = key_outlook(config, config.media[0], now + 1);
  EXPECT_EQ(outlook.state, State::runs_out);
  EXPECT_THAT(outlook.text, HasSubstr("K1 from 2029-12-31T23:58:20Z until 2030-01-01T01:10:00Z"));
  EXPECT_EQ(state(now + 4199), State::runs_out);
  EXPECT_EQ(state(now + 4200), State::no_key);
}

TEST_F(KeyTimes, KeysThatFollowEachOtherLeaveNoGap) {
  key("K1", {}, now + 10);
  key("K2", now + 20, now + 100'000);
  key("K3", now + 5, now + 20);
  EXPECT_EQ(state(), State::signs);
  config.keys[1].not_before = now + 21;
  EXPECT_EQ(state(), State::runs_out);
  config.keys[1] = {};
  config.keys[2].not_after = {};
  EXPECT_EQ(state(), State::signs);
}

TEST_F(KeyTimes, LinksOfCannedPoliciesEndBeforeTheGuidesLastTime) {
  key("K1", {}, {});
  const UnixSeconds last = 2147483647;
  EXPECT_EQ(state(last - 4200), State::signs);
  const KeyOutlook outlook = key_outlook(config, config.media[0], last - 4199);
  EXPECT_EQ(outlook.state, State::too_late);
  EXPECT_THAT(outlook.text, HasSubstr("2038-01-19T03:14:08Z"));
  EXPECT_THAT(outlook.text, HasSubstr("is 2038-01-19T03:14:07Z"));
  config.media[0].policy = PolicyKind::custom;
  EXPECT_EQ(state(last - 4199), State::signs);
}

TEST_F(KeyTimes, TheNextChangeIsTheNextSecondWithAnotherOutlook) {
  key("K1", {}, now + 10'000);
  key("K2", now + 10'500, {});
  std::vector<UnixSeconds> changes;
  for (auto at = next_key_change(config, now); at; at = next_key_change(config, *at))
    changes.push_back(*at);
  EXPECT_EQ(changes, (std::vector<UnixSeconds>{now + 5801, now + 10'000, now + 10'500}));
  State before = state();
  for (UnixSeconds at = now; at < now + 12'000; ++at) {
    if (state(at) != before) {
      EXPECT_THAT(changes, testing::Contains(at));
    }
    before = state(at);
  }
  EXPECT_EQ(before, State::signs);
}

}  // namespace
}  // namespace signgate::config
