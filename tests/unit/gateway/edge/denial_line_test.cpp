// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/denial_line.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

TEST(DenialLine, MasksSignaturesHoweverSpelled) {
  struct Case {
    std::string_view target;
    std::string_view masked;
  };
  for (const Case& c : {
           Case{"/a", "/a"},
           Case{"/a?", "/a?"},
           Case{"/a?x=1&Signature=abc&Key-Pair-Id=K", "/a?x=1&Signature=...&Key-Pair-Id=K"},
           Case{"/a?Signature=", "/a?Signature=..."},
           Case{"/a?Signature=a=b&Signature=c", "/a?Signature=...&Signature=..."},
           Case{"/a?signature=abc", "/a?signature=..."},
           Case{"/a?%53ignature=abc", "/a?%53ignature=..."},
           Case{"/a?X-Amz-Signature=abc&&", "/a?X-Amz-Signature=...&&"},
           Case{"/Signature=abc", "/Signature=abc"},
           Case{"/a?Signature", "/a?Signature"},
           Case{"/a?Signatures=abc", "/a?Signatures=abc"},
       }) {
    EXPECT_EQ(mask_signatures(c.target), c.masked) << c.target;
  }
}

TEST(DenialLine, IsOnePrintableLine) {
  EdgeResponse response;
  response.status = 403;
  response.code = "AccessDenied";
  response.reason = "expired: it is\nover";
  EXPECT_EQ(denial_line(1893456000, "127.0.0.1", "GET", "h:1", "/a\"?Signature=s", response),
            "2030-01-01T00:00:00Z 127.0.0.1 GET \"h:1\" \"/a\\\"?Signature=...\" 403 AccessDenied "
            "expired: it is?over");
  const std::string line = denial_line(0, "v", "GET", "h", "/" + std::string(5000, 'a'), response);
  EXPECT_LT(line.size(), 1200U);
}

}  // namespace
}  // namespace signgate::edge
