// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/signing_recipe.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "unit/gateway/cli/temporary_folder.hpp"

namespace signgate::cli {
namespace {

using testing::HasSubstr;

SigningOptions sample() {
  SigningOptions options;
  options.key_pair_id = "K1";
  options.private_key = vector_key("rsa2048-a.pkcs1.pem");
  options.date_less_than = "2030-01-01";
  return options;
}

TEST(SigningRecipe, ComesToWhatTheOptionsSay) {
  SigningOptions options = sample();
  SigningRecipe recipe;
  std::ostringstream err;
  EXPECT_FALSE(read_signing_arguments(options, "x", recipe, err));
  EXPECT_EQ(recipe.statement.date_less_than, 1893456000);
  EXPECT_FALSE(recipe.custom);
  options.ip_address = "";
  EXPECT_FALSE(read_signing_arguments(options, "x", recipe, err));
  EXPECT_TRUE(recipe.custom);
  EXPECT_FALSE(recipe.statement.ip_address);
  EXPECT_FALSE(read_signing_files(options, "test", recipe, err));
  EXPECT_EQ(recipe.key->key_pair_id, "K1");
  EXPECT_EQ(err.str(), "");
}

TEST(SigningRecipe, WarnsInTheNameOfItsCommand) {
  SigningOptions options = sample();
  options.date_less_than = "Tue, 01 Jan 2030 00:00:00 EST";
  SigningRecipe recipe;
  std::ostringstream err;
  EXPECT_FALSE(read_signing_arguments(options, "signgate x", recipe, err));
  EXPECT_THAT(err.str(), testing::StartsWith("signgate x: warning: --date-less-than"));
}

TEST(SigningRecipe, TakesAPolicyWhole) {
  const TemporaryFolder folder;
  SigningOptions options = sample();
  options.date_less_than.reset();
  options.policy =
      folder.write("p.json",
                   "{ \"Statement\": [ { \"Resource\": \"https://h/*\", \"Condition\": "
                   "{ \"DateLessThan\": { \"AWS:EpochTime\": 1893456000 } } } ] }");
  SigningRecipe recipe;
  std::ostringstream err;
  EXPECT_FALSE(read_signing_arguments(options, "x", recipe, err));
  EXPECT_FALSE(read_signing_files(options, "test", recipe, err));
  EXPECT_TRUE(recipe.custom);
  EXPECT_EQ(recipe.policy.value_or("").find(' '), std::string::npos);
  options.policy = folder.write("q.json", "{\n  \"Statement\": 1 }");
  const auto wrong = read_signing_files(options, "test", recipe, err);
  ASSERT_TRUE(wrong);
  EXPECT_THAT(wrong->message, HasSubstr("q.json:2:"));
}

TEST(SigningRecipe, RefusesCharactersThatNoRequestHas) {
  EXPECT_FALSE(check_resource_characters("--r", "https://h/%20*?a=b&c"));
  for (const char* bad : {"a b", "a\"b", "a\\b", "a#b", "a\tb", "\x7F", "\xC3\xA9"})
    EXPECT_TRUE(check_resource_characters("--r", bad)) << bad;
}

}  // namespace
}  // namespace signgate::cli
