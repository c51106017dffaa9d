// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/answer_writer.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <new>

#include "tests/unit/gateway/proxy/scripted_client.hpp"

namespace signgate::proxy {
namespace {

/// A client that takes nothing until it is let go.
class StalledClient final : public ScriptedClient {
 public:
  explicit StalledClient(const net::Executor& executor)
      : ScriptedClient("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), moves_(executor) {
    start({}, true, "s", "d");
  }

  [[nodiscard]] Result<bool> write_now(std::span<const std::string_view> parts,
                                       bool last) override {
    if (!stalled) return ScriptedClient::write_now(parts, last);
    for (const std::string_view part : parts)
      rest_ += part;
    rest_is_last_ = rest_is_last_ || last;
    return false;
  }

  [[nodiscard]] net::Awaitable<Result<void>> flush(Milliseconds /*timeout*/) override {
    while (stalled)
      co_await moves_.wait();
    if (throws) throw std::bad_alloc();
    if (gone) co_return Error{ErrorCode::closed, Side::client, Retry::no, "gone"};
    body += rest_;
    ended = ended || rest_is_last_;
    rest_.clear();
    co_return Result<void>();
  }

  [[nodiscard]] net::Awaitable<Result<void>> write(std::span<const std::string_view> parts,
                                                   bool last, Milliseconds timeout) override {
    const Result<void> flushed = co_await flush(timeout);
    if (!flushed) co_return flushed;
    const Result<void> written = co_await ScriptedClient::write(parts, last, timeout);
    co_return written;
  }

  void let_go() {
    stalled = false;
    moves_.notify();
  }

  bool stalled = true;
  bool gone = false;
  bool throws = false;

 private:
  net::Event moves_;
  std::string rest_;
  bool rest_is_last_ = false;
};

class AnswerWriterTest : public testing::Test {
 protected:
  AnswerWriterTest() {
    options_.buffering = true;
    options_.block = 16;
    options_.memory = 64;
    options_.file_step = 32;
    options_.folder = folder_;
  }

  // Writes numbered parts of ten bytes and finishes; says how far it came in `written_`.
  net::Awaitable<void> write_parts(AnswerWriter& out, int count) {
    for (int i = 0; i < count; ++i) {
      std::string text = std::to_string(1000000000 + i);
      whole_ += text;
      const std::array<std::string_view, 1> parts = {text};
      const Result<void> done = co_await out.write(parts, i + 1 == count);
      if (!done) {
        result_ = done;
        co_return;
      }
      ++written_;
    }
    result_ = co_await out.finish();
    finished_ = true;
  }

  void begin(AnswerWriter& out, int count) {
    net::asio::co_spawn(context_, write_parts(out, count),
                        [](const std::exception_ptr& failure) { EXPECT_FALSE(failure); });
    settle();
  }

  // Runs until nothing but waiting is left; the files' threads may be at work.
  void settle() {
    for (int i = 0; i < 50; ++i) {
      context_.restart();
      context_.run_for(std::chrono::milliseconds(2));
    }
  }

  std::string folder_ = testing::TempDir();
  net::asio::io_context context_{1};
  net::SignerPool signers_{1};
  net::PasswordThreads passwords_{1};
  signing::SignatureMemo memo_{1 << 20};
  Services services_{context_, signers_, passwords_, memo_};
  StalledClient client_{context_.get_executor()};
  AnswerWriter::Options options_;
  std::string whole_;
  int written_ = 0;
  bool finished_ = false;
  Result<void> result_;
};

TEST_F(AnswerWriterTest, PassesThroughWhatTheClientTakes) {
  client_.stalled = false;
  AnswerWriter out(client_, services_, options_);
  begin(out, 100);
  EXPECT_TRUE(finished_);
  EXPECT_EQ(client_.body, whole_);
  EXPECT_TRUE(client_.ended);
}

TEST_F(AnswerWriterTest, KeepsWhatFitsInMemoryAndThenWaits) {
  options_.max_file = 0;
  AnswerWriter out(client_, services_, options_);
  begin(out, 100);
  // The first part lies with the client, six fit into the blocks, and the next is under way.
  EXPECT_EQ(written_, 7);
  client_.let_go();
  settle();
  EXPECT_TRUE(finished_);
  EXPECT_EQ(client_.body, whole_);
  EXPECT_TRUE(client_.ended);
}

TEST_F(AnswerWriterTest, KeepsTheRestInAFileUpToItsBound) {
  options_.max_file = 500;
  AnswerWriter out(client_, services_, options_);
  begin(out, 100);
  EXPECT_EQ(written_, 57);
  client_.let_go();
  settle();
  EXPECT_TRUE(finished_);
  EXPECT_EQ(client_.body, whole_);
  EXPECT_TRUE(client_.ended);
}

TEST_F(AnswerWriterTest, EndsWithAnErrorWhenTheWayToTheClientThrows) {
  AnswerWriter out(client_, services_, options_);
  begin(out, 3);
  client_.throws = true;
  client_.let_go();
  settle();
  EXPECT_TRUE(finished_);
  ASSERT_FALSE(result_);
  EXPECT_EQ(result_.error().detail, "a fault of our own: std::bad_alloc");
}

TEST_F(AnswerWriterTest, WaitsForTheClientWhereThereIsNoFolder) {
  options_.max_file = 500;
  options_.folder = "/dev/null/nowhere";
  AnswerWriter out(client_, services_, options_);
  begin(out, 100);
  EXPECT_EQ(written_, 7);
  client_.let_go();
  settle();
  EXPECT_TRUE(finished_);
  EXPECT_EQ(client_.body, whole_);
}

TEST_F(AnswerWriterTest, WithoutBufferingTheClientSetsThePace) {
  options_.buffering = false;
  AnswerWriter out(client_, services_, options_);
  begin(out, 100);
  EXPECT_EQ(written_, 0);
  client_.let_go();
  settle();
  EXPECT_TRUE(finished_);
  EXPECT_EQ(client_.body, whole_);
}

TEST_F(AnswerWriterTest, TellsWhenTheClientHasGone) {
  options_.max_file = 1 << 20;
  AnswerWriter out(client_, services_, options_);
  begin(out, 100);
  EXPECT_EQ(written_, 100);
  EXPECT_FALSE(finished_);
  client_.gone = true;
  client_.let_go();
  settle();
  EXPECT_TRUE(finished_);
  ASSERT_FALSE(result_);
  EXPECT_EQ(result_.error().side, Side::client);
}

}  // namespace
}  // namespace signgate::proxy
