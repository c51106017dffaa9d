// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/page_policies.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

class PagePoliciesTest : public testing::Test {
 protected:
  PagePoliciesTest() { set_.targets = {*rewrite::parse_url("https://d.example/m/", nullptr)}; }

  // The value of `name` once it was sent with an answer of that format.
  std::string fitted(std::string_view name, std::string_view value,
                     rewrite::Format format = rewrite::Format::html) {
    Answer answer;
    answer.fields.add(name, value);
    const PageFacts facts{
        .set = set_, .settings = settings_, .page = page_, .values = values_, .format = format};
    fit_policies(facts, services_, answer, texts_);
    EXPECT_EQ(answer.fields.size(), 1U);
    return std::string(answer.fields.begin()->value);
  }

  route::SignSet set_{.matcher = *rewrite::LinkMatcher::make({}),
                      .signers = {},
                      .rule_set = "abc",
                      .grant_headers = {}};
  config::Settings settings_;
  rewrite::Url page_ = *rewrite::parse_url("https://www.example/", nullptr);
  route::VariableValues values_;
  AnswerTexts texts_;
  net::asio::io_context context_{1};
  net::SignerPool signers_{1};
  net::PasswordThreads passwords_{1};
  signing::SignatureMemo memo_{1 << 20};
  Services services_{context_, signers_, passwords_, memo_};
};

TEST_F(PagePoliciesTest, ExtendsBothFormsOfAPolicyWhereItIsToldTo) {
  for (const std::string_view name :
       {"Content-Security-Policy", "content-security-policy-report-only"}) {
    settings_.csp = config::Csp::off;
    EXPECT_EQ(fitted(name, "img-src 'self'"), "img-src 'self'");
    settings_.csp = config::Csp::extend;
    EXPECT_EQ(fitted(name, "img-src 'self'"), "img-src 'self' https://d.example");
    EXPECT_EQ(fitted(name, "img-src https:"), "img-src https:");
  }
  EXPECT_EQ(fitted("X-Content-Security-Policy", "img-src 'self'"), "img-src 'self'");
  EXPECT_EQ(services_.counters.csp_extended, 2U);
}

TEST_F(PagePoliciesTest, RepairsAReferrerPolicyThatKeepsTheRefererFromTheTarget) {
  const std::string repaired = "strict-origin-when-cross-origin";
  EXPECT_EQ(fitted("Referrer-Policy", "no-referrer"), "no-referrer");
  EXPECT_EQ(services_.counters.referrer_warned, 1U);
  settings_.referrer_policy = config::ReferrerPolicy::repair;
  EXPECT_EQ(fitted("Referrer-Policy", "no-referrer"), repaired);
  EXPECT_EQ(fitted("referrer-policy", "same-origin", rewrite::Format::css), repaired);
  EXPECT_EQ(fitted("Referrer-Policy", "no-referrer", rewrite::Format::json), "no-referrer");
  EXPECT_EQ(fitted("Referrer-Policy", "origin"), "origin");
  EXPECT_EQ(services_.counters.referrer_repaired, 2U);
  page_ = set_.targets.front();
  EXPECT_EQ(fitted("Referrer-Policy", "same-origin"), "same-origin") << "it is the same origin";
  EXPECT_EQ(fitted("Referrer-Policy", "no-referrer"), repaired);
}

TEST_F(PagePoliciesTest, FitsWhatThePageItselfSays) {
  using rewrite::PagePolicy;
  const auto said = [&](PagePolicy place, std::string_view value) {
    const PageFacts facts{.set = set_,
                          .settings = settings_,
                          .page = page_,
                          .values = values_,
                          .format = rewrite::Format::html};
    const rewrite::PolicyFitter fit = policy_fitter(facts, services_);
    return fit ? fit(place, value).value_or("") : "none";
  };
  EXPECT_EQ(said(PagePolicy::content_security, "img-src 'self'"), "");
  EXPECT_EQ(said(PagePolicy::referrer, "never"), "");
  EXPECT_EQ(said(PagePolicy::referrer, "origin"), "");
  EXPECT_EQ(said(PagePolicy::referrer_attribute, "NO-REFERRER"), "");
  EXPECT_EQ(services_.counters.referrer_warned, 2U);
  settings_.csp = config::Csp::extend;
  settings_.referrer_policy = config::ReferrerPolicy::repair;
  EXPECT_EQ(said(PagePolicy::content_security, "img-src 'self'"),
            "img-src 'self' https://d.example");
  EXPECT_EQ(said(PagePolicy::content_security, "img-src https:"), "");
  EXPECT_EQ(services_.counters.csp_extended, 1U);
  EXPECT_EQ(said(PagePolicy::referrer, "same-origin"), "strict-origin-when-cross-origin");
  EXPECT_EQ(said(PagePolicy::referrer, "unheard-of"), "");
  EXPECT_EQ(services_.counters.referrer_repaired, 1U);
  EXPECT_EQ(said(PagePolicy::referrer_attribute, "no-referrer"), "");
  EXPECT_EQ(services_.counters.referrer_warned, 3U);
  settings_.referrer_policy = config::ReferrerPolicy::off;
  EXPECT_EQ(said(PagePolicy::referrer, "no-referrer"), "");
  settings_.csp = config::Csp::off;
  EXPECT_EQ(said(PagePolicy::referrer, "no-referrer"), "none");
}

TEST_F(PagePoliciesTest, RepairsA304ButWarnsOfWholePagesAlone) {
  fitted("Referrer-Policy", "no-referrer", rewrite::Format::none);
  EXPECT_EQ(services_.counters.referrer_warned, 0U);
  settings_.referrer_policy = config::ReferrerPolicy::off;
  EXPECT_EQ(fitted("Referrer-Policy", "no-referrer"), "no-referrer");
  settings_.referrer_policy = config::ReferrerPolicy::repair;
  EXPECT_NE(fitted("Referrer-Policy", "no-referrer", rewrite::Format::none), "no-referrer");
}

}  // namespace
}  // namespace signgate::proxy
