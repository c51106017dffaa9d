// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/deadline.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>

namespace signgate::net {
namespace {

struct Fired {
  int count = 0;
  static void note(void* self) { ++static_cast<Fired*>(self)->count; }
};

class DeadlineTest : public testing::Test {
 protected:
  SteadyTime after(int milliseconds) const { return begin_ + Milliseconds(milliseconds); }

  asio::io_context context_{1};
  DeadlineWheel wheel_{context_};
  SteadyTime begin_ = std::chrono::steady_clock::now();
  Fired fired_;
};

TEST_F(DeadlineTest, FiresOnceWhenItIsDueAndNotBefore) {
  Deadline deadline(wheel_, &Fired::note, &fired_);
  deadline.set(Milliseconds(300));
  const SteadyTime due = deadline.due();
  wheel_.advance(due - Milliseconds(1));
  EXPECT_EQ(fired_.count, 0);
  wheel_.advance(due + Milliseconds(50));
  EXPECT_EQ(fired_.count, 1);
  wheel_.advance(due + Milliseconds(60000));
  EXPECT_EQ(fired_.count, 1);
}

TEST_F(DeadlineTest, MovesOnWithoutFiring) {
  Deadline deadline(wheel_, &Fired::note, &fired_);
  deadline.set(Milliseconds(100));
  deadline.set(Milliseconds(5000));
  wheel_.advance(after(200));
  EXPECT_EQ(fired_.count, 0);
  wheel_.advance(deadline.due() + Milliseconds(50));
  EXPECT_EQ(fired_.count, 1);
}

TEST_F(DeadlineTest, ComesForwardToo) {
  Deadline deadline(wheel_, &Fired::note, &fired_);
  deadline.set(Milliseconds(60000));
  deadline.set(Milliseconds(100));
  wheel_.advance(deadline.due() + Milliseconds(50));
  EXPECT_EQ(fired_.count, 1);
}

TEST_F(DeadlineTest, StaysQuietOnceCleared) {
  Deadline deadline(wheel_, &Fired::note, &fired_);
  deadline.set(Milliseconds(100));
  deadline.clear();
  wheel_.advance(after(1000));
  EXPECT_EQ(fired_.count, 0);
}

TEST_F(DeadlineTest, ReachesBeyondTheWheelsSpan) {
  Deadline deadline(wheel_, &Fired::note, &fired_);
  deadline.set(Milliseconds(100000));
  const SteadyTime due = deadline.due();
  for (SteadyTime now = begin_; now < due; now += Milliseconds(1000))
    wheel_.advance(now);
  EXPECT_EQ(fired_.count, 0);
  wheel_.advance(due + Milliseconds(50));
  EXPECT_EQ(fired_.count, 1);
}

TEST_F(DeadlineTest, ExpireAllFiresWhatIsSetAndNothingElse) {
  Fired other;
  Deadline set(wheel_, &Fired::note, &fired_);
  Deadline cleared(wheel_, &Fired::note, &other);
  set.set(Milliseconds(60000));
  cleared.set(Milliseconds(60000));
  cleared.clear();
  EXPECT_FALSE(set.stopping());
  wheel_.expire_all();
  EXPECT_TRUE(set.stopping());
  EXPECT_EQ(fired_.count, 1);
  EXPECT_EQ(other.count, 0);
}

// Against a list of due times: nothing early, nothing late by more than a tick, nothing twice.
TEST_F(DeadlineTest, AgreesWithAPlainListUnderRandomUse) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::size_t count = 200;
  std::vector<Fired> fired(count);
  std::vector<std::unique_ptr<Deadline>> deadlines;
  for (Fired& each : fired)
    deadlines.push_back(std::make_unique<Deadline>(wheel_, &Fired::note, &each));
  std::vector<SteadyTime> due(count, SteadyTime::max());
  SteadyTime now = begin_;
  for (int round = 0; round < 400; ++round) {
    for (int change = 0; change < 20; ++change) {
      const std::size_t i = random() % count;
      if (random() % 4 == 0) {
        deadlines[i]->clear();
        due[i] = SteadyTime::max();
      } else {
        deadlines[i]->set(std::chrono::duration_cast<Milliseconds>(now - begin_) +
                          Milliseconds(random() % 40000));
        due[i] = deadlines[i]->due();
      }
    }
    now += Milliseconds(random() % 200);
    for (Fired& each : fired)
      each.count = 0;
    wheel_.advance(now);
    for (std::size_t i = 0; i < count; ++i) {
      if (due[i] <= now - Milliseconds(50)) {
        ASSERT_EQ(fired[i].count, 1);
      } else if (due[i] > now) {
        ASSERT_EQ(fired[i].count, 0);
      }
      ASSERT_LE(fired[i].count, 1);
      if (fired[i].count == 1) due[i] = SteadyTime::max();
    }
  }
}

}  // namespace
}  // namespace signgate::net
