// SPDX-License-Identifier: Apache-2.0
#include "bench/load_run.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <thread>

#include "signing/private_key.hpp"
#include "signing/signed_url.hpp"
#include "signing/signer.hpp"

namespace signgate::bench {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// A server on any free port: each connection is handled by `answer`, which is given the number of
// the request on it and returns the bytes to send, or nothing to close. One connection at a time is
// enough here.
class Server {
 public:
  using Answer = std::function<std::string(int)>;

  explicit Server(Answer answer, bool close_after_answer = false)
      : answer_(std::move(answer)),
        close_after_answer_(close_after_answer),
        thread_([this] { serve(); }) {}
  ~Server() {
    stopping_ = true;
    // Whoever waits in accept is woken by one more connection.
    asio::io_context context;
    tcp::socket socket(context);
    boost::system::error_code ignored;
    socket.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  [[nodiscard]] LoadTarget target() const {
    const std::string url =
        "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/x";
    return std::get<LoadTarget>(make_load_target(url, {}));
  }
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void serve() {
    while (true) {
      tcp::socket socket(context_);
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      if (stopping_ || error) return;
      ++connections_;
      std::string buffer;
      for (int request = 1; !error; ++request) {
        const std::size_t size =
            asio::read_until(socket, asio::dynamic_buffer(buffer), "\r\n\r\n", error);
        if (error) break;
        buffer.erase(0, size);
        const std::string bytes = answer_(request);
        if (bytes.empty()) break;
        asio::write(socket, asio::buffer(bytes), error);
        if (close_after_answer_) break;
      }
    }
  }

  Answer answer_;
  bool close_after_answer_;
  asio::io_context context_;
  tcp::acceptor acceptor_{context_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)};
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

LoadPlan requests(std::uint64_t count) {
  LoadPlan plan;
  plan.connections = 1;
  plan.requests = count;
  return plan;
}

std::uint64_t errors(const LoadResult& result, LoadError kind) {
  return result.errors[static_cast<std::size_t>(kind)];
}

TEST(LoadRun, CountsAnswersOnOneConnection) {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
  Server server([&](int) { return answer; });
  const auto result = run_load(server.target(), requests(50));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->answers(), 50U);
  EXPECT_EQ(result->statuses, (std::map<unsigned, std::uint64_t>{{200, 50}}));
  EXPECT_EQ(result->error_sum(), 0U);
  EXPECT_EQ(result->bytes, 50 * answer.size());
  EXPECT_GT(result->latency.max(), 0U);
  EXPECT_EQ(server.connections(), 1);
}

TEST(LoadRun, TakesEveryFraming) {
  Server server([](int request) -> std::string {
    switch (request) {
      case 1:
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
      case 2:
        return "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
      case 3:
        return "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n";
      case 4:
        return "HTTP/1.1 500 Oh\r\nContent-Length: 100000\r\n\r\n" + std::string(100000, 'x');
      default:
        return "HTTP/1.0 404 Gone\r\nContent-Length: 0\r\n\r\n";
    }
  });
  const auto result = run_load(server.target(), requests(5));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->statuses,
            (std::map<unsigned, std::uint64_t>{{200, 1}, {204, 1}, {304, 1}, {404, 1}, {500, 1}}));
  EXPECT_EQ(result->error_sum(), 0U);
}

TEST(LoadRun, ConnectsAnewWhenTheServerSaysClose) {
  Server server([](int request) -> std::string {
    return request == 1 ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
  });
  const auto result = run_load(server.target(), requests(6));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->answers(), 6U);
  EXPECT_EQ(result->error_sum(), 0U);
  EXPECT_EQ(server.connections(), 3);
}

TEST(LoadRun, TellsTheKindsOfFailureApart) {
  {
    Server server([](int request) -> std::string {
      return request < 3 ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : "";
    });
    const auto result = run_load(server.target(), requests(6));
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->answers(), 4U);
    EXPECT_EQ(errors(*result, LoadError::closed), 2U);
    EXPECT_EQ(result->error_sum(), 2U);
  }
  {
    Server server([](int) { return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"; }, true);
    const auto result = run_load(server.target(), requests(2));
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(errors(*result, LoadError::closed), 2U);
    EXPECT_EQ(result->answers(), 0U);
  }
  {
    Server server([](int) { return "HTTX what\r\n\r\n"; });
    const auto result = run_load(server.target(), requests(3));
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(errors(*result, LoadError::malformed), 3U);
    EXPECT_EQ(result->answers(), 0U);
  }
  {
    Server server([](int) { return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"; });
    LoadPlan plan = requests(2);
    plan.timeout = Milliseconds(100);
    const auto result = run_load(server.target(), plan);
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(errors(*result, LoadError::timed_out), 2U);
    EXPECT_TRUE(result->statuses.empty());
  }
}

TEST(LoadRun, AClosedPortIsAConnectError) {
  LoadTarget target;
  {
    Server server([](int) { return ""; });
    target = server.target();
  }
  const auto result = run_load(target, requests(3));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(errors(*result, LoadError::connect), 3U);
  EXPECT_EQ(result->error_sum(), 3U);
}

TEST(LoadRun, EndsWhenTheTimeIsUp) {
  Server server([](int) { return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"; });
  LoadPlan plan;
  plan.connections = 1;
  plan.duration = Milliseconds(50);
  const auto result = run_load(server.target(), plan);
  ASSERT_TRUE(result.has_value());
  EXPECT_GT(result->answers(), 0U);
  EXPECT_EQ(result->error_sum(), 0U) << "what is under way at the end is no error";
  EXPECT_GE(result->elapsed, plan.duration);
}

TEST(LoadRun, SharesOutRequestsAmongThreads) {
  // A refused connect counts as a request too, so the sum shows how they were dealt out.
  LoadTarget target;
  {
    Server server([](int) { return ""; });
    target = server.target();
  }
  LoadPlan plan = requests(11);
  plan.connections = 3;
  plan.threads = 2;
  const auto result = run_load(target, plan);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(errors(*result, LoadError::connect), 11U);
}

TEST(LoadRun, HoldsLinksToAKey) {
  const auto key = signing::PrivateKey::generate(signing::KeyType::ecdsa_p256).value();
  const auto signer = signing::make_signing_key("K1", key).value();
  // Only a viewer at the address that the server sees may have the second one.
  const std::string policy =
      R"({"Statement":[{"Resource":"https://m/b","Condition":{"DateLessThan":{"AWS:EpochTime":)"
      R"(4102444800},"IpAddress":{"AWS:SourceIp":"127.0.0.1/32"}}}]})";
  const std::string body = signing::sign_url_canned(signer, "https://m/a", 4102444800).value() +
                           " " + signing::sign_url_custom(signer, "https://m/b", policy).value();
  Server server([&](int request) {
    const std::string text = body.substr(0, request % 2 == 0 ? body.size() : body.find(' '));
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
  });
  LoadPlan plan = requests(4);
  plan.links_key = key.public_key();
  const auto result = run_load(server.target(), plan);
  ASSERT_TRUE(result.has_value());
  ASSERT_TRUE(result->links);
  EXPECT_EQ(result->links->counts().verified, 2U);
  EXPECT_EQ(result->links->counts().failed, 0U) << result->links->failures().at(0);

  plan.links_key = signing::PrivateKey::generate(signing::KeyType::ecdsa_p256).value().public_key();
  const auto other = run_load(server.target(), plan);
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->links->counts().failed, 2U);
}

LoadPlan open_loop(double rate, std::uint64_t count) {
  LoadPlan plan = requests(count);
  plan.rate = rate;
  return plan;
}

TEST(OpenLoop, SendsAllThatAreDue) {
  Server server([](int) { return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"; });
  const auto result = run_load(server.target(), open_loop(2000, 50));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->due, 50U);
  EXPECT_EQ(result->sent, 50U);
  EXPECT_EQ(result->answers(), 50U);
  EXPECT_EQ(result->error_sum(), 0U);
  EXPECT_EQ(server.connections(), 1);
  EXPECT_GE(result->elapsed, Milliseconds(25)) << "as long as the schedule, at least";
  EXPECT_LE(result->rate_reached(), 2000);
}

TEST(OpenLoop, MeasuresFromWhenARequestWasDue) {
  // All ten are due within 90 ms; the first answer takes 300 ms, so each of them has waited.
  Server server([](int request) {
    if (request == 1) std::this_thread::sleep_for(Milliseconds(300));
    return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  });
  const auto result = run_load(server.target(), open_loop(100, 10));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->answers(), 10U);
  EXPECT_GE(Milliseconds(result->latency.quantile(0.01) / 1'000'000), Milliseconds(200));
  EXPECT_EQ(result->unsent(), 0U) << "a number of requests is sent to its end";
}

TEST(OpenLoop, CountsWhatNoConnectionWasFreeFor) {
  Server server([](int) {
    std::this_thread::sleep_for(Milliseconds(800));
    return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  });
  LoadPlan plan = open_loop(10, 0);
  plan.duration = Milliseconds(500);
  const auto result = run_load(server.target(), plan);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->due, 5U);
  EXPECT_EQ(result->sent, 1U);
  EXPECT_EQ(result->unsent(), 4U);
  EXPECT_EQ(result->answers(), 1U) << "what is under way at the end is waited for";
  EXPECT_EQ(result->error_sum(), 0U);
}

TEST(OpenLoop, OpensAnewWhatTheServerClosedWhileItWasIdle) {
  Server server([](int) { return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"; }, true);
  const auto result = run_load(server.target(), open_loop(5, 4));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->answers(), 4U);
  EXPECT_EQ(result->error_sum(), 0U);
  EXPECT_EQ(server.connections(), 4);
}

TEST(OpenLoop, RequestsWithoutAConnectionAreErrorsAndKeepToTheSchedule) {
  LoadTarget target;
  {
    Server server([](int) { return ""; });
    target = server.target();
  }
  LoadPlan plan = open_loop(100, 11);
  plan.connections = 3;
  plan.threads = 2;
  const auto result = run_load(target, plan);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(errors(*result, LoadError::connect), 11U);
  EXPECT_EQ(result->due, 11U);
  EXPECT_EQ(result->sent, 11U);
  EXPECT_GE(result->elapsed, Milliseconds(100)) << "the last one is due then";
}

TEST(LoadRun, AnUnknownHostIsAnError) {
  LoadTarget target = std::get<LoadTarget>(make_load_target("http://host.invalid/", {}));
  const auto result = run_load(target, requests(1));
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().code, ErrorCode::connect_failed);
}

}  // namespace
}  // namespace signgate::bench
