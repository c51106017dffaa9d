// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/openssl.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>

namespace signgate::net::openssl {
namespace {

TEST(TakeReason, GivesTheOldestErrorAndLeavesNone) {
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr);
  forget_errors();
  EXPECT_EQ(take_reason(), "");
  ERR_raise(ERR_LIB_SSL, SSL_R_NO_SHARED_CIPHER);
  ERR_raise_data(ERR_LIB_SSL, SSL_R_BAD_VALUE, "detail");
  EXPECT_EQ(take_reason(), "no shared cipher");
  EXPECT_EQ(take_reason(), "");
  ERR_raise_data(ERR_LIB_SSL, SSL_R_BAD_VALUE, "name=%s", "x");
  EXPECT_EQ(take_reason(), "bad value (name=x)");
}

TEST(Memory, ReadsWhatWasWritten) {
  const Bio bio(BIO_new(BIO_s_mem()));
  EXPECT_EQ(text_of(bio.get()), "");
  BIO_puts(bio.get(), "text");
  EXPECT_EQ(text_of(bio.get()), "text");
  const Bio other = reader("ab");
  std::array<char, 8> into{};
  EXPECT_EQ(BIO_read(other.get(), into.data(), into.size()), 2);
}

}  // namespace
}  // namespace signgate::net::openssl
