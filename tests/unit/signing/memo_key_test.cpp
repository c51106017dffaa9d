// SPDX-License-Identifier: Apache-2.0
#include "signing/memo_key.hpp"

#include <gtest/gtest.h>

#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

constexpr Fingerprint one{1};
constexpr Fingerprint two{2};

TEST(MemoKey, IsMessageFingerprintAndHash) {
  const HashedKey key = hashed({"policy", &one, HashAlgorithm::sha1});
  const Fingerprint same = one;
  EXPECT_EQ(key, hashed({std::string("policy"), &same, HashAlgorithm::sha1}));
  for (const MemoKey& other :
       {MemoKey{"policx", &one, HashAlgorithm::sha1}, MemoKey{"policy", &two, HashAlgorithm::sha1},
        MemoKey{"policy", &one, HashAlgorithm::sha256}}) {
    EXPECT_FALSE(key == hashed(other));
    EXPECT_NE(key.hash, hashed(other).hash);
  }
}

TEST(MemoKey, IsComparedWholeUnderOneHash) {
  HashedKey key = hashed({"policy", &one, HashAlgorithm::sha1});
  HashedKey other = hashed({"another", &one, HashAlgorithm::sha1});
  other.hash = key.hash;
  EXPECT_FALSE(key == other);
}

TEST(MemoKey, ComesFromASigningKey) {
  const SigningKey rsa = vectors::rsa();
  const MemoKey key = memo_key(rsa, "policy");
  EXPECT_EQ(key.message, "policy");
  EXPECT_EQ(*key.fingerprint, rsa.key.fingerprint());
  EXPECT_EQ(key.hash, rsa.hash);
}

TEST(StoredKey, OwnsWhatItShows) {
  std::string message = "a message that is longer than any small string";
  Fingerprint fingerprint = one;
  const StoredKey stored(hashed({message, &fingerprint, HashAlgorithm::sha1}));
  const HashedKey before =
      hashed({"a message that is longer than any small string", &one, HashAlgorithm::sha1});
  message.assign(message.size(), 'x');
  fingerprint = two;
  EXPECT_EQ(stored.view(), before);
}

}  // namespace
}  // namespace signgate::signing
