// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/user_files.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {
namespace {

class UserFilesTest : public testing::Test {
 protected:
  UserFilesTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "user-files-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~UserFilesTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const auto path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  std::filesystem::path folder_;
  UserFiles files_;
};

TEST_F(UserFilesTest, ReadsAFileOnceWhileItStaysAsItIs) {
  const std::string path = write("users", "joe:{PLAIN}a\n");
  const auto first = files_.find(path);
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->at("joe"), "{PLAIN}a");
  EXPECT_EQ(*files_.find(path), *first);
}

TEST_F(UserFilesTest, ReadsAFileAfreshWhenItChanges) {
  const std::string path = write("users", "joe:{PLAIN}a\n");
  const auto first = *files_.find(path);
  write("users", "joe:{PLAIN}a\nann:{PLAIN}b\n");
  EXPECT_EQ((*files_.find(path))->size(), 2U);
  // Replaced by another file of the same length and time.
  const std::string other = write("other", "eve:{PLAIN}a\nann:{PLAIN}b\n");
  struct stat state {};
  ASSERT_EQ(::stat(path.c_str(), &state), 0);
  const struct timespec times[2] = {state.st_atim, state.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, other.c_str(), times, 0), 0);
  std::filesystem::rename(other, path);
  EXPECT_TRUE((*files_.find(path))->contains("eve"));
  EXPECT_EQ(first->size(), 1U) << "who has it may keep it";
}

TEST_F(UserFilesTest, TellsAFileThatIsNotThere) {
  const auto none = files_.find((folder_ / "none").string());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  const std::string path = write("users", "joe:a\n");
  EXPECT_TRUE(files_.find(path));
  std::filesystem::remove(path);
  EXPECT_FALSE(files_.find(path));
}

TEST_F(UserFilesTest, TakesNoFolderPipeOrEndlessFile) {
  const auto folder = files_.find(folder_.string());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::resource);
  const std::string pipe = (folder_ / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FALSE(files_.find(pipe));
  const std::string large = write("large", "");
  ASSERT_EQ(::truncate(large.c_str(), static_cast<off_t>(limits::user_file + 1)), 0);
  EXPECT_FALSE(files_.find(large));
}

TEST_F(UserFilesTest, ForgetsWhatWasAskedForLongestAgo) {
  const std::string first = write("first", "joe:a\n");
  const std::weak_ptr<const UserFile> kept = *files_.find(first);
  EXPECT_FALSE(kept.expired());
  for (std::size_t i = 0; i < limits::user_files; ++i)
    EXPECT_TRUE(files_.find(write(std::to_string(i), "x:y\n")));
  EXPECT_TRUE(kept.expired());
}

}  // namespace
}  // namespace signgate::proxy
