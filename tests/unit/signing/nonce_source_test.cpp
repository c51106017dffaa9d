// SPDX-License-Identifier: Apache-2.0
#include "signing/nonce_source.hpp"

#include <gtest/gtest.h>
#include <openssl/rand.h>

#include <algorithm>
#include <thread>

namespace signgate::signing {
namespace {

using Bytes = std::array<unsigned char, scalar_bytes>;

bool draw(Bytes& bytes) {
  return RAND_priv_bytes_ex(nonce_library(), bytes.data(), bytes.size(), 0) == 1;
}

TEST(NonceSource, HandsOutALoanOnce) {
  ASSERT_NE(nonce_library(), nullptr);
  Bytes nonce;
  nonce.fill(0x5A);
  Bytes drawn{};
  const NonceLoan loan(nonce);
  EXPECT_FALSE(loan.taken());
  ASSERT_TRUE(draw(drawn));
  EXPECT_EQ(drawn, nonce);
  EXPECT_TRUE(loan.taken());
  ASSERT_TRUE(draw(drawn));
  EXPECT_NE(drawn, nonce);
}

TEST(NonceSource, IsRandomWithoutALoan) {
  Bytes nonce;
  nonce.fill(0x5A);
  { const NonceLoan loan(nonce); }
  Bytes first{};
  Bytes second{};
  ASSERT_TRUE(draw(first));
  ASSERT_TRUE(draw(second));
  EXPECT_NE(first, second);
  EXPECT_NE(first, nonce);
}

TEST(NonceSource, LendsToItsOwnThreadAlone) {
  Bytes nonce;
  nonce.fill(0x5A);
  const NonceLoan loan(nonce);
  Bytes elsewhere{};
  std::thread([&] { EXPECT_TRUE(draw(elsewhere)); }).join();
  EXPECT_NE(elsewhere, nonce);
  EXPECT_FALSE(loan.taken());
}

TEST(NonceSource, FillsALongerDrawUpWithZerosInFront) {
  Bytes nonce;
  nonce.fill(0x5A);
  const NonceLoan loan(nonce);
  std::array<unsigned char, scalar_bytes + 1> drawn;
  drawn.fill(1);
  ASSERT_EQ(RAND_priv_bytes_ex(nonce_library(), drawn.data(), drawn.size(), 0), 1);
  EXPECT_TRUE(loan.taken());
  EXPECT_EQ(drawn.front(), 0);
  EXPECT_TRUE(std::equal(nonce.begin(), nonce.end(), drawn.begin() + 1));
}

TEST(NonceSource, GivesShorterNumbersAtRandomAndKeepsTheLoan) {
  Bytes nonce;
  nonce.fill(0x5A);
  const NonceLoan loan(nonce);
  std::array<unsigned char, 16> other{};
  ASSERT_EQ(RAND_priv_bytes_ex(nonce_library(), other.data(), other.size(), 0), 1);
  EXPECT_FALSE(loan.taken());
}

}  // namespace
}  // namespace signgate::signing
