// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/key_file_reader.hpp"

#include <gtest/gtest.h>

#include "signing/key_memory.hpp"

namespace signgate::config {
namespace {

std::string warning(mode_t mode, bool regular = true) {
  return key_mode_warning("private_key", {signing::SecretText(1), mode, regular}).value_or("");
}

TEST(KeyModeWarning, IsGivenForWhatIsWiderThan0600) {
  EXPECT_EQ(warning(0100600), "");
  EXPECT_EQ(warning(0100400), "");
  EXPECT_EQ(warning(0100640), "private_key has the mode 0640: others may use it; set it to 0600");
  EXPECT_EQ(warning(0100604), "private_key has the mode 0604: others may use it; set it to 0600");
  EXPECT_EQ(warning(0100700), "private_key has the mode 0700: set it to 0600");
  EXPECT_EQ(warning(0010666, false), "");
}

TEST(ReadKeyFile, TakesAPipeOnlyWhereAnythingWillDo) {
  EXPECT_EQ(read_key_file("/dev/null", KeySource::regular_file).error().message,
            "is not a regular file");
  const auto read = read_key_file("/dev/null", KeySource::anything);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text.text(), "");
  EXPECT_FALSE(read->regular);
}

TEST(ReadKeyFile, TellsTheReasonWithoutThePath) {
  EXPECT_EQ(read_key_file("/none/such", KeySource::anything).error().message,
            "No such file or directory");
  EXPECT_EQ(read_key_file("/dev/zero", KeySource::anything).error().message,
            "is larger than 65536 bytes");
}

}  // namespace
}  // namespace signgate::config
