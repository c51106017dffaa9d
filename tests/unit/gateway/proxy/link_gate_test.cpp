// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/link_gate.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

using Refusal = LinkGate::Refusal;

// One rule of each grant.
route::SignSet rules() {
  route::SignSet set{.matcher = *rewrite::LinkMatcher::make({}),
                     .signers = {},
                     .rule_set = "abc",
                     .grant_headers = {"X-Allow"}};
  set.signers.resize(3);
  for (route::MediaSigner& signer : set.signers)
    signer.target_length = std::string_view("https://d.example/m/").size();
  set.signers[1].grant_header = 0;
  set.signers[2].grant_request = route::GrantRequest{.uri = "/may-see", .scope = std::nullopt};
  return set;
}

rewrite::Link link_of(std::size_t rule) {
  rewrite::Link link;
  link.rule = rule;
  link.path = "/m/7/a.jpg";
  link.url = "https://d.example/m/7/a.jpg";
  return link;
}

TEST(LinkGate, LetsPassWhatTheRouteAloneGrants) {
  const route::SignSet set = rules();
  LinkGate gate(set);
  EXPECT_EQ(gate.refusal(link_of(0)), Refusal::none);
  EXPECT_EQ(gate.refusal(link_of(1)), Refusal::not_granted);
  EXPECT_EQ(gate.refusal(link_of(2)), Refusal::not_granted) << "nobody can be asked";
  rewrite::Batch batch;
  batch.links.push_back(link_of(2));
  EXPECT_FALSE(gate.asks(batch));
}

TEST(LinkGate, LetsPassWhatTheAnswerLists) {
  const route::SignSet set = rules();
  http::Fields fields;
  fields.add("X-Allow", "/m/7/*");
  LinkGate gate(set);
  gate.grant(AnswerGrants::of(set, fields));
  EXPECT_EQ(gate.refusal(link_of(1)), Refusal::none);
}

TEST(LinkGate, RefusesWhatTheRequestHasWhereTheRuleWantsIt) {
  route::SignSet set = rules();
  http::RequestHead head;
  head.path = "/view";
  head.query = "f=/m/7/a.jpg";
  rewrite::RequestText body;
  LinkGate gate(set);
  gate.refuse_reflected(head, &body);
  EXPECT_EQ(gate.refusal(link_of(0)), Refusal::none);
  set.signers[0].refuses_reflected = true;
  EXPECT_EQ(gate.refusal(link_of(0)), Refusal::reflected);
  body.give_up();
  EXPECT_EQ(gate.refusal(link_of(0)), Refusal::unclear);
}

}  // namespace
}  // namespace signgate::proxy
