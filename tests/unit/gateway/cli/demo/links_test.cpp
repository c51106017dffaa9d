// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/links.hpp"

#include <gtest/gtest.h>

namespace signgate::cli::demo {
namespace {

using Links = std::vector<std::string>;

constexpr std::string_view link =
    "http://127.0.0.1:8443/private/a.png?v=2&Expires=1000&Signature=abcdefghij&Key-Pair-Id=K1";

TEST(PrivateLinks, AreFoundWhereverTheyEnd) {
  EXPECT_EQ(
      private_links("<img src=\"http://e/private/a?x=1&amp;y=2\"><a href='http://e/private/b'>"
                    "url(http://e/private/c) http://e/private/d 2x, http://e/private/e, "
                    "<b>http://e/private/f</b> http://e/public/g http://e/private/h",
                    "http://e/private/"),
      (Links{"http://e/private/a?x=1&y=2", "http://e/private/b", "http://e/private/c",
             "http://e/private/d", "http://e/private/e", "http://e/private/f",
             "http://e/private/h"}));
}

TEST(PrivateLinks, AreListedOnceInOrder) {
  EXPECT_EQ(private_links("'p/b' 'p/a' 'p/b&#38;c' 'p/a' 'p/b&amp;c' 'p/b&#x26;c'", "p/"),
            (Links{"p/b", "p/a", "p/b&c"}));
  EXPECT_EQ(private_links("nothing", "p/"), Links{});
}

TEST(Count, CountsEachPlace) {
  EXPECT_EQ(count("/private/ /private/private/ private/", "/private/"), 2U);
  EXPECT_EQ(count("", "x"), 0U);
}

TEST(IsSigned, AsksForASignature) {
  EXPECT_TRUE(is_signed(link));
  EXPECT_FALSE(is_signed("http://e/Signature=1"));
  EXPECT_FALSE(is_signed("http://e/?signature=1"));
}

TEST(WithoutSignature, KeepsTheOwnQuery) {
  EXPECT_EQ(without_signature(link), "http://127.0.0.1:8443/private/a.png?v=2");
  EXPECT_EQ(without_signature("http://e/a?Signature=1&Policy=2"), "http://e/a");
}

TEST(WithOneLetterChanged, ChangesOneLetterOfTheSignature) {
  EXPECT_EQ(
      with_one_letter_changed(link),
      "http://127.0.0.1:8443/private/a.png?v=2&Expires=1000&Signature=abcdeAghij&Key-Pair-Id=K1");
  EXPECT_EQ(with_one_letter_changed("http://e/?Signature=A"), "http://e/?Signature=B");
}

TEST(WithLaterExpiry, AddsADay) {
  EXPECT_EQ(
      with_later_expiry(link),
      "http://127.0.0.1:8443/private/a.png?v=2&Expires=87400&Signature=abcdefghij&Key-Pair-Id=K1");
}

TEST(WithOtherPath, KeepsOriginAndQuery) {
  EXPECT_EQ(with_other_path("http://e:1/private/a.png?x=1", "/private/b/c.png"),
            "http://e:1/private/b/c.png?x=1");
}

TEST(WithOtherKeyId, ChangesTheIdAlone) {
  EXPECT_EQ(with_other_key_id("http://e/a?Key-Pair-Id=K1&Signature=s", "K22"),
            "http://e/a?Key-Pair-Id=K22&Signature=s");
  EXPECT_EQ(with_other_key_id("http://e/a?Signature=s&Key-Pair-Id=K1", "K"),
            "http://e/a?Signature=s&Key-Pair-Id=K");
}

TEST(Shortened, HidesTheSignature) {
  EXPECT_EQ(
      shortened(link),
      "http://127.0.0.1:8443/private/a.png?v=2&Expires=1000&Signature=abcdef...&Key-Pair-Id=K1");
  EXPECT_EQ(shortened("http://e/?Policy=0123456789&Signature=0123456789"),
            "http://e/?Policy=012345...&Signature=012345...");
  EXPECT_EQ(shortened("http://e/"), "http://e/");
}

}  // namespace
}  // namespace signgate::cli::demo
