// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/bucket_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "gateway/base/limits.hpp"
#include "unit/gateway/cli/temporary_folder.hpp"

namespace signgate::edge {
namespace {

namespace fs = std::filesystem;

class BucketFolderTest : public testing::Test {
 protected:
  BucketFolderTest() {
    fs::create_directories(folder_.path("bucket/a/b"));
    (void)folder_.write("secret.txt", "outside");
    (void)folder_.write("bucket/a/b/c.png", "hello");
    (void)folder_.write("bucket/top.txt", "");
  }

  [[nodiscard]] BucketFolder open() const { return *BucketFolder::open(folder_.path("bucket")); }

  cli::TemporaryFolder folder_;
};

TEST_F(BucketFolderTest, FindsObjectsWithS3sTag) {
  BucketFolder bucket = open();
  const auto object = bucket.find("a/b/c.png");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->size, 5U);
  EXPECT_EQ(object->content_type, "image/png");
  EXPECT_EQ(object->etag, "\"5d41402abc4b2a76b9719d911017c592\"");
  const auto empty = bucket.find("top.txt");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->etag, "\"d41d8cd98f00b204e9800998ecf8427e\"");
}

TEST_F(BucketFolderTest, TheTagFollowsTheFile) {
  BucketFolder bucket = open();
  const std::string before = bucket.find("a/b/c.png")->etag;
  EXPECT_EQ(bucket.find("a/b/c.png")->etag, before);
  (void)folder_.write("bucket/a/b/c.png", "hello, longer");
  EXPECT_NE(bucket.find("a/b/c.png")->etag, before);
}

TEST_F(BucketFolderTest, ALargeObjectHasAMultipartTag) {
  const std::string path = folder_.write("bucket/big.bin", "");
  fs::resize_file(path, 2 * limits::edge_hashed_object + 1);
  BucketFolder bucket = open();
  const auto object = bucket.find("big.bin");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->etag.size(), 36U);
  EXPECT_TRUE(object->etag.ends_with("-3\"")) << object->etag;
  EXPECT_EQ(bucket.find("big.bin")->etag, object->etag);
}

TEST_F(BucketFolderTest, NothingOutsideCanBeReached) {
  fs::create_symlink("../secret.txt", folder_.path("bucket/link.txt"));
  fs::create_symlink("..", folder_.path("bucket/up"));
  fs::create_symlink("a", folder_.path("bucket/inside"));
  ASSERT_EQ(::mkfifo(folder_.path("bucket/fifo").c_str(), 0600), 0);
  BucketFolder bucket = open();
  for (const std::string_view key : {"../secret.txt",
                                     "a/../../secret.txt",
                                     "a/b/../b/c.png",
                                     "./top.txt",
                                     "a/./b/c.png",
                                     "/top.txt",
                                     "a//b/c.png",
                                     "a/b/c.png/",
                                     "/etc/passwd",
                                     "link.txt",
                                     "up/secret.txt",
                                     "inside/b/c.png",
                                     "fifo",
                                     "a",
                                     "a/b",
                                     "a/",
                                     "",
                                     ".",
                                     "..",
                                     "/",
                                     "top.txt/x",
                                     "nothing"}) {
    EXPECT_FALSE(bucket.find(key)) << key;
  }
  EXPECT_FALSE(bucket.find(std::string_view("top.txt\0", 8)));
  EXPECT_FALSE(bucket.find(std::string_view("top.txt\0.png", 12)));
  EXPECT_FALSE(bucket.find(std::string(5000, 'x')));
}

TEST_F(BucketFolderTest, AFolderThatIsNotThereIsAnError) {
  const auto none = BucketFolder::open(folder_.path("nothing"));
  ASSERT_TRUE(none.has_error());
  EXPECT_FALSE(none.error().detail.empty());
  EXPECT_TRUE(BucketFolder::open(folder_.path("secret.txt")).has_error());
}

}  // namespace
}  // namespace signgate::edge
