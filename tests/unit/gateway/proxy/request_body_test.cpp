// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/request_body.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <filesystem>

#include "gateway/base/limits.hpp"

namespace signgate::proxy {
namespace {

/// A body in parts of a given size.
class PartedBody final : public BodySource {
 public:
  PartedBody(std::string text, std::size_t step) : text_(std::move(text)), step_(step) {}

  [[nodiscard]] net::Awaitable<Result<ClientStream::BodyPart>> next() override {
    ClientStream::BodyPart part;
    part.data = std::string_view(text_).substr(at_, step_);
    at_ += part.data.size();
    part.last = at_ == text_.size();
    co_return part;
  }
  void stop() noexcept override {}
  [[nodiscard]] std::string_view trailers() const noexcept override { return "X-A: 1\r\n"; }

 private:
  std::string text_;
  std::size_t step_;
  std::size_t at_ = 0;
};

class HeldBodyTest : public testing::Test {
 protected:
  net::Awaitable<void> hold(HeldBody& body, BodySource& from, std::size_t memory) {
    result_ = co_await body.read(from, memory, folder_);
    for (int round = 0; result_ && round < 2; ++round) {
      body.rewind();
      std::string text;
      bool last = false;
      while (!last) {
        const auto part = co_await body.next();
        if (!part) {
          result_ = part.error();
          break;
        }
        text += part->data;
        last = part->last;
      }
      read_.push_back(text);
    }
  }

  void run(HeldBody& body, BodySource& from, std::size_t memory) {
    net::asio::co_spawn(context_, hold(body, from, memory),
                        [](const std::exception_ptr& failure) { EXPECT_FALSE(failure); });
    context_.run();
  }

  std::string folder_ = testing::TempDir();
  net::asio::io_context context_{1};
  net::FileThreads threads_;
  Result<void> result_;
  std::vector<std::string> read_;
};

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>(i * 31 % 251);
  return text;
}

TEST_F(HeldBodyTest, LiesInMemoryUpToItsLimitAndInAFilePastIt) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{1001}, limits::body_step,
        limits::body_step + 1, 3 * limits::body_step, std::size_t{1000003}}) {
    for (const std::size_t step : {std::size_t{1000}, std::size_t{16384}}) {
      HeldBody body(threads_);
      PartedBody source(pattern(size), step);
      read_.clear();
      context_.restart();
      run(body, source, 1000);
      ASSERT_TRUE(result_) << size;
      EXPECT_EQ(body.size(), size);
      EXPECT_EQ(body.in_file(), size > 1000);
      EXPECT_EQ(body.memory(), size > 1000 ? "" : pattern(size));
      ASSERT_EQ(read_.size(), 2U);
      EXPECT_TRUE(read_[0] == pattern(size)) << size;
      EXPECT_TRUE(read_[1] == pattern(size)) << size;
      EXPECT_EQ(body.trailers(), "X-A: 1\r\n");
    }
  }
}

TEST_F(HeldBodyTest, LiesInAFileWithANameWhereOneIsWanted) {
  folder_ = testing::TempDir() + "named-" + std::to_string(::getpid());
  for (const auto name : {TempFile::Name::kept, TempFile::Name::removed}) {
    std::vector<std::string> paths;
    for (const std::size_t size : {std::size_t{5}, std::size_t{5}, std::size_t{100000}}) {
      net::FileThreads threads;  // what is done later is done when they have ended
      HeldBody body(threads, name);
      PartedBody source(pattern(size), 1000);
      read_.clear();
      context_.restart();
      run(body, source, 1000);
      ASSERT_TRUE(result_);
      EXPECT_TRUE(read_.at(0) == pattern(size));
      EXPECT_EQ(body.memory(), "");
      paths.emplace_back(body.path());
      ASSERT_TRUE(paths.back().starts_with(folder_ + '/'));
      EXPECT_EQ(std::filesystem::file_size(paths.back()), size);
      EXPECT_EQ(std::filesystem::status(paths.back()).permissions(),
                std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    }
    EXPECT_NE(paths[0], paths[1]);
    for (const std::string& path : paths)
      EXPECT_EQ(std::filesystem::exists(path), name == TempFile::Name::kept);
  }
  HeldBody empty(threads_, TempFile::Name::kept);
  PartedBody nothing("", 10);
  context_.restart();
  run(empty, nothing, 1000);
  EXPECT_FALSE(empty.in_file());
  std::filesystem::remove_all(folder_);
}

TEST_F(HeldBodyTest, SaysWhereAFileCannotBe) {
  folder_ = "/dev/null/nowhere";
  HeldBody body(threads_);
  PartedBody source(pattern(2000), 500);
  run(body, source, 1000);
  ASSERT_FALSE(result_);
  EXPECT_EQ(result_.error().code, ErrorCode::resource);
  EXPECT_NE(result_.error().detail.find("/dev/null/nowhere"), std::string::npos);
}

TEST_F(HeldBodyTest, MakesAFolderThatIsMissing) {
  folder_ = testing::TempDir() + "held-" + std::to_string(::getpid());
  HeldBody body(threads_);
  PartedBody source(pattern(2000), 500);
  run(body, source, 1000);
  EXPECT_TRUE(result_);
  EXPECT_EQ(::rmdir(folder_.c_str()), 0);
}

}  // namespace
}  // namespace signgate::proxy
