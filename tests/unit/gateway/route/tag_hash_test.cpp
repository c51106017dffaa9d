// SPDX-License-Identifier: Apache-2.0
#include "gateway/route/tag_hash.hpp"

#include <gtest/gtest.h>

namespace signgate::route {
namespace {

std::string tag(std::initializer_list<std::string_view> texts) {
  TagHash hash;
  for (const std::string_view text : texts)
    hash.mix(text);
  return hash.text();
}

TEST(TagHash, IsTheSameEverywhere) {
  // The low 48 bits of FNV-1a with 64 bits: its offset basis, and of "photos" with a byte 0xff.
  EXPECT_EQ(tag({}), "9ce484222325");
  EXPECT_EQ(tag({"photos"}), "096fb0bc22bd");
}

TEST(TagHash, CountsWhereATextEnds) {
  EXPECT_NE(tag({"ab", "c"}), tag({"a", "bc"}));
  EXPECT_NE(tag({"abc"}), tag({"abc", ""}));
  EXPECT_EQ(tag({"ab", "c"}), tag({"ab", "c"}));
  EXPECT_EQ(tag({"abc"}).size(), 12U);
}

}  // namespace
}  // namespace signgate::route
