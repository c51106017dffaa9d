// SPDX-License-Identifier: Apache-2.0
#include "bench/link_check.hpp"

#include <gmock/gmock.h>

#include "signing/signed_url.hpp"
#include "signing/signer.hpp"

namespace signgate::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr signing::UnixSeconds now = 1893456000;
constexpr std::string_view html = "text/html";

signing::SigningKey make_key(const std::string& id) {
  return signing::make_signing_key(
             id, signing::PrivateKey::generate(signing::KeyType::ecdsa_p256).value())
      .value();
}

signing::Viewer viewer_at(signing::UnixSeconds time) {
  return {time, std::nullopt};
}

class LinkCheckTest : public testing::Test {
 protected:
  std::string image(const std::string& name, signing::UnixSeconds expires = now + 10) const {
    const auto url = signing::sign_url_canned(key, "https://m.example.com/" + name, expires);
    return "<img src=\"" + url.value() + "\">";
  }

  signing::SigningKey key = make_key("K1");
  LinkCheck check{key.key.public_key()};
};

TEST_F(LinkCheckTest, VerifiesEachDistinctLinkOnce) {
  check.search(image("a") + image("b") + image("a"), html, viewer_at(now));
  check.search(image("b") + image("c"), html, viewer_at(now));
  const auto counts = check.counts();
  EXPECT_EQ(counts.verified, 3U);
  EXPECT_EQ(counts.failed, 0U);
  EXPECT_EQ(counts.bodies, 2U);
  EXPECT_TRUE(check.failures().empty());
}

TEST_F(LinkCheckTest, RefusesAnotherKeyAndTellsNoSignature) {
  LinkCheck other(make_key("K1").key.public_key());
  const std::string page = image("a?w=1");
  other.search(page, html, viewer_at(now));
  EXPECT_EQ(other.counts().failed, 1U);
  EXPECT_EQ(other.counts().verified, 0U);
  ASSERT_EQ(other.failures().size(), 1U);
  EXPECT_THAT(other.failures()[0], HasSubstr("https://m.example.com/a?w=1: "));
  EXPECT_THAT(other.failures()[0], Not(HasSubstr("Signature")));
}

TEST_F(LinkCheckTest, RefusesAChangedLinkAndOneWithoutSomeParameter) {
  std::string changed = image("a");
  changed.replace(changed.find("/a?"), 3, "/b?");
  check.search(changed, html, viewer_at(now));
  std::string broken = image("c");
  broken.replace(broken.find("Key-Pair-Id"), 11, "Kay-Pair-Id");
  check.search(broken, html, viewer_at(now));
  EXPECT_EQ(check.counts().failed, 2U);
}

TEST_F(LinkCheckTest, SearchesTheSameBodyOnceASecond) {
  const std::string page = image("a");
  check.search(page, html, viewer_at(now));
  check.search(page, html, viewer_at(now));
  EXPECT_EQ(check.counts().bodies, 1U);
  check.search(page, html, viewer_at(now + 1));
  EXPECT_EQ(check.counts().bodies, 2U);
  EXPECT_EQ(check.counts().verified, 1U);
}

TEST_F(LinkCheckTest, ALinkThatIsServedWhenItHasExpiredFails) {
  const std::string page = image("a", now + 2);
  check.search(page, html, viewer_at(now + 1));
  EXPECT_EQ(check.counts().verified, 1U);
  check.search(page, html, viewer_at(now + 2));
  EXPECT_EQ(check.counts().verified, 0U);
  EXPECT_EQ(check.counts().failed, 1U);
  EXPECT_THAT(check.failures(), ElementsAre("https://m.example.com/a: it has expired since"));
}

TEST_F(LinkCheckTest, SearchesALongBodyUpToTheLimit) {
  const std::string first = image("a");
  std::string last = image("z");
  last.replace(last.find("&Sig"), 1, "&amp;");
  // The cut falls into the second link, which is then not taken for a broken one.
  std::string page =
      first + std::string(LinkCheck::body_limit - first.size() - last.size() / 2, ' ') + last;
  check.search(page, html, viewer_at(now));
  EXPECT_EQ(check.counts().verified, 1U);
  EXPECT_EQ(check.counts().failed, 0U);
  EXPECT_EQ(check.counts().cut, 1U);

  LinkCheck whole(key.key.public_key());
  page = first + std::string(LinkCheck::body_limit - first.size() - last.size(), ' ') + last;
  ASSERT_EQ(page.size(), LinkCheck::body_limit);
  whole.search(page, html, viewer_at(now));
  EXPECT_EQ(whole.counts().verified, 2U);
  EXPECT_EQ(whole.counts().cut, 0U);
}

TEST_F(LinkCheckTest, MergesWhatThreadsHaveSeen) {
  LinkCheck other(key.key.public_key());
  check.search(image("a") + image("b"), html, viewer_at(now));
  other.search(image("b") + image("c"), html, viewer_at(now));
  std::string changed = image("d");
  changed.replace(changed.find("/d?"), 3, "/e?");
  other.search(changed, html, viewer_at(now));
  other.count_unreadable();
  check.merge(other);
  const auto counts = check.counts();
  EXPECT_EQ(counts.verified, 3U);
  EXPECT_EQ(counts.failed, 1U);
  EXPECT_EQ(counts.bodies, 3U);
  EXPECT_EQ(counts.unreadable, 1U);
  EXPECT_EQ(check.failures().size(), 1U);
}

}  // namespace
}  // namespace signgate::bench
