// SPDX-License-Identifier: Apache-2.0
#include "gateway/proxy/unsigning_body.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

namespace signgate::proxy {
namespace {

/// A body in given parts, which may fail behind the last of them.
class Parts final : public BodySource {
 public:
  explicit Parts(std::vector<std::string> parts, bool fails = false)
      : parts_(std::move(parts)), fails_(fails) {}

  [[nodiscard]] net::Awaitable<Result<ClientStream::BodyPart>> next() override {
    if (at_ == parts_.size())
      co_return Error{ErrorCode::body_too_large, Side::client, Retry::no, "too large"};
    ClientStream::BodyPart part;
    part.data = parts_[at_++];
    part.last = at_ == parts_.size() && !fails_;
    co_return part;
  }
  void stop() noexcept override { stopped = true; }
  [[nodiscard]] std::string_view trailers() const noexcept override { return "X-A: 1\r\n"; }

  bool stopped = false;

 private:
  std::vector<std::string> parts_;
  bool fails_;
  std::size_t at_ = 0;
};

// All parts of a body, each with a bar behind it; how it ended.
net::Awaitable<void> read_all(UnsigningBody& body, std::string& out, Result<void>& ended) {
  for (bool last = false; !last;) {
    const auto part = co_await body.next();
    if (!part) {
      ended = part.error();
      co_return;
    }
    out.append(part->data).append("|");
    last = part->last;
  }
}

class UnsigningBodyTest : public testing::Test {
 protected:
  std::string run(Parts& parts) {
    BodyUnsigner unsigner(rules_, rewrite::BodyText::plain, std::nullopt);
    UnsigningBody body(parts, unsigner, counters_);
    EXPECT_EQ(body.trailers(), parts.trailers());
    net::asio::io_context context(1);
    std::string out;
    net::asio::co_spawn(context, read_all(body, out, ended_),
                        [](const std::exception_ptr& failure) { EXPECT_FALSE(failure); });
    context.run();
    body.stop();
    EXPECT_TRUE(parts.stopped);
    return out;
  }

  rewrite::UnsignRules rules_{{{"https://d.test/p/", {"K1"}}}};
  Counters counters_;
  Result<void> ended_;
};

TEST_F(UnsigningBodyTest, GivesWhatIsKnownAtOnceAndNoEmptyPartButTheLast) {
  Parts parts(
      {"text https://d.test/p/a?Exp", "ires=1&Signature=", "s&Key-Pair-Id=K1", " end ", ""});
  EXPECT_EQ(run(parts), "text |https://d.test/p/a end ||");
  EXPECT_TRUE(ended_);
  EXPECT_EQ(counters_.stripped.stripped, 1U);
}

TEST_F(UnsigningBodyTest, EndsWithTheErrorOfTheOther) {
  Parts parts({"text", " https://d.test/p/"}, true);
  EXPECT_EQ(run(parts), "text| |");
  ASSERT_FALSE(ended_);
  EXPECT_EQ(ended_.error().code, ErrorCode::body_too_large);
}

}  // namespace
}  // namespace signgate::proxy
