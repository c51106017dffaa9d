// SPDX-License-Identifier: Apache-2.0
#include "gateway/config/text_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace signgate::config {
namespace {

class TextFile : public testing::Test {
 protected:
  TextFile() {
    std::string pattern = testing::TempDir() + "text_file_XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~TextFile() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + '/' + name, std::ios::binary) << text;
    return folder_ + '/' + name;
  }

  std::string folder_;
};

TEST_F(TextFile, IsReadWhole) {
  const auto path = write("a", std::string("a\0b\n", 4));
  EXPECT_EQ(*load_text(path), std::string("a\0b\n", 4));
  EXPECT_EQ(*load_text(write("empty", "")), "");
}

TEST_F(TextFile, EndsAtTheLimit) {
  const auto path = write("a", "12345");
  EXPECT_EQ(*load_text(path, 5), "12345");
  EXPECT_EQ(load_text(path, 4).error().message, "is larger than 4 bytes");
}

TEST_F(TextFile, SaysWhyNot) {
  EXPECT_EQ(load_text(folder_ + "/none").error().message, "No such file or directory");
  EXPECT_EQ(load_text(folder_).error().message, "is not a regular file");
}

TEST(Paths, AreTakenFromTheFolder) {
  EXPECT_EQ(folder_of("conf/a.toml"), "conf");
  EXPECT_EQ(folder_of("a.toml"), "");
  EXPECT_EQ(join_path("conf", "keys/a.pem"), "conf/keys/a.pem");
  EXPECT_EQ(join_path("", "keys/a.pem"), "keys/a.pem");
  EXPECT_EQ(join_path("conf", "/etc/a.pem"), "/etc/a.pem");
  EXPECT_EQ(join_path("conf", "file://a.pem"), "conf/a.pem");
  EXPECT_EQ(join_path("conf", "file:///etc/a.pem"), "/etc/a.pem");
}

}  // namespace
}  // namespace signgate::config
