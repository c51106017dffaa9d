// SPDX-License-Identifier: Apache-2.0
#include "signing/key_memory.hpp"

#include <gtest/gtest.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "signing/private_key.hpp"
#include "unit/signing/keys.hpp"

namespace signgate::signing {
namespace {

using vectors::key_file;

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

TEST(PlacingScope, HasOpenSslTakeFromTheKeyMemory) {
  if (prepare_key_memory() == KeyMemory::ordinary)
    GTEST_SKIP() << "OpenSSL has no secure heap here";
  char* block = nullptr;
  {
    const PlacingScope placing;
    block = static_cast<char*>(OPENSSL_malloc(40));
  }
  void* const ordinary = OPENSSL_malloc(40);
  EXPECT_EQ(CRYPTO_secure_allocated(ordinary), 0);
  EXPECT_EQ(CRYPTO_secure_allocated(block), 1);
  OPENSSL_free(ordinary);
  // Growing and giving back go by where the block lies.
  std::memcpy(block, "a secret of thirty-two letters..", 33);
  char* const larger = static_cast<char*>(OPENSSL_realloc(block, 4000));
  EXPECT_EQ(CRYPTO_secure_allocated(larger), 1);
  EXPECT_STREQ(larger, "a secret of thirty-two letters..");
  const std::size_t used = CRYPTO_secure_used();
  OPENSSL_free(larger);
  EXPECT_EQ(CRYPTO_secure_used(), used - 4096);
  EXPECT_EQ(std::string_view(larger, 33).find("secret"), std::string_view::npos);
}

TEST(KeyMemory, SaysThatItIsFull) {
  if (prepare_key_memory() == KeyMemory::ordinary)
    GTEST_SKIP() << "OpenSSL has no secure heap here";
  const std::string file = key_file("rsa2048-a.pkcs1.pem");
  {
    std::vector<SecretText> filling;
    while (has_room_for_key())
      filling.emplace_back(128 * 1024);
    const auto refused = PrivateKey::parse(file);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message,
              "the locked memory for keys (4 MiB) has no room for one more: use fewer keys");
  }
  EXPECT_TRUE(PrivateKey::parse(file));
}

TEST(KeyMemory, HoldsThreeHundredKeysAndAsManyNewOnes) {
  if (prepare_key_memory() == KeyMemory::ordinary)
    GTEST_SKIP() << "OpenSSL has no secure heap here";
  const std::string file = key_file("rsa2048-a.pkcs1.pem");
  constexpr std::size_t some = 6;
  std::vector<PrivateKey> keys;
  const std::size_t before = CRYPTO_secure_used();
  for (std::size_t i = 0; i < some; ++i)
    keys.push_back(PrivateKey::parse(file).value());
  const std::size_t each = (CRYPTO_secure_used() - before) / some;
  EXPECT_GT(each, 1000U);
  EXPECT_LT(each, key_memory_size / 700) << "of bytes a key";
}

// What is left and what is wiped shows only where nobody else uses the heap, so this test has a
// process of its own: a program starts afresh in a death test of the threadsafe style.
TEST(WipingScopeDeathTest, WipesWhatOpenSslGivesBack) {
#if defined(SIGNGATE_SANITIZED)
  GTEST_SKIP() << "it reads memory that was given back, which sanitizers rightly end";
#else
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        prepare_key_memory();
        // Two blocks between others, so that what is given back is not joined to the free memory
        // around it, where the allocator writes as it likes.
        constexpr std::size_t size = 400;
        void* before = OPENSSL_malloc(size);
        auto* left = static_cast<unsigned char*>(OPENSSL_malloc(size));
        void* between = OPENSSL_malloc(size);
        auto* wiped = static_cast<unsigned char*>(OPENSSL_malloc(size));
        void* behind = OPENSSL_malloc(size);
        std::memset(left, 0x5a, size);
        std::memset(wiped, 0x5a, size);
        // Read by way of addresses that the compiler does not follow.
        const volatile unsigned char* const read_left = left;
        const volatile unsigned char* const read_wiped = wiped;
        OPENSSL_free(left);
        {
          const WipingScope wiping;
          OPENSSL_free(wiped);
        }
        const bool kept = read_left[200] == 0x5a && read_left[300] == 0x5a;
        const bool gone = read_wiped[200] == 0 && read_wiped[300] == 0;
        OPENSSL_free(before);
        OPENSSL_free(between);
        OPENSSL_free(behind);
        std::_Exit(kept && gone ? 0 : kept ? 1 : 2);
      },
      testing::ExitedWithCode(0), "");
#endif
}

TEST(WipedString, HoldsNothingAfterwards) {
  std::string text = "a secret of thirty-two letters..";
  {
    const WipedString wiped(text);
    EXPECT_EQ(text.size(), 32U);
  }
  EXPECT_EQ(text, std::string(32, '\0'));
}

TEST(KeyMemory, CoresAreForbidden) {
  const int before = ::prctl(PR_GET_DUMPABLE);
  forbid_cores();
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE), 0);
  ::prctl(PR_SET_DUMPABLE, before);
}

}  // namespace
}  // namespace signgate::signing
