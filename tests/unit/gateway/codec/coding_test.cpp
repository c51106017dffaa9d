// SPDX-License-Identifier: Apache-2.0
#include "gateway/codec/coding.hpp"

#include <gtest/gtest.h>

namespace signgate::codec {
namespace {

TEST(Coding, IsReadFromContentEncoding) {
  for (const char* value :
       {"gzip", "GZIP", "x-gzip", "X-GZip", " gzip\t", ",gzip", "gzip,, ", "identity, gzip"}) {
    EXPECT_EQ(parse_coding(value), Coding::gzip) << value;
  }
  for (const char* value : {"deflate", "Deflate"})
    EXPECT_EQ(parse_coding(value), Coding::deflate) << value;
  EXPECT_EQ(parse_coding("Br"), Coding::br);
  EXPECT_EQ(parse_coding("zstd, identity"), Coding::zstd);
  for (const char* value : {"", "identity", " ", ",", "Identity"}) {
    EXPECT_EQ(parse_coding(value), Coding::identity) << value;
  }
}

TEST(Coding, UnknownOrSeveralAreNone) {
  for (const char* value : {"bro", "compress", "gzip, gzip", "deflate, gzip", "gzip, br",
                            "br, zstd", "gzip;q=1", "gzi", "gzipp", "gzip deflate", "*"}) {
    EXPECT_FALSE(parse_coding(value)) << value;
  }
}

TEST(Coding, NameIsTheTokenOfTheHeader) {
  for (const Coding coding : {Coding::gzip, Coding::deflate, Coding::br, Coding::zstd}) {
    EXPECT_EQ(parse_coding(coding_name(coding)), coding);
  }
  EXPECT_EQ(coding_name(Coding::identity), "");
}

}  // namespace
}  // namespace signgate::codec
