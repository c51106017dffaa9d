// SPDX-License-Identifier: Apache-2.0
#include "bench/sign_work.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace signgate::bench {
namespace {

signing::SigningKey make_key(signing::KeyType type) {
  return signing::make_signing_key("KTEST", signing::PrivateKey::generate(type).value()).value();
}

TEST(SignWork, MakesWhatOpens) {
  for (const auto type : {signing::KeyType::rsa2048, signing::KeyType::ecdsa_p256}) {
    for (const SignMode mode : all_sign_modes) {
      SignFixture fixture(make_key(type), mode, 7, 1 << 20);
      SignWork work(fixture, 1, 0);
      EXPECT_FALSE(work.verify_last()) << "nothing was made";
      for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(work.step());
        ASSERT_TRUE(work.verify_last()) << sign_mode_name(mode) << ", step " << i;
      }
    }
  }
}

TEST(SignWork, DoesNotOpenWithAnotherKey) {
  for (const SignMode mode : all_sign_modes) {
    SignFixture fixture(make_key(signing::KeyType::ecdsa_p256), mode, 3, 1 << 20);
    SignWork work(fixture, 1, 0);
    ASSERT_TRUE(work.step());
    fixture.key =
        std::make_shared<const signing::SigningKey>(make_key(signing::KeyType::ecdsa_p256));
    EXPECT_FALSE(work.verify_last()) << sign_mode_name(mode);
  }
}

TEST(SignWork, ThreadsTogetherMakeEachLink) {
  SignFixture fixture(make_key(signing::KeyType::ecdsa_p256), SignMode::memo, 10, 1 << 20);
  for (unsigned number = 0; number < 3; ++number) {
    SignWork work(fixture, 3, number);
    for (int i = 0; i < 4; ++i)
      ASSERT_TRUE(work.step());
  }
  EXPECT_EQ(fixture.memo.statistics().entries, 10U);
}

TEST(SignWork, MoreThreadsThanLinksIsNoTrouble) {
  SignFixture fixture(make_key(signing::KeyType::ecdsa_p256), SignMode::prefix, 1, 1 << 20);
  SignWork work(fixture, 8, 7);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(work.step());
  EXPECT_TRUE(work.verify_last());
}

TEST(SignLinks, AreAllDifferentAndAlwaysTheSame) {
  const auto links = sign_links(1000);
  EXPECT_EQ(std::set<std::string>(links.begin(), links.end()).size(), 1000U);
  const auto fewer = sign_links(10);
  EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), links.begin()));
}

TEST(SignFixture, PutsAHundredLinksBelowEachPrefix) {
  SignFixture fixture(make_key(signing::KeyType::ecdsa_p256), SignMode::prefix, 201, 1 << 20);
  EXPECT_EQ(fixture.links.front(), "https://media.example.com/private/albums/0/photo-0.jpg");
  EXPECT_EQ(fixture.links.back(), "https://media.example.com/private/albums/2/photo-200.jpg");
}

}  // namespace
}  // namespace signgate::bench
