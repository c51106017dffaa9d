// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/demo/folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

namespace signgate::cli::demo {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

unsigned mode(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

TEST(Folder, OfItsOwnGoesWithAllThatIsInIt) {
  std::filesystem::path path;
  {
    const auto folder = Folder::make_temporary();
    ASSERT_TRUE(folder);
    path = folder->path();
    EXPECT_EQ(mode(path), 0700U);
    ASSERT_TRUE(folder->write("a/b/c", std::string("x\0y", 3)));
    ASSERT_TRUE(folder->write("secret", "s", true));
    EXPECT_EQ(read(path / "a/b/c"), std::string("x\0y", 3));
    EXPECT_EQ(mode(path / "secret"), 0600U);
    ASSERT_TRUE(folder->write("a/b/c", ""));
    EXPECT_EQ(read(path / "a/b/c"), "");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Folder, NamedByTheUserStays) {
  const auto base = Folder::make_temporary();
  const auto path = base->path() / "new/one";
  {
    const auto folder = Folder::open(path);
    ASSERT_TRUE(folder);
    ASSERT_TRUE(folder->write("file", "kept"));
  }
  EXPECT_EQ(read(path / "file"), "kept");

  const auto again = Folder::open(path);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().detail.find("will not write into " + path.string()), std::string::npos);
}

TEST(Folder, SaysWhatCannotBeWritten) {
  const auto folder = Folder::make_temporary();
  ASSERT_TRUE(folder->write("file", ""));
  const auto done = folder->write("file/below", "x");
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().detail.find("file"), std::string::npos);
  EXPECT_FALSE(Folder::open(folder->path() / "file"));
}

}  // namespace
}  // namespace signgate::cli::demo
