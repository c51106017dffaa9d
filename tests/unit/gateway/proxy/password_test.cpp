// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/password.hpp"

#include <gtest/gtest.h>

namespace signgate::proxy {
namespace {

TEST(ParseBasic, ReadsUserAndPassword) {
  const auto joe = parse_basic("Basic am9lOnNlY3JldA==");
  ASSERT_TRUE(joe);
  EXPECT_EQ(joe->user, "joe");
  EXPECT_EQ(joe->password, "secret");
  EXPECT_EQ(parse_basic("bAsIc  am9lOmE6Yg")->password, "a:b");  // padding and case do not matter
  EXPECT_EQ(parse_basic("Basic am9lOg==")->password, "");
}

TEST(ParseBasic, RefusesOtherSchemesAndBrokenValues) {
  for (const char* value : {"", "Basic", "Basic ", "Bearer am9lOnNlY3JldA==", "Basic am9l",
                            "Basic am9lOn*lY3JldA==", "Basic am9lOnNlY3Jld=A=", "Basic a"}) {
    EXPECT_FALSE(parse_basic(value)) << value;
  }
}

TEST(ParseUserFile, ReadsLinesAndPassesOverTheRest) {
  const UserFile users = parse_user_file(
      "# comment: here\n"
      "joe:{PLAIN}a\r\n"
      "\n"
      "ann:$apr1$x$y:Ann of the office\n"
      "no colon\n"
      "joe:{PLAIN}second\n"
      "end:z");
  EXPECT_EQ(users.size(), 3U);
  EXPECT_EQ(users.at("joe"), "{PLAIN}a");
  EXPECT_EQ(users.at("ann"), "$apr1$x$y");
  EXPECT_EQ(users.at("end"), "z");
}

struct Hashed {
  const char* password;
  const char* hash;
};

// Made by `openssl passwd`, by crypt(3) of Python, and by hashlib.
constexpr Hashed hashes[] = {
    {"secret", "{PLAIN}secret"},
    {"secret", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="},
    {"secret", "{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0"},
    {"secret", "$apr1$rqXexS6Z$aHkKxtrJ39SjHzMujenay1"},
    {"a long password of more than sixteen bytes", "$apr1$12345678$/p6FcMb67DaZSwzciZy3O1"},
    {"", "$apr1$ab$S8K6Sgp3W8c9Jb6LxgywZ."},
    {"secret", "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW"},
    {"secret",
     "$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN."
     "Pq.H91p5hVO1"},
    {"secret", "$1$saltsalt$9xy1btjgzLYfb7hivXtC//"},
    {"secret", "$y$j75$abcdefgh$uMUXG79B2cFpoAYyDccUnsaH/aGTyBYMlnQidzyag01"},
};

TEST(MatchesPassword, KnowsEachFormOfHash) {
  for (const Hashed& each : hashes) {
    EXPECT_TRUE(matches_password(each.password, each.hash)) << each.hash;
    EXPECT_FALSE(matches_password(std::string(each.password) + "x", each.hash)) << each.hash;
    EXPECT_FALSE(matches_password("Secret", each.hash)) << each.hash;
  }
}

TEST(MatchesPassword, ComparesTheWholeHash) {
  for (const Hashed& each : hashes) {
    std::string shorter = each.hash;
    if (shorter.ends_with('=')) shorter.pop_back();  // padding says nothing
    shorter.pop_back();
    EXPECT_FALSE(matches_password(each.password, shorter)) << each.hash;
    std::string other = each.hash;
    other[other.size() - 3] = other[other.size() - 3] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(matches_password(each.password, other)) << each.hash;
  }
}

TEST(MatchesPassword, RefusesHashesOfNoKnownForm) {
  for (const char* hash : {"", "*", "!", "x", "secret", "{SHA}", "{SHA}c2VjcmV0", "{SSHA}*",
                           "{MD5}Xr4ilOzQ4PCOq3aQ0qbuaQ==", "$apr1$", "$apr1$salt", "$9$x$y"}) {
    EXPECT_FALSE(matches_password("secret", hash)) << hash;
    EXPECT_FALSE(matches_password("", hash)) << hash;
  }
}

TEST(MatchesPassword, TakesNoPasswordWithANul) {
  EXPECT_FALSE(matches_password(std::string("secret\0x", 8), hashes[6].hash));
}

TEST(IsSlowHash, HoldsForAllThatIsMeantToBeSlow) {
  for (const Hashed& each : hashes)
    EXPECT_EQ(is_slow_hash(each.hash), each.hash[0] == '$') << each.hash;
}

}  // namespace
}  // namespace signgate::proxy
