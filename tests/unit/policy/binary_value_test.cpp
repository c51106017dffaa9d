// SPDX-License-Identifier: Apache-2.0
#include "policy/binary_value.hpp"

#include <gtest/gtest.h>

namespace signgate::policy {
namespace {

TEST(BinaryValue, ReadsTheVectorsOfTheStandard) {
  struct Case {
    std::string_view base64;
    std::string_view bytes;
  };
  // RFC 4648, section 10.
  for (const Case& c : {Case{"", ""}, Case{"Zg==", "f"}, Case{"Zm8=", "fo"}, Case{"Zm9v", "foo"},
                        Case{"Zm9vYg==", "foob"}, Case{"Zm9vYmE=", "fooba"},
                        Case{"Zm9vYmFy", "foobar"}, Case{"+/+/", "\xfb\xff\xbf"}}) {
    const auto value = parse_binary_value(c.base64);
    ASSERT_TRUE(value) << c.base64;
    EXPECT_EQ(value->bytes, c.bytes);
    EXPECT_TRUE(value->is_written_as(c.base64));
  }
}

TEST(BinaryValue, RefusesOtherTexts) {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zm9v\n", "Zm 9v",
                                      "-_-_", "Zh==", "Zm9=", "=Zm9"}) {
    EXPECT_FALSE(parse_binary_value(text)) << text;
  }
}

TEST(BinaryValue, IsOneSequenceOfBytesAlone) {
  const auto value = parse_binary_value("Zm9v");
  for (const std::string_view text : {"", "Zm8=", "Zm9vYg==", "Zm9w", "foo", "Zm9v="}) {
    EXPECT_FALSE(value->is_written_as(text)) << text;
  }
}

}  // namespace
}  // namespace signgate::policy
