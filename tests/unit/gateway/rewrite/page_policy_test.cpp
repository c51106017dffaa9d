// SPDX-License-Identifier: Apache-2.0
#include "gateway/rewrite/page_policy.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "unit/gateway/rewrite/marked.hpp"

namespace signgate::rewrite {
namespace {

using namespace testing;

/// Policies notes what it is given, and answers with "fitted", but for a value that is to stay.
struct Policies {
  std::vector<std::string> given;
  PolicyFitter fit = [this](PagePolicy place, std::string_view value) {
    given.push_back(std::to_string(static_cast<int>(place)) + ' ' + std::string(value));
    return value == "stay" ? std::optional<std::string>()
                           : std::optional<std::string>("img-src 'self' \"x\"");
  };
};

constexpr std::string_view page_text =
    "<meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">"
    "<meta content='a&amp;b' HTTP-EQUIV='content-security-policy'><meta content=no-referrer "
    "name=Referrer><meta name=referrer content=stay><meta name=description content=no>"
    "<meta http-equiv=content-security-policy><img src='/media/private/1'>";

TEST(PagePolicy, IsFitWherePagesSayIt) {
  Policies policies;
  const Rewritten run = rewrite(page_text, whole(), {.policies = &policies.fit});
  EXPECT_EQ(policies.given,
            (std::vector<std::string>{"0 img-src 'none'", "0 a&b", "1 no-referrer", "1 stay"}));
  const std::string expected =
      "<meta http-equiv=Content-Security-Policy content=\"img-src 'self' &quot;x&quot;\">"
      "<meta content='img-src &#39;self&#39; \"x\"' HTTP-EQUIV='content-security-policy'>"
      "<meta content=\"img-src 'self' &quot;x&quot;\" name=Referrer>"
      "<meta name=referrer content=stay><meta name=description content=no>"
      "<meta http-equiv=content-security-policy>"
      "<img src='https://d1.cloudfront.net/private/1?Signature=0'>";
  EXPECT_EQ(run.output, expected);
  EXPECT_EQ(run.copy, page_text);
  EXPECT_EQ(run.counters.links, 1U);
  for (std::size_t cut = 1; cut < page_text.size(); ++cut) {
    EXPECT_EQ(rewrite(page_text, cut_at(cut), {.policies = &policies.fit}).output, expected) << cut;
  }
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < 50; ++i) {
    EXPECT_EQ(rewrite(page_text, random_sizes(first + i, 30),
                      {.links_per_batch = 1 + i % 3, .policies = &policies.fit})
                  .output,
              expected)
        << "seed " << first + i;
  }
}

TEST(PagePolicy, IsAskedOfAnAttributeOnlyBesideALinkToMedia) {
  Policies policies;
  const std::string text =
      "<img referrerpolicy=no-referrer src='/media/private/1'><img src='/media/private/2' "
      "referrerpolicy='same-origin'><img src='/other' referrerpolicy=no-referrer>"
      "<img referrerpolicy='' src='/media/private/3'><p referrerpolicy=no-referrer>"
      "<img srcset='/media/private/4 1x' referrerpolicy=stay>";
  const Rewritten run = rewrite(text, each(7), {.policies = &policies.fit});
  EXPECT_EQ(policies.given, (std::vector<std::string>{"2 no-referrer", "2 same-origin", "2 stay"}));
  EXPECT_EQ(run.counters.matched, 4U);
  EXPECT_EQ(run.copy, text);
}

TEST(PagePolicy, IsNotAskedOfDocumentsWithinThePage) {
  Policies policies;
  rewrite(
      "<iframe srcdoc=\"<meta name=referrer content=no-referrer>\"></iframe>"
      "<script type=text/json>[\"<meta name='referrer' content='never'>\"]</script>",
      whole(), {.policies = &policies.fit});
  EXPECT_TRUE(policies.given.empty());
  EXPECT_EQ(rewrite(page_text).counters.matched, 1U);
}

}  // namespace
}  // namespace signgate::rewrite
