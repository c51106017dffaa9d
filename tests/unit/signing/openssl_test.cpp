// SPDX-License-Identifier: Apache-2.0
#include "signing/openssl.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

namespace signgate::signing::openssl {
namespace {

TEST(DigestOf, FetchesBothDigestsOnce) {
  const EVP_MD* sha1 = digest_of(HashAlgorithm::sha1);
  const EVP_MD* sha256 = digest_of(HashAlgorithm::sha256);
  ASSERT_NE(sha1, nullptr);
  ASSERT_NE(sha256, nullptr);
  EXPECT_EQ(EVP_MD_get_size(sha1), 20);
  EXPECT_EQ(EVP_MD_get_size(sha256), 32);
  EXPECT_EQ(digest_of(HashAlgorithm::sha1), sha1);
}

TEST(ForgetErrors, EmptiesTheQueue) {
  ERR_raise(ERR_LIB_USER, 1);
  ASSERT_NE(ERR_peek_error(), 0U);
  forget_errors();
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(Adopt, GivesNullForNull) {
  EXPECT_EQ(adopt(nullptr), nullptr);
}

TEST(Contents, ReadsAMemoryBio) {
  const Bio bio(BIO_new(BIO_s_mem()));
  ASSERT_NE(bio, nullptr);
  BIO_write(bio.get(), "abc", 3);
  EXPECT_EQ(contents(bio.get()), "abc");
}

}  // namespace
}  // namespace signgate::signing::openssl
