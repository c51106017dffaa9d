// SPDX-License-Identifier: Apache-2.0
#include "gateway/base/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "gateway/base/check.hpp"

namespace signgate {
namespace {

constexpr std::array all_codes{ErrorCode::bad_request,
                               ErrorCode::header_too_large,
                               ErrorCode::uri_too_long,
                               ErrorCode::method_not_allowed,
                               ErrorCode::not_implemented,
                               ErrorCode::version_not_supported,
                               ErrorCode::body_too_large,
                               ErrorCode::not_found,
                               ErrorCode::timed_out,
                               ErrorCode::connect_failed,
                               ErrorCode::closed,
                               ErrorCode::bad_response,
                               ErrorCode::no_live_upstreams,
                               ErrorCode::coding_failed,
                               ErrorCode::resource,
                               ErrorCode::fault,
                               ErrorCode::cancelled};

int status(ErrorCode code, Side side) {
  return error_status({.code = code, .side = side, .detail = {}});
}

TEST(ErrorStatus, AnswersTheClientsFaultsWith4xx) {
  EXPECT_EQ(status(ErrorCode::bad_request, Side::client), 400);
  EXPECT_EQ(status(ErrorCode::not_found, Side::client), 404);
  EXPECT_EQ(status(ErrorCode::method_not_allowed, Side::client), 405);
  EXPECT_EQ(status(ErrorCode::timed_out, Side::client), 408);
  EXPECT_EQ(status(ErrorCode::body_too_large, Side::client), 413);
  EXPECT_EQ(status(ErrorCode::uri_too_long, Side::client), 414);
  // nginx's 494, which it shows as 400.
  EXPECT_EQ(status(ErrorCode::header_too_large, Side::client), 400);
  EXPECT_EQ(status(ErrorCode::closed, Side::client), 499);
}

TEST(ErrorStatus, AnswersWhatTheGatewayDoesNotSpeakWith501And505) {
  EXPECT_EQ(status(ErrorCode::not_implemented, Side::client), 501);
  EXPECT_EQ(status(ErrorCode::version_not_supported, Side::client), 505);
}

TEST(ErrorStatus, AnswersTheUpstreamsFaultsWith502AndItsSilenceWith504) {
  for (const ErrorCode code :
       {ErrorCode::connect_failed, ErrorCode::closed, ErrorCode::bad_response,
        ErrorCode::header_too_large, ErrorCode::not_implemented, ErrorCode::coding_failed,
        ErrorCode::no_live_upstreams}) {
    EXPECT_EQ(status(code, Side::upstream), 502) << error_name(code);
  }
  EXPECT_EQ(status(ErrorCode::timed_out, Side::upstream), 504);
}

TEST(ErrorStatus, AnswersOurOwnFaultsWith500) {
  for (const ErrorCode code :
       {ErrorCode::resource, ErrorCode::cancelled, ErrorCode::timed_out, ErrorCode::closed}) {
    EXPECT_EQ(status(code, Side::own), 500) << error_name(code);
  }
}

TEST(ErrorStatus, IsAnErrorWhateverTheSide) {
  for (const ErrorCode code : all_codes) {
    for (const Side side : {Side::client, Side::upstream, Side::own}) {
      EXPECT_GE(status(code, side), 400) << error_name(code);
      EXPECT_LE(status(code, side), 505) << error_name(code);
    }
  }
}

TEST(ErrorName, IsDifferentForEachCode) {
  std::set<std::string_view> names;
  for (const ErrorCode code : all_codes)
    names.insert(error_name(code));
  EXPECT_EQ(names.size(), all_codes.size());
  EXPECT_EQ(names.count("unknown"), 0U);
  EXPECT_EQ(error_name(ErrorCode::timed_out), "timed_out");
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> value = 7;
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(*value, 7);

  const Result<int> failure = Error{.code = ErrorCode::closed,
                                    .side = Side::upstream,
                                    .retry = Retry::reused_only,
                                    .detail = "reset"};
  ASSERT_FALSE(failure.has_value());
  EXPECT_EQ(failure.error().retry, Retry::reused_only);
  EXPECT_EQ(failure.error().detail, "reset");
}

TEST(Result, IsABrokenInvariantWhenTheValueOfAnErrorIsTaken) {
  const Result<int> failure = Error{.code = ErrorCode::resource, .side = Side::own, .detail = {}};
  EXPECT_THROW(static_cast<void>(failure.value()), BrokenInvariant);
}

}  // namespace
}  // namespace signgate
