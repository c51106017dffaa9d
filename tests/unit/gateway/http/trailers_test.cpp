// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/trailers.hpp"

#include <gtest/gtest.h>

namespace signgate::http {
namespace {

std::string passed(std::string_view lines) {
  Fields fields;
  if (!parse_trailers(lines, Side::upstream, fields)) return "error";
  std::string out;
  for (const Field& field : fields)
    out += std::string(field.name) + ": " + std::string(field.value) + "\n";
  return out;
}

TEST(Trailers, PassWhatSaysSomethingOfTheBody) {
  EXPECT_EQ(passed(""), "");
  EXPECT_EQ(passed("X-Checksum: abc\r\nDigest: d\r\nETag: \"x\"\r\ngrpc-status: 0\r\n"),
            "X-Checksum: abc\nDigest: d\nETag: \"x\"\ngrpc-status: 0\n");
}

TEST(Trailers, DropWhatFramesRoutesOrAuthorises) {
  EXPECT_EQ(
      passed("Content-Length: 5\r\nTransfer-Encoding: chunked\r\nHost: a\r\nConnection: x\r\n"
             "Authorization: x\r\nSet-Cookie: a=b\r\nCookie: a=b\r\nLocation: /\r\n"
             "Cache-Control: no-store\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
             "Content-Range: bytes 0-1/2\r\nTrailer: x\r\nTE: x\r\nX-Accel-Redirect: /x\r\n"
             "X-Forwarded-For: 1.1.1.1\r\nExpect: x\r\nRange: x\r\nX-Ok: 1\r\n"),
      "X-Ok: 1\n");
}

TEST(Trailers, RefuseWhatIsNoField) {
  EXPECT_EQ(passed("no colon\r\n"), "error");
  EXPECT_EQ(passed(" folded: x\r\n"), "error");
  EXPECT_EQ(passed("a : b\r\n"), "error");
}

TEST(Trailers, AreTakenByWhoSaysSo) {
  Fields fields;
  EXPECT_FALSE(takes_trailers(fields));
  fields.add("TE", "gzip;q=0.5");
  fields.add("X-TE", "trailers");
  EXPECT_FALSE(takes_trailers(fields));
  fields.add("te", "deflate, Trailers");
  EXPECT_TRUE(takes_trailers(fields));
}

}  // namespace
}  // namespace signgate::http
