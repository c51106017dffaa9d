// SPDX-License-Identifier: Apache-2.0
#include "signing/url_base64.hpp"

#include <gtest/gtest.h>

#include <random>

namespace signgate::signing {
namespace {

std::string encode(std::string_view text) {
  return url_base64_encode({reinterpret_cast<const unsigned char*>(text.data()), text.size()});
}

TEST(UrlBase64, EncodesRfc4648VectorsInItsOwnAlphabet) {
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg__");
  EXPECT_EQ(encode("fo"), "Zm8_");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg__");
  EXPECT_EQ(encode("fooba"), "Zm9vYmE_");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode("\xFB\xFF\xBF"), "-~-~");
}

TEST(UrlBase64, DecodesWhatItEncoded) {
  std::mt19937 random(20260901);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes)
      c = static_cast<char>(random());
    EXPECT_EQ(url_base64_decode(encode(bytes)), bytes) << size;
  }
}

TEST(UrlBase64, RefusesForeignCharacters) {
  for (const char* text :
       {"Zm9+", "Zm9/", "Zm8=", "Zm9v\n", "Zm 9", "%2D~~", "Zm9v Zm9", "\x80mmm"}) {
    EXPECT_EQ(url_base64_decode(text), std::nullopt) << text;
  }
}

TEST(UrlBase64, RefusesPaddingInTheWrongPlace) {
  for (const char* text :
       {"Z", "Zm", "Zm9", "Z___", "____", "Zg_v", "Zg__Zm9v", "_Zm9", "Zm8_Zm8_", "Zg__~"}) {
    EXPECT_EQ(url_base64_decode(text), std::nullopt) << text;
  }
}

TEST(UrlBase64, RefusesBitsThatBelongToNoByte) {
  for (const char* text : {"Zh__", "Zm9vYh__", "Zm9_", "ZmB_"}) {
    EXPECT_EQ(url_base64_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace signgate::signing
