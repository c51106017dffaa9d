// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/next_upstream.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

Error upstream_error(ErrorCode code) {
  return {code, Side::upstream, Retry::no, {}};
}

const TryFacts fresh{.tries = 1};
const TryFacts sent_post{.sent = true, .idempotent = false, .tries = 1};

TEST(NextUpstream, TakesErrorsAndTimeoutsByDefault) {
  const config::Settings settings;
  for (const ErrorCode code :
       {ErrorCode::connect_failed, ErrorCode::closed, ErrorCode::timed_out}) {
    EXPECT_TRUE(goes_on(settings, upstream_error(code), fresh));
  }
  for (const ErrorCode code :
       {ErrorCode::bad_response, ErrorCode::header_too_large, ErrorCode::cancelled}) {
    EXPECT_FALSE(goes_on(settings, upstream_error(code), fresh));
  }
  EXPECT_FALSE(goes_on_after(settings, 502, fresh));
}

TEST(NextUpstream, TakesWhatItNamesAlone) {
  config::Settings settings;
  settings.proxy_next_upstream = {.error = false,
                                  .timeout = false,
                                  .invalid_header = true,
                                  .non_idempotent = false,
                                  .statuses = {503, 404}};
  EXPECT_FALSE(goes_on(settings, upstream_error(ErrorCode::closed), fresh));
  EXPECT_FALSE(goes_on(settings, upstream_error(ErrorCode::timed_out), fresh));
  EXPECT_TRUE(goes_on(settings, upstream_error(ErrorCode::bad_response), fresh));
  EXPECT_TRUE(goes_on(settings, upstream_error(ErrorCode::header_too_large), fresh));
  EXPECT_TRUE(goes_on_after(settings, 503, fresh));
  EXPECT_TRUE(goes_on_after(settings, 404, fresh));
  EXPECT_FALSE(goes_on_after(settings, 500, fresh));
}

TEST(NextUpstream, NeverRepeatsWhatWasSentOfARequestThatIsNotIdempotent) {
  config::Settings settings;
  settings.proxy_next_upstream.statuses = {503};
  const Error error = upstream_error(ErrorCode::closed);
  EXPECT_FALSE(goes_on(settings, error, sent_post));
  EXPECT_FALSE(goes_on_after(settings, 503, sent_post));
  EXPECT_TRUE(goes_on(settings, error, {.sent = false, .idempotent = false, .tries = 1}));
  settings.proxy_next_upstream.non_idempotent = true;
  EXPECT_TRUE(goes_on(settings, error, sent_post));
  EXPECT_TRUE(goes_on_after(settings, 503, sent_post));
}

TEST(NextUpstream, NeverRepeatsABodyThatIsGone) {
  const config::Settings settings;
  const Error error = upstream_error(ErrorCode::closed);
  EXPECT_FALSE(goes_on(settings, error, {.sent = true, .replayable = false, .tries = 1}));
  EXPECT_TRUE(goes_on(settings, error, {.sent = false, .replayable = false, .tries = 1}));
}

TEST(NextUpstream, EndsWithItsTriesAndItsTimeout) {
  config::Settings settings;
  const Error error = upstream_error(ErrorCode::connect_failed);
  EXPECT_FALSE(goes_on(settings, error, {.tries = 0}));
  settings.proxy_next_upstream_timeout = std::chrono::seconds(2);
  EXPECT_TRUE(goes_on(settings, error, {.tries = 1, .elapsed = Milliseconds(1999)}));
  EXPECT_FALSE(goes_on(settings, error, {.tries = 1, .elapsed = Milliseconds(2000)}));
}

TEST(NextUpstream, IsAboutTheUpstreamAlone) {
  const config::Settings settings;
  EXPECT_FALSE(goes_on(settings, {ErrorCode::closed, Side::client, Retry::no, {}}, fresh));
}

TEST(NextUpstream, HoldsAllButForbiddenAndMissingAgainstThePeer) {
  EXPECT_TRUE(is_held_against(500) && is_held_against(503) && is_held_against(429));
  EXPECT_FALSE(is_held_against(403) || is_held_against(404));
}

using Next = TryBudget::Next;

TEST(TryBudget, AsksEachPeerOnce) {
  const config::Settings settings;
  TryBudget budget(settings, 3);
  const Error error = upstream_error(ErrorCode::connect_failed);
  EXPECT_EQ(budget.after_error(error, false, {}), Next::other_peer);
  EXPECT_EQ(budget.after_error(error, false, {}), Next::other_peer);
  EXPECT_EQ(budget.after_error(error, false, {}), Next::none);
}

TEST(TryBudget, EndsWithProxyNextUpstreamTries) {
  config::Settings settings;
  settings.proxy_next_upstream_tries = 2;
  settings.proxy_next_upstream.statuses = {503};
  TryBudget budget(settings, 9);
  EXPECT_TRUE(budget.after_answer(503, {}));
  EXPECT_FALSE(budget.after_answer(503, {}));
}

TEST(TryBudget, ExcusesAPeerWhoseKeptConnectionHasDiedOnce) {
  const config::Settings settings;
  TryBudget budget(settings, 1);
  const Error died{ErrorCode::closed, Side::upstream, Retry::reused_only, {}};
  EXPECT_FALSE(budget.needs_fresh());
  EXPECT_TRUE(budget.excuses(died, true));
  EXPECT_FALSE(budget.excuses(died, false));
  EXPECT_EQ(budget.after_error(died, true, {.sent = true}), Next::same_peer);
  EXPECT_TRUE(budget.needs_fresh());
  EXPECT_FALSE(budget.excuses(died, true));
  EXPECT_EQ(budget.after_error(died, true, {.sent = true}), Next::none);
}

TEST(TryBudget, DoesNotRepeatARequestThatIsNotIdempotentOnAKeptConnection) {
  const config::Settings settings;
  TryBudget budget(settings, 2);
  const Error died{ErrorCode::closed, Side::upstream, Retry::reused_only, {}};
  EXPECT_EQ(budget.after_error(died, true, {.sent = true, .idempotent = false}), Next::none);
}

}  // namespace
}  // namespace signgate::route
