// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/upstream_try.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

std::string shown(const UpstreamTries* tries, UpstreamFact fact) {
  std::string out;
  append_upstream(tries, fact, out);
  return out;
}

UpstreamTry attempt(const char* addr, int status) {
  UpstreamTry made;
  made.addr = std::make_shared<const std::string>(addr);
  made.status = status;
  return made;
}

TEST(UpstreamTries, ShowNothingWhenNobodyWasAsked) {
  EXPECT_EQ(shown(nullptr, UpstreamFact::addr), "");
  const UpstreamTries none;
  EXPECT_EQ(shown(&none, UpstreamFact::status), "");
}

TEST(UpstreamTries, AreListedAsNginxListsThem) {
  UpstreamTries tries = {attempt("127.0.0.1:1", 502), attempt("unix:/run/a", 200)};
  tries[0].response_time = Milliseconds(1004);
  tries[1].connect_time = Milliseconds(0);
  tries[1].header_time = Milliseconds(12);
  tries[1].response_time = Milliseconds(20);
  tries[1].bytes_received = 300;
  tries[1].bytes_sent = 80;
  tries[1].response_length = 100;
  EXPECT_EQ(shown(&tries, UpstreamFact::addr), "127.0.0.1:1, unix:/run/a");
  EXPECT_EQ(shown(&tries, UpstreamFact::status), "502, 200");
  EXPECT_EQ(shown(&tries, UpstreamFact::connect_time), "-, 0.000");
  EXPECT_EQ(shown(&tries, UpstreamFact::header_time), "-, 0.012");
  EXPECT_EQ(shown(&tries, UpstreamFact::response_time), "1.004, 0.020");
  EXPECT_EQ(shown(&tries, UpstreamFact::bytes_received), "0, 300");
  EXPECT_EQ(shown(&tries, UpstreamFact::bytes_sent), "0, 80");
  EXPECT_EQ(shown(&tries, UpstreamFact::response_length), "0, 100");
}

TEST(UpstreamTries, ShowWhereAnInternalRedirectCameBetween) {
  UpstreamTries tries = {attempt("a:1", 200), attempt("b:1", 0)};
  tries[1].redirected = true;
  EXPECT_EQ(shown(&tries, UpstreamFact::addr), "a:1 : b:1");
  EXPECT_EQ(shown(&tries, UpstreamFact::status), "200 : -");
}

}  // namespace
}  // namespace signgate::route
