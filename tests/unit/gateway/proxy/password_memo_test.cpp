// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/password_memo.hpp"

#include <gtest/gtest.h>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {
namespace {

TEST(PasswordMemo, KnowsWhatItWasToldAndNothingElse) {
  PasswordMemo memo;
  EXPECT_FALSE(memo.knows("joe", "secret", "$6$a"));
  memo.keep("joe", "secret", "$6$a");
  EXPECT_TRUE(memo.knows("joe", "secret", "$6$a"));
  EXPECT_FALSE(memo.knows("joe", "secret", "$6$b"));
  EXPECT_FALSE(memo.knows("joe", "Secret", "$6$a"));
  EXPECT_FALSE(memo.knows("ann", "secret", "$6$a"));
}

TEST(PasswordMemo, TakesNoTwoTriplesForOne) {
  PasswordMemo memo;
  memo.keep("ab", "c", "d");
  EXPECT_FALSE(memo.knows("a", "bc", "d"));
  EXPECT_FALSE(memo.knows("ab", "cd", ""));
  memo.keep("", "", "");
  EXPECT_TRUE(memo.knows("", "", ""));
}

TEST(PasswordMemo, ForgetsTheOldestPastItsBound) {
  PasswordMemo memo;
  for (std::size_t i = 0; i < limits::known_passwords; ++i)
    memo.keep("joe", std::to_string(i), "h");
  memo.keep("joe", "0", "h");
  EXPECT_TRUE(memo.knows("joe", "0", "h"));
  memo.keep("joe", "one more", "h");
  EXPECT_FALSE(memo.knows("joe", "0", "h"));
  EXPECT_TRUE(memo.knows("joe", "1", "h"));
  EXPECT_TRUE(memo.knows("joe", "one more", "h"));
}

}  // namespace
}  // namespace signgate::proxy
