// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/file_argument.hpp"

#include <gmock/gmock.h>

#include "gateway/base/limits.hpp"
#include "unit/gateway/cli/temporary_folder.hpp"

namespace signgate::cli {
namespace {

using testing::HasSubstr;

TEST(FileArgument, TakesAPathWithAndWithoutFileScheme) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", "hello\n");
  EXPECT_EQ(read_file_argument(path, 100).value(), "hello\n");
  EXPECT_EQ(read_file_argument("file://" + path, 100).value(), "hello\n");
}

TEST(FileArgument, NamesTheFileAndTheReason) {
  const TemporaryFolder folder;
  EXPECT_THAT(read_file_argument(folder.path("none"), 100).error().message,
              HasSubstr("none: No such file"));
  EXPECT_THAT(read_file_argument(folder.path(""), 100).error().message, HasSubstr("directory"));
}

TEST(FileArgument, IsBounded) {
  const TemporaryFolder folder;
  const std::string path = folder.write("f", std::string(5000, 'x'));
  EXPECT_TRUE(read_file_argument(path, 5000));
  EXPECT_THAT(read_file_argument(path, 4999).error().message, HasSubstr("larger than 4999"));
  EXPECT_FALSE(read_file_argument("/dev/zero", limits::key_file));
}

TEST(KeyArgument, TakesPemTextItself) {
  EXPECT_EQ(read_key_argument("-----BEGIN X-----\n").value().text(), "-----BEGIN X-----\n");
  EXPECT_EQ(read_key_argument("\n-----BEGIN X-----\n").value().text(), "\n-----BEGIN X-----\n");
  EXPECT_EQ(read_key_argument("Bag Attributes\n").value().text(), "Bag Attributes\n");
  EXPECT_FALSE(read_key_argument("BEGIN X"));
}

TEST(KeyArgument, ReadsAFileIntoTheKeyMemory) {
  const TemporaryFolder folder;
  const auto read = read_key_argument("file://" + folder.write("k", "text"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text(), "text");
  EXPECT_NE(read->file(), nullptr);
  EXPECT_FALSE(read_key_argument("/dev/zero"));
}

TEST(KeyArgument, ShowsNothingOfAnArgumentThatMayBeAKey) {
  const std::string pasted = "MHcCAQEEIC+OBase64OfAPrivateKeyWithoutItsFrame";
  const auto read = read_key_argument(pasted);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, testing::Not(HasSubstr("MHcC")));
  EXPECT_THAT(read.error().message, HasSubstr("No such file"));
}

}  // namespace
}  // namespace signgate::cli
