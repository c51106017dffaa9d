// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/user_agent.hpp"

#include <gtest/gtest.h>

namespace signgate::http {
namespace {

TEST(UserAgent, TellsOldInternetExplorers) {
  EXPECT_TRUE(is_msie6("Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.0)"));
  EXPECT_TRUE(is_msie6("Mozilla/4.0 (compatible; MSIE 5.5; Windows 98)"));
  EXPECT_TRUE(is_msie6("Mozilla/4.0 (compatible; MSIE 4.01; Windows 95)"));
  for (const char* other :
       {"Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)",
        "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1) Opera 8.0",
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2)", "MSIE 6", "MSIE 6.", "MSIE ", ""})
    EXPECT_FALSE(is_msie6(other)) << other;
}

TEST(UserAgent, TellsSafariOnMacs) {
  EXPECT_TRUE(
      is_safari("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_6_8) AppleWebKit/534.50 "
                "(KHTML, like Gecko) Version/5.1 Safari/534.50"));
  for (const char* other :
       {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/100.0 Safari/537.36",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15) Gecko/20100101 Firefox/100.0",
        "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/533.19 Version/5.0 Safari/533.19", "Safari/", ""})
    EXPECT_FALSE(is_safari(other)) << other;
}

}  // namespace
}  // namespace signgate::http
