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
  EXPECT_EQ(read_key_argument("-----BEGIN X-----\n").value(), "-----BEGIN X-----\n");
  EXPECT_FALSE(read_key_argument("BEGIN X"));
}

}  // namespace
}  // namespace signgate::cli
