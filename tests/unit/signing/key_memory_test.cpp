// SPDX-License-Identifier: Apache-2.0
#include "signing/key_memory.hpp"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>

#include <cstring>

namespace signgate::signing {
namespace {

TEST(KeyMemory, IsPreparedOnce) {
  const KeyMemory first = prepare_key_memory();
  EXPECT_EQ(prepare_key_memory(), first);
  EXPECT_EQ(CRYPTO_secure_malloc_initialized(), first == KeyMemory::ordinary ? 0 : 1);
}

TEST(SecretText, HoldsWhatIsPutThere) {
  SecretText secret(8);
  ASSERT_NE(secret.room(), nullptr);
  EXPECT_EQ(secret.text(), "");
  std::memcpy(secret.room(), "abc", 3);
  secret.grown(3);
  std::memcpy(secret.room(), "de", 2);
  secret.grown(2);
  EXPECT_EQ(secret.text(), "abcde");
  EXPECT_EQ(secret.room_size(), 3U);
  const SecretText moved = std::move(secret);
  EXPECT_EQ(moved.text(), "abcde");
}

TEST(SecretText, LiesInTheKeyMemoryAndIsWiped) {
  if (prepare_key_memory() == KeyMemory::ordinary)
    GTEST_SKIP() << "OpenSSL has no secure heap here";
  const char* place = nullptr;
  {
    SecretText secret(64);
    place = secret.room();
    EXPECT_EQ(CRYPTO_secure_allocated(place), 1);
    std::memcpy(secret.room(), "a secret of thirty-two letters..", 32);
    secret.grown(32);
  }
  // The heap is still mapped; it has overwritten what was given back.
  EXPECT_EQ(std::string_view(place, 64).find("secret"), std::string_view::npos);
}

TEST(KeyMemory, CoresAreForbidden) {
  const int before = ::prctl(PR_GET_DUMPABLE);
  forbid_cores();
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE), 0);
  ::prctl(PR_SET_DUMPABLE, before);
}

}  // namespace
}  // namespace signgate::signing
