// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/route/browser_links.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "gateway/rewrite/header_links.hpp"
#include "gateway/route/sign_set.hpp"
#include "signing/replace_all.hpp"
#include "signing/url_signer.hpp"
#include "signing/verifier.hpp"
#include "unit/gateway/route/browser_url.hpp"

// Whatever a page's author writes for a link: what leaves signed opens what a browser would send
// for it, and is the object that the link led to; what does not lead to media stays as it is.
namespace signgate::route {
namespace {

using browser::Fetched;
using signing::UrlSigner;
using Verdict = rewrite::LinkMatcher::Verdict;

constexpr signing::UnixSeconds now = 1893456000;
constexpr int links_tried = 20000;

std::uint64_t new_seed() {
  const char* given = std::getenv("SIGNGATE_SEED");
  const std::uint64_t value =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "seed " << value << '\n';
  return value;
}

config::Config three_rules() {
  config::Config config;
  config.keys.emplace_back().key_pair_id = "K1";
  const auto add = [&config](const char* name, config::PolicyKind policy) {
    config::Media& media = config.media.emplace_back();
    media.name = name;
    media.links = {"/" + media.name + "/", "https://m.test/" + media.name + "/"};
    media.target = "https://d1.test/" + media.name + "/";
    media.key = {"K1"};
    media.policy = policy;
    media.ttl = std::chrono::hours(1);
  };
  add("one", config::PolicyKind::canned);
  add("each", config::PolicyKind::custom);
  add("all", config::PolicyKind::prefix);
  return config;
}

bool holds_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(
      parts, [text](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

class BrowserLinks : public testing::Test {
 protected:
  BrowserLinks() {
    auto made = signing::make_signing_key(
        "K1", signing::PrivateKey::generate(signing::KeyType::ecdsa_p256).value());
    keys.emplace("K1", made->key.public_key());
    set = make_sign_set(three_rules(), {"one", "each", "all"},
                        {{"K1", std::make_shared<const signing::SigningKey>(*std::move(made))}})
              .value();
  }

  std::string sign(const signing::LinkRule& rule, const std::string& url) {
    std::string out;
    const auto outcome = signer.sign(rule, url, "", now, out);
    if (outcome != UrlSigner::Outcome::pending) return out;
    signing::PendingSignature pending = signer.take_pending();
    EXPECT_TRUE(UrlSigner::make(pending));
    if (!UrlSigner::finish(pending, url, out)) out.clear();
    return out;
  }

  // What holds of a link that leaves signed.
  void check_signed(const std::string& link, const rewrite::LinkMatcher::Outcome& outcome,
                    const std::string& emitted) {
    const auto meant = browser::resolve(link, base);
    ASSERT_TRUE(meant && !meant->credentials);
    const auto fetched = browser::resolve(emitted + outcome.fragment, base);
    ASSERT_TRUE(fetched && !fetched->credentials);
    EXPECT_EQ(browser::sent(*fetched), emitted);
    EXPECT_EQ(fetched->fragment, meant->fragment);
    EXPECT_TRUE(signing::verify_url(browser::sent(*fetched), keys, {now + 3599, std::nullopt}));
    EXPECT_FALSE(signing::verify_url(browser::sent(*fetched), keys, {now + 7200, std::nullopt}));
    // The object is the one that was meant; of its query only a former signature may be gone.
    EXPECT_EQ(fetched->path, meant->path);
    EXPECT_EQ(fetched->origin, "https://d1.test");
    const auto own = [](const Fetched& url) {
      const std::string text = signing::read_signed_url(browser::sent(url)).resource;
      return signing::replace_all(text.substr(url.origin.size()), "\\", "%5C");
    };
    EXPECT_EQ(emitted.find('\\'), std::string::npos);
    EXPECT_EQ(own(*fetched), own(*meant));
  }

  // Whether a link has to be signed, by what a browser makes of it.
  [[nodiscard]] bool is_plainly_media(const std::string& link) const {
    const auto first = std::ranges::find_if(link, [](char c) { return c > 0x20 || c < 0; });
    if (first == link.end() || *first == '#') return false;  // the page itself
    const auto meant = browser::resolve(link, base);
    if (!meant || meant->credentials) return false;
    const bool ours = (meant->origin == base.origin || meant->origin == "https://m.test" ||
                       meant->origin == "https://d1.test") &&
                      meant->path.starts_with("/one/");
    // An origin may read these as dot segments; the names are CloudFront's.
    return ours && !holds_any(meant->path, {"%2e", "%2E", "%2f", "%2F", "%5c", "%5C"}) &&
           !holds_any(meant->query,
                      {"Expires=", "Policy=", "Signature=", "Key-Pair-Id=", "Hash-Algorithm="});
  }

  const Fetched base{
      .origin = "https://www.example.com", .path = "/one/page/", .query = "?q=1", .fragment = ""};
  const rewrite::PageUrl page =
      rewrite::PageUrl::make("https://www.example.com/one/page/?q=1").value();
  signing::TrustedKeys keys;
  std::shared_ptr<const SignSet> set;
  signing::SignatureMemo memo{1 << 20};
  UrlSigner signer{memo};
};

TEST_F(BrowserLinks, TheOracleKnowsTheStandardsExamples) {
  const auto href = [this](std::string_view link) {
    const auto url = browser::resolve(link, base);
    return url ? browser::sent(*url) + url->fragment : "failure";
  };
  // URL Standard, sections 4.2 and 4.4: examples, with their bases.
  EXPECT_EQ(href("https:example.org"), "https://www.example.com/one/page/example.org");
  EXPECT_EQ(href("https://////example.com///"), "https://example.com///");
  EXPECT_EQ(href("https://example.com/././foo"), "https://example.com/foo");
  EXPECT_EQ(href("https://example.com:demo"), "failure");
  EXPECT_EQ(href("hello:world"), "failure");
  EXPECT_EQ(href("https://example.com/[]?[]#[]"), "https://example.com/[]?[]#[]");
  EXPECT_EQ(href("https://example/%?%#%"), "https://example/%?%#%");
  EXPECT_EQ(href("https://user:password@example.org/"), "https://example.org/");
  EXPECT_EQ(href("https://example.org//"), "https://example.org//");
  EXPECT_EQ(href("https://EXAMPLE.com/../x"), "https://example.com/x");
  EXPECT_EQ(href("\\example\\..\\demo/.\\"), "https://www.example.com/demo/");
  EXPECT_EQ(href("//h:0443/%2e%2E/\xC3\xA9 '?\xC3\xA9 '#\xC3\xA9 `"),
            "https://h/%C3%A9%20'?%C3%A9%20%27#%C3%A9%20%60");
  EXPECT_EQ(href(""), "https://www.example.com/one/page/?q=1");
  EXPECT_EQ(href("#f"), "https://www.example.com/one/page/?q=1#f");
  EXPECT_EQ(href("?"), "https://www.example.com/one/page/");
}

TEST_F(BrowserLinks, WhatIsSignedOpensWhatABrowserSends) {
  browser::Links links(new_seed());
  int media = 0;
  int left_alone = 0;
  for (int i = 0; i < links_tried && !HasFailure(); ++i) {
    const std::string link = links.next();
    SCOPED_TRACE(testing::PrintToString(link));
    const auto outcome = set->matcher.match(link, page);
    if (outcome.verdict != Verdict::media) {
      EXPECT_FALSE(is_plainly_media(link));
      ++left_alone;
      continue;
    }
    const std::string emitted = sign(set->signers[outcome.rule], outcome.url);
    if (emitted.empty()) {
      EXPECT_NE(outcome.rule, 0U) << "only a wildcard in a policy's Resource is a reason";
      EXPECT_TRUE(holds_any(outcome.url, {"*", "?"}));
      continue;
    }
    ++media;
    check_signed(link, outcome, emitted);
  }
  // A generator that hits nothing, or always, shows nothing.
  EXPECT_GT(media, links_tried / 10);
  EXPECT_GT(left_alone, links_tried / 10);
}

TEST_F(BrowserLinks, WhatIsNoMediaStaysByteForByte) {
  browser::Links links(new_seed());
  for (int i = 0; i < links_tried && !HasFailure(); ++i) {
    const std::string link = links.next();
    SCOPED_TRACE(testing::PrintToString(link));
    rewrite::Batch batch;
    rewrite::Counters counters;
    const std::size_t end = rewrite::find_header_links(rewrite::HeaderForm::whole, link,
                                                       set->matcher, page, batch, counters);
    ASSERT_EQ(end, link.size());
    std::string copy;
    std::string around;
    for (const rewrite::Batch::Piece& piece : batch.pieces) {
      around += piece.literal;
      copy += piece.literal;
      if (piece.link >= 0) copy += batch.links[static_cast<std::size_t>(piece.link)].original;
    }
    EXPECT_EQ(copy, link);
    if (batch.links.empty()) {
      EXPECT_EQ(around, link);
    }
  }
}

}  // namespace
}  // namespace signgate::route
