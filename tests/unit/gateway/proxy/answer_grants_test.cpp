// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/answer_grants.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

using signing::PolicyForm;

route::SignSet set_of(PolicyForm policy, std::size_t scope = 0) {
  route::SignSet set{
      .matcher = *rewrite::LinkMatcher::make({{.name = "m",
                                               .links = {"/m/"},
                                               .target = "https://d.example/t/",
                                               .wildcard = policy != PolicyForm::canned,
                                               .prefix = policy == PolicyForm::prefix}}),
      .signers = {},
      .rule_set = "abc",
      .grant_headers = {"X-Allow"}};
  route::MediaSigner& signer = set.signers.emplace_back();
  signer.policy = policy;
  signer.scope = scope;
  signer.target_length = set.matcher.target_length(0);
  signer.grant_header = 0;
  return set;
}

// Whether the link may be signed when only `grants` is listed.
bool allowed(const route::SignSet& set, const std::string& grants, std::string_view text) {
  const auto page = rewrite::PageUrl::make("https://www.example/");
  const auto outcome = set.matcher.match(text, *page);
  EXPECT_EQ(outcome.verdict, rewrite::LinkMatcher::Verdict::media) << text;
  rewrite::Link link;
  link.url = outcome.url;
  link.path = outcome.path;
  route::LinkGrants list;
  list.add(grants);
  return AnswerGrants({list}).allow(set, link);
}

TEST(AnswerGrants, AllowsNothingBeforeAHeadWasRead) {
  const route::SignSet set = set_of(PolicyForm::canned);
  rewrite::Link link;
  link.path = "/m/a";
  link.url = "https://d.example/t/a";
  EXPECT_FALSE(AnswerGrants().allow(set, link));
  route::SignSet open = set_of(PolicyForm::canned);
  open.signers[0].grant_header.reset();
  EXPECT_TRUE(AnswerGrants().allow(open, link));
}

TEST(AnswerGrants, AllowsALinkByItsPathAsItStandsInThePage) {
  const route::SignSet set = set_of(PolicyForm::canned);
  EXPECT_TRUE(allowed(set, "/m/7/*", "/m/7/a.jpg?w=1#f"));
  EXPECT_TRUE(allowed(set, "/m/7/a.jpg", "/m/7/a.jpg?w=1"));
  EXPECT_FALSE(allowed(set, "/m/7/*", "/m/8/a.jpg"));
  EXPECT_FALSE(allowed(set, "/m/7/*", "/m/7/../8/a.jpg"));
  EXPECT_FALSE(allowed(set, "/t/*", "/m/7/a.jpg"));
}

TEST(AnswerGrants, TakesTheQuestionMarkOfACustomPolicyForAnyCharacter) {
  const route::SignSet set = set_of(PolicyForm::custom);
  EXPECT_TRUE(allowed(set, "/m/7", "/m/7"));
  EXPECT_FALSE(allowed(set, "/m/7", "/m/7?x"));
  EXPECT_TRUE(allowed(set, "/m/7*", "/m/7?x"));
}

TEST(AnswerGrants, NeedsAGrantForAllThatAPrefixOpens) {
  const route::SignSet one = set_of(PolicyForm::prefix, 1);
  EXPECT_TRUE(allowed(one, "/m/7/*", "/m/7/a/b.jpg"));
  EXPECT_TRUE(allowed(one, "/m/*", "/m/7/a/b.jpg?w=1"));
  EXPECT_FALSE(allowed(one, "/m/7/a/*", "/m/7/a/b.jpg"));
  EXPECT_FALSE(allowed(one, "/m/7/a/b.jpg", "/m/7/a/b.jpg"));
  EXPECT_TRUE(allowed(one, "/m/x", "/m/x")) << "does not lie so deep: opens itself alone";
  EXPECT_FALSE(allowed(one, "/m/x", "/m/x?q")) << "the ? stands for any character";
  const route::SignSet all = set_of(PolicyForm::prefix, 0);
  EXPECT_TRUE(allowed(all, "/m/*", "/m/7/a.jpg"));
  EXPECT_FALSE(allowed(all, "/m/7/*", "/m/7/a.jpg"));
}

}  // namespace
}  // namespace signgate::proxy
