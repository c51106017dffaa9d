// SPDX-License-Identifier: Apache-2.0
#include "signing/link_rule.hpp"

#include <gtest/gtest.h>

#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

std::shared_ptr<const SigningKey> key(std::string id) {
  return std::make_shared<const SigningKey>(
      make_signing_key(std::move(id), vectors::private_key("p256.sec1.pem")).value());
}

TEST(LinkRule, TheNewestKeyThatMaySigns) {
  LinkRule rule;
  rule.keys = {{key("KALWAYS"), {}, {}}, {key("KNEW"), 1000, 3000}, {key("KNEWER"), 2000, {}}};
  const auto id = [&](UnixSeconds now) { return (*rule.key_at(now))->key_pair_id; };
  EXPECT_EQ(id(999), "KALWAYS");
  EXPECT_EQ(id(1000), "KNEW");
  EXPECT_EQ(id(1999), "KNEW");
  EXPECT_EQ(id(2000), "KNEWER");
  EXPECT_EQ(id(3000), "KNEWER");
}

TEST(LinkRule, TheFirstOfEqualsSigns) {
  LinkRule rule;
  rule.keys = {{key("KFIRST"), {}, {}}, {key("KSECOND"), {}, {}}};
  EXPECT_EQ((*rule.key_at(0))->key_pair_id, "KFIRST");
}

TEST(LinkRule, NoKeySignsOutOfItsTime) {
  LinkRule rule;
  EXPECT_EQ(rule.key_at(0), nullptr);
  rule.keys = {{key("KOLD"), {}, 1000}};
  EXPECT_NE(rule.key_at(999), nullptr);
  EXPECT_EQ(rule.key_at(1000), nullptr);
}

TEST(LinkRule, NoTwoShareASerial) {
  EXPECT_NE(LinkRule().serial, LinkRule().serial);
  EXPECT_NE(LinkRule().serial, 0U);
}

}  // namespace
}  // namespace signgate::signing
