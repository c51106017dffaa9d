// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/media_types.hpp"

#include <gtest/gtest.h>

namespace signgate::edge {
namespace {

TEST(MediaTypes, GoByTheLastExtensionOfTheName) {
  EXPECT_EQ(media_type_of("private/a.jpg"), "image/jpeg");
  EXPECT_EQ(media_type_of("A.PNG"), "image/png");
  EXPECT_EQ(media_type_of("a.tar.m3u8"), "application/vnd.apple.mpegurl");
  EXPECT_EQ(media_type_of("seg.m4s"), "video/iso.segment");
  EXPECT_EQ(media_type_of("a.jpg/b"), "binary/octet-stream");
  EXPECT_EQ(media_type_of("a."), "binary/octet-stream");
  EXPECT_EQ(media_type_of("jpg"), "binary/octet-stream");
  EXPECT_EQ(media_type_of(""), "binary/octet-stream");
}

}  // namespace
}  // namespace signgate::edge
