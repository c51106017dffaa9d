// SPDX-License-Identifier: Apache-2.0
#include "signing/url_signer.hpp"

#include <gtest/gtest.h>

#include <random>

#include "signing/verifier.hpp"
#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

using Outcome = UrlSigner::Outcome;

constexpr UnixSeconds start = 1893456000;
const std::string target = "https://d1.cloudfront.net/private/";

class UrlSignerTest : public testing::Test {
 protected:
  UrlSignerTest() {
    rule.name = "photos";
    rule.expiry = {.ttl = 3600, .window = 800};
    rule.target_length = target.size();
    rule.keys = {{rsa, {}, {}}};
  }

  // The signed URL, made or remembered; "" where it is refused.
  std::string sign(const std::string& url, UnixSeconds now, std::string_view viewer = "192.0.2.7") {
    std::string out;
    last = signer.sign(rule, url, viewer, now, out);
    if (last == Outcome::pending) {
      EXPECT_EQ(out, "");
      PendingSignature pending = signer.take_pending();
      EXPECT_TRUE(pending.claim.has_value());
      EXPECT_TRUE(UrlSigner::make(pending));
      EXPECT_TRUE(UrlSigner::finish(pending, url, out));
    }
    return out;
  }

  [[nodiscard]] bool opens(const std::string& url, UnixSeconds at,
                           policy::Ipv4Address viewer = 0xC0000207) const {
    TrustedKeys keys;
    keys.emplace("KRSA", rsa->key.public_key());
    keys.emplace("KEC", ec->key.public_key());
    return static_cast<bool>(verify_url(url, keys, {.now = at, .ipv4_address = viewer}));
  }

  std::shared_ptr<const SigningKey> rsa = std::make_shared<const SigningKey>(
      make_signing_key("KRSA", vectors::private_key("rsa2048-a.pkcs1.pem")).value());
  std::shared_ptr<const SigningKey> ec = std::make_shared<const SigningKey>(
      make_signing_key("KEC", vectors::private_key("p256.sec1.pem")).value());
  SignatureMemo memo{1 << 20};
  UrlSigner signer{memo};
  LinkRule rule;
  Outcome last = Outcome::no_key;
};

TEST_F(UrlSignerTest, MakesAndRemembersCannedUrls) {
  for (const auto& key : {rsa, ec}) {
    rule.keys = {{key, {}, {}}};
    for (const char* name : {"a.jpg", "a.jpg?w=1&h=2", "x/%20y.jpg?w"}) {
      const std::string made = sign(target + name, start);
      EXPECT_EQ(last, Outcome::pending);
      EXPECT_TRUE(opens(made, start + 3599)) << made;
      EXPECT_EQ(sign(target + name, start), made);
      EXPECT_EQ(last, Outcome::done);
    }
  }
  // What it emits is what the one-step function does.
  rule.keys = {{ec, {}, {}}};
  const UnixSeconds expires = expiry_at(rule.expiry, "photos", target + "a.jpg", start);
  EXPECT_EQ(sign(target + "a.jpg", start), *sign_url_canned(*ec, target + "a.jpg", expires));
}

TEST_F(UrlSignerTest, AppendsToWhatIsThere) {
  const std::string made = sign(target + "a.jpg", start);
  std::string out = "before ";
  EXPECT_EQ(signer.sign(rule, target + "a.jpg", "", start, out), Outcome::done);
  EXPECT_EQ(out, "before " + made);
}

TEST_F(UrlSignerTest, BindsACustomPolicyToTheViewer) {
  rule.policy = PolicyForm::custom;
  rule.per_viewer = true;
  const std::string made = sign(target + "a.jpg", start, "192.0.2.7");
  EXPECT_TRUE(opens(made, start));
  EXPECT_FALSE(opens(made, start, 0xC0000208));
  EXPECT_NE(sign(target + "a.jpg", start, "192.0.2.8"), made);
  EXPECT_EQ(sign(target + "a.jpg", start, "2001:db8::1"), "");
  EXPECT_EQ(last, Outcome::no_address);
}

TEST_F(UrlSignerTest, RefusesAWildcardInACustomPolicy) {
  rule.policy = PolicyForm::custom;
  EXPECT_EQ(sign(target + "*.jpg", start), "");
  EXPECT_EQ(last, Outcome::pattern);
  rule.policy = PolicyForm::canned;
  EXPECT_TRUE(opens(sign(target + "*.jpg", start), start));
}

TEST_F(UrlSignerTest, SignsAPrefixOnce) {
  rule.policy = PolicyForm::prefix;
  rule.scope = 1;
  const std::string made = sign(target + "album/1.jpg", start);
  EXPECT_EQ(last, Outcome::pending);
  for (const char* name : {"album/2.jpg", "album/sub/3.jpg?w=1", "album/"}) {
    const std::string other = sign(target + name, start);
    EXPECT_EQ(last, Outcome::done) << name;
    EXPECT_TRUE(opens(other, start)) << other;
    EXPECT_EQ(other.substr(other.find("Policy=")), made.substr(made.find("Policy=")));
  }
  const std::string elsewhere = sign(target + "other/1.jpg", start);
  EXPECT_EQ(last, Outcome::pending);
  EXPECT_NE(elsewhere.substr(elsewhere.find("Policy=")), made.substr(made.find("Policy=")));
  // Not as deep as the scope: the link alone.
  const std::string alone = sign(target + "top.jpg", start);
  EXPECT_TRUE(opens(alone, start));
  EXPECT_NE(sign(target + "top2.jpg", start).find("Policy="), std::string::npos);
  EXPECT_EQ(last, Outcome::pending);
  EXPECT_EQ(memo.statistics().misses, 4U);
}

TEST_F(UrlSignerTest, APrefixOutlivesNoWindow) {
  rule.policy = PolicyForm::prefix;
  std::string before;
  int changes = 0;
  for (UnixSeconds now = start; now < start + 1700; ++now) {
    const std::string made = sign(target + "a.jpg", now);
    ASSERT_TRUE(opens(made, now + rule.expiry.ttl - 1)) << now;
    if (!before.empty() && made != before) {
      ++changes;
      ASSERT_EQ(last, Outcome::pending) << now;
    }
    before = made;
  }
  EXPECT_EQ(changes, 2);
}

TEST_F(UrlSignerTest, APrefixBoundToAViewerIsTheViewersAlone) {
  rule.policy = PolicyForm::prefix;
  rule.per_viewer = true;
  const std::string one = sign(target + "a.jpg", start, "192.0.2.7");
  EXPECT_TRUE(opens(one, start, 0xC0000207));
  EXPECT_FALSE(opens(one, start, 0xC0000208));
  const std::string two = sign(target + "b.jpg", start, "192.0.2.8");
  EXPECT_TRUE(opens(two, start, 0xC0000208));
  EXPECT_FALSE(opens(two, start, 0xC0000207));
}

TEST_F(UrlSignerTest, ALinkInUseIsAskedOfTheMemoOnceAWindow) {
  for (const PolicyForm form : {PolicyForm::canned, PolicyForm::custom}) {
    rule.serial = LinkRule::next_serial();
    rule.policy = form;
    const std::string url = target + "in/use.jpg?a=b";
    const UnixSeconds edge = next_edge_at(rule.expiry, rule.name, url, start);
    const std::string made = sign(url, edge - 700);
    EXPECT_EQ(sign(url, edge - 600), made);
    const std::uint64_t asked = memo.statistics().hits;
    for (UnixSeconds now = edge - 600; now < edge - 100; now += 20)
      EXPECT_EQ(sign(url, now), made);
    EXPECT_EQ(memo.statistics().hits, asked);
    EXPECT_EQ(sign(url, edge - 1), made);
    const std::string next = sign(url, edge);
    EXPECT_NE(next, made);
    EXPECT_TRUE(opens(next, edge + rule.expiry.ttl - 1));
    EXPECT_EQ(sign(url, edge - 600), made) << "a clock that was set back";
  }
}

TEST_F(UrlSignerTest, ANewKeyTakesOverAtItsTime) {
  rule.keys = {{rsa, {}, {}}, {ec, start + 10, {}}};
  for (const UnixSeconds now : {start + 7, start + 8, start + 9})
    EXPECT_NE(sign(target + "a.jpg", now).find("Key-Pair-Id=KRSA"), std::string::npos);
  EXPECT_NE(sign(target + "a.jpg", start + 10).find("Key-Pair-Id=KEC"), std::string::npos);
  rule.policy = PolicyForm::prefix;
  rule.keys = {{rsa, {}, {}}, {ec, start + 10, {}}};
  EXPECT_NE(sign(target + "a.jpg", start + 9).find("Key-Pair-Id=KRSA"), std::string::npos);
  EXPECT_NE(sign(target + "a.jpg", start + 10).find("Key-Pair-Id=KEC"), std::string::npos);
  rule.keys = {{rsa, {}, start}};
  for (const PolicyForm form : {PolicyForm::canned, PolicyForm::custom, PolicyForm::prefix}) {
    rule.policy = form;
    EXPECT_EQ(sign(target + "a.jpg", start), "");
    EXPECT_EQ(last, Outcome::no_key);
  }
}

TEST_F(UrlSignerTest, RefusesWhatGetsTooLong) {
  for (const PolicyForm form : {PolicyForm::canned, PolicyForm::custom, PolicyForm::prefix}) {
    rule.serial = LinkRule::next_serial();
    rule.policy = form;
    const std::string small = sign(target + std::string(1000, 'a'), start);
    const std::size_t added = small.size() - target.size() - 1000;
    // A custom policy grows with its URL; the other two add the same to every one.
    if (form != PolicyForm::custom) {
      const std::size_t most = max_url - target.size() - added;
      EXPECT_EQ(sign(target + std::string(most, 'a'), start).size(), max_url);
    }
    std::string out;
    const std::string url = target + std::string(8100, 'b');
    Outcome outcome = signer.sign(rule, url, "", start, out);
    if (outcome == Outcome::pending) {
      PendingSignature pending = signer.take_pending();
      ASSERT_TRUE(UrlSigner::make(pending));
      EXPECT_FALSE(UrlSigner::finish(pending, url, out));
      outcome = signer.sign(rule, url, "", start, out);
    }
    EXPECT_EQ(outcome, Outcome::too_long);
    EXPECT_EQ(out, "");
  }
}

TEST_F(UrlSignerTest, OneSignsAndOthersWait) {
  UrlSigner other(memo);
  std::string out;
  ASSERT_EQ(signer.sign(rule, target + "a.jpg", "", start, out), Outcome::pending);
  PendingSignature ours = signer.take_pending();
  ASSERT_EQ(other.sign(rule, target + "a.jpg", "", start, out), Outcome::pending);
  const PendingSignature theirs = other.take_pending();
  EXPECT_TRUE(ours.claim.has_value());
  EXPECT_FALSE(theirs.claim.has_value());
  ASSERT_TRUE(UrlSigner::make(ours));
  EXPECT_TRUE(UrlSigner::finish(theirs, target + "a.jpg", out));
  EXPECT_TRUE(opens(out, start));
}

TEST_F(UrlSignerTest, HotLinksAreSignedAheadOfTheirEdge) {
  for (const PolicyForm form : {PolicyForm::canned, PolicyForm::custom, PolicyForm::prefix}) {
    rule.serial = LinkRule::next_serial();
    rule.policy = form;
    const std::string hot = target + "hot" + std::to_string(static_cast<int>(form)) + "/1.jpg";
    const std::string resource = form == PolicyForm::prefix ? target + "*" : hot;
    const UnixSeconds edge = next_edge_at(rule.expiry, rule.name, resource, start);
    const UnixSeconds lead = UrlSigner::ahead_lead(rule.expiry);
    ASSERT_EQ(lead, 60);
    sign(hot, edge - 200);
    for (UnixSeconds now = edge - 200; now < edge - lead; now += 10)
      sign(hot, now);
    EXPECT_TRUE(signer.take_ahead().empty());
    for (UnixSeconds now = edge - lead; now < edge; now += 10)
      sign(hot, now);
    const auto ahead = signer.take_ahead();
    ASSERT_EQ(ahead.size(), 1U);
    EXPECT_TRUE(UrlSigner::make_ahead(memo, ahead[0]));
    EXPECT_FALSE(UrlSigner::make_ahead(memo, ahead[0]));
    const std::string next = sign(hot, edge);
    EXPECT_EQ(last, Outcome::done);
    EXPECT_TRUE(opens(next, edge + rule.expiry.ttl - 1));
  }
  EXPECT_EQ(memo.statistics().ahead, 3U);
}

TEST_F(UrlSignerTest, LinksAskedForOnceAreNotSignedAhead) {
  const std::string url = target + "cold.jpg";
  const UnixSeconds edge = next_edge_at(rule.expiry, rule.name, url, start);
  sign(url, edge - 1);
  sign(url, edge - 1);
  EXPECT_TRUE(signer.take_ahead().empty());
}

TEST_F(UrlSignerTest, WhateverItEmitsOpens) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::string_view letters = "abzAZ09-._~!$&'()*+,;=:@/%20?";
  rule.keys = {{ec, {}, {}}};
  int signed_ones = 0;
  for (int i = 0; i < 500; ++i) {
    std::string raw = target;
    for (std::size_t n = random() % 40; n > 0; --n)
      raw += letters[random() % letters.size()];
    rule.policy = static_cast<PolicyForm>(random() % 3);
    rule.scope = random() % 3;
    const auto ready = prepare_url(raw);
    if (!ready) continue;
    const UnixSeconds now = start + static_cast<UnixSeconds>(random() % 2000);
    const std::string made = sign(ready->resource, now);
    if (made.empty()) continue;
    ++signed_ones;
    ASSERT_TRUE(opens(made, now + rule.expiry.ttl - 1)) << made;
    ASSERT_FALSE(opens(made, now + rule.expiry.ttl + rule.expiry.window)) << made;
    ASSERT_TRUE(made.starts_with(ready->resource));
  }
  EXPECT_GT(signed_ones, 300);
}

}  // namespace
}  // namespace signgate::signing
