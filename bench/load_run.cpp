// SPDX-License-Identifier: Apache-2.0
#include "bench/load_run.hpp"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <memory>
#include <optional>
#include <thread>

#include "bench/answer_text.hpp"
#include "bench/load_schedule.hpp"
#include "gateway/base/limits.hpp"
#include "gateway/net/deadline.hpp"
#include "gateway/net/io.hpp"

namespace signgate::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using TcpSocket = asio::basic_stream_socket<tcp, net::Executor>;
using Timer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, net::Executor>;
using Endpoints = std::vector<tcp::endpoint>;
using Parser = http::response_parser<http::buffer_body>;
using std::chrono::nanoseconds;

constexpr Milliseconds pause_after_failed_connect{10};
constexpr Milliseconds time_to_connect{100};  // before the first request of an open loop is due

LoadSchedule schedule_of(const LoadPlan& plan, unsigned parts, unsigned part) noexcept {
  if (plan.rate <= 0) return {1, 0, nanoseconds::max(), 1, 0};
  if (plan.requests > 0) return {plan.rate, plan.requests, nanoseconds::max(), parts, part};
  return {plan.rate, requests_due(plan.rate, plan.duration), plan.duration, parts, part};
}

// What one thread shares among its connections.
struct Worker {
  Worker(const LoadTarget& load_target, const Endpoints& load_endpoints, const LoadPlan& load_plan,
         const LoadSchedule& load_schedule, SteadyTime load_start)
      : target(load_target),
        endpoints(load_endpoints),
        plan(load_plan),
        schedule(load_schedule),
        start(load_start) {
    if (plan.links_key) result.links.emplace(*plan.links_key);
  }

  // Takes one of the requests that are left.
  bool take() noexcept {
    if (wheel.stopping()) return false;
    if (plan.requests == 0) return true;
    if (requests_left == 0) return false;
    --requests_left;
    return true;
  }

  const LoadTarget& target;
  const Endpoints& endpoints;
  const LoadPlan& plan;
  LoadSchedule schedule;
  SteadyTime start;  // of the schedule
  std::uint64_t requests_left = 0;
  unsigned connections_running = 0;
  asio::io_context context{1};
  net::DeadlineWheel wheel{context};
  Timer end{context.get_executor()};
  LoadResult result;
  SteadyTime ended_at;
};

class Connection {
 public:
  explicit Connection(Worker& worker)
      : worker_(worker),
        socket_(worker.context.get_executor()),
        timer_(worker.context.get_executor()),
        deadline_(worker.wheel, &Connection::expire, this),
        body_(limits::read_buffer) {
    if (worker.result.links) answer_.emplace(LinkCheck::body_limit);
  }

  net::Awaitable<void> run() {
    if (worker_.plan.rate > 0) {
      co_await run_open();
    } else {
      co_await run_closed();
    }
    deadline_.clear();
    if (--worker_.connections_running != 0) co_return;
    worker_.ended_at = std::chrono::steady_clock::now();
    worker_.wheel.stop();
    worker_.end.cancel();
  }

 private:
  static void expire(void* owner) { static_cast<Connection*>(owner)->on_deadline(); }

  void on_deadline() {
    expired_ = true;
    error_code ignored;
    socket_.close(ignored);
  }

  void count(LoadError error) noexcept {
    if (worker_.wheel.stopping()) return;  // we cut it ourselves
    ++worker_.result.errors[static_cast<std::size_t>(error)];
  }

  void close() {
    error_code ignored;
    socket_.close(ignored);
    buffer_.clear();
  }

  net::Awaitable<void> run_closed() {
    while (worker_.take()) {
      if (!socket_.is_open()) {
        const bool connected = co_await connect();
        if (!connected) {
          count(LoadError::connect);
          const SteadyTime later = std::chrono::steady_clock::now() + pause_after_failed_connect;
          co_await wait_until(later);
          continue;
        }
      }
      const SteadyTime begun = std::chrono::steady_clock::now();
      co_await ask(begun);
    }
  }

  net::Awaitable<void> run_open() {
    while (const auto due =
               worker_.schedule.take(std::chrono::steady_clock::now() - worker_.start)) {
      const SteadyTime intended = worker_.start + *due;
      bool ready = socket_.is_open();
      if (!ready) ready = co_await connect();
      if (std::chrono::steady_clock::now() < intended) {
        co_await wait_until(intended);
        if (ready && !is_quiet()) close();
        if (!socket_.is_open()) ready = co_await connect();
      }
      ++worker_.result.sent;
      worker_.result.sending = std::chrono::steady_clock::now() - worker_.start;
      if (ready) {
        co_await ask(intended);
      } else {
        count(LoadError::connect);
      }
    }
  }

  // One request and its answer, over an open connection; the latency runs from `begun` on.
  net::Awaitable<void> ask(SteadyTime begun) {
    const std::optional<LoadError> failure = co_await exchange();
    if (failure) {
      count(*failure);
      close();
      co_return;
    }
    worker_.result.latency.record(
        static_cast<std::uint64_t>((std::chrono::steady_clock::now() - begun).count()));
    ++worker_.result.statuses[status_];
    if (answer_) check_links();
    if (!keep_alive_) close();
  }

  void check_links() {
    LinkCheck& check = *worker_.result.links;
    const auto text = answer_->finish();
    if (!text) {
      check.count_unreadable();
      return;
    }
    signing::Viewer viewer{.now = unix_now(), .ipv4_address = std::nullopt};
    error_code error;
    const auto address = socket_.local_endpoint(error).address();
    if (!error && address.is_v4()) viewer.ipv4_address = {address.to_v4().to_uint()};
    check.search(*text, answer_->media_type(), viewer);
  }

  net::Awaitable<void> wait_until(SteadyTime when) {
    timer_.expires_at(when);
    const auto waited = co_await timer_.async_wait(net::as_values);
    (void)waited;
  }

  // Says that the other side has neither closed the idle connection nor sent what nobody asked for,
  // such as a 408.
  [[nodiscard]] bool is_quiet() {
    char byte = 0;
    const auto size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  net::Awaitable<bool> connect() {
    expired_ = false;
    deadline_.set(worker_.plan.timeout);
    const auto connected = co_await asio::async_connect(socket_, worker_.endpoints, net::as_values);
    deadline_.clear();
    const error_code error = std::get<0>(connected);
    if (error || expired_) {
      close();
      co_return false;
    }
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    co_return true;
  }

  net::Awaitable<std::optional<LoadError>> exchange() {
    expired_ = false;
    deadline_.set(worker_.plan.timeout);
    const auto request = asio::buffer(worker_.target.request);
    const auto written = co_await asio::async_write(socket_, request, net::as_values);
    error_code error = std::get<0>(written);
    // An answer may be there already, for instance 408, from a server that closed.
    if (error && error != asio::error::broken_pipe && error != asio::error::connection_reset) {
      co_return classify(error);
    }
    do {
      error = co_await read_answer();
      if (error) co_return classify(error);
    } while (status_ < 200);
    deadline_.clear();
    co_return std::nullopt;
  }

  net::Awaitable<error_code> read_answer() {
    Parser parser;
    parser.body_limit(boost::none);
    parser.header_limit(limits::response_head);
    const auto head = co_await http::async_read_header(socket_, buffer_, parser, net::as_values);
    worker_.result.bytes += std::get<1>(head);
    error_code error = std::get<0>(head);
    if (answer_ && !error) {
      answer_->begin(parser.get()[http::field::content_encoding],
                     parser.get()[http::field::content_type]);
    }
    while (!error && !parser.is_done()) {
      parser.get().body().data = body_.data();
      parser.get().body().size = body_.size();
      const auto part = co_await http::async_read(socket_, buffer_, parser, net::as_values);
      worker_.result.bytes += std::get<1>(part);
      error = std::get<0>(part);
      if (error == http::error::need_buffer) error = {};
      if (answer_ && !error) answer_->add({body_.data(), body_.size() - parser.get().body().size});
    }
    status_ = parser.get().result_int();
    keep_alive_ = !error && parser.get().keep_alive();
    co_return error;
  }

  [[nodiscard]] LoadError classify(const error_code& error) const noexcept {
    if (expired_) return LoadError::timed_out;
    const bool ended = error == http::error::end_of_stream || error == http::error::partial_message;
    static const auto& http_category = http::make_error_code(http::error::end_of_stream).category();
    if (!ended && error.category() == http_category) return LoadError::malformed;
    return LoadError::closed;
  }

  Worker& worker_;
  TcpSocket socket_;
  Timer timer_;
  net::Deadline deadline_;
  boost::beast::flat_buffer buffer_;
  std::vector<char> body_;
  std::optional<AnswerText> answer_;
  unsigned status_ = 0;
  bool keep_alive_ = false;
  bool expired_ = false;
};

// One coroutine for each connection; it takes its parameter by value since it is spawned.
net::Awaitable<void> drive(Connection* connection) {
  co_await connection->run();
}

void run_worker(Worker& worker, unsigned connections) {
  std::vector<std::unique_ptr<Connection>> all;
  for (unsigned i = 0; i < connections; ++i)
    all.push_back(std::make_unique<Connection>(worker));
  worker.connections_running = connections;
  for (const auto& connection : all) {
    asio::co_spawn(worker.context, drive(connection.get()), asio::detached);
  }
  if (worker.plan.requests == 0 && worker.plan.rate <= 0) {
    worker.end.expires_after(worker.plan.duration);
    worker.end.async_wait([&worker](const error_code& error) {
      if (!error) worker.wheel.expire_all();
    });
  }
  worker.context.run();
}

Result<Endpoints> resolve(const LoadTarget& target) {
  asio::io_context context;
  tcp::resolver resolver(context);
  error_code error;
  const auto found =
      resolver.resolve(target.host, target.port, tcp::resolver::numeric_service, error);
  if (error) {
    return Error{ErrorCode::connect_failed, Side::upstream, Retry::no,
                 "cannot resolve '" + target.host + "': " + error.message()};
  }
  Endpoints endpoints;
  for (const auto& entry : found)
    endpoints.push_back(entry.endpoint());
  return endpoints;
}

// The i-th of `parts` shares of `whole`, as even as can be.
template <class Number>
Number share(Number whole, Number parts, Number i) noexcept {
  return whole / parts + (i < whole % parts ? 1 : 0);
}

}  // namespace

Result<LoadResult> run_load(const LoadTarget& target, const LoadPlan& plan) {
  const auto endpoints = resolve(target);
  if (endpoints.has_error()) return endpoints.error();

  const unsigned thread_count = std::min(plan.threads, plan.connections);
  std::vector<std::unique_ptr<Worker>> workers;
  const bool open = plan.rate > 0;
  SteadyTime begun = std::chrono::steady_clock::now();
  if (open) begun += time_to_connect;
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < thread_count; ++i) {
    const LoadSchedule schedule = schedule_of(plan, thread_count, i);
    workers.push_back(std::make_unique<Worker>(target, *endpoints, plan, schedule, begun));
    Worker& worker = *workers.back();
    worker.requests_left = share<std::uint64_t>(plan.requests, thread_count, i);
    const unsigned connections = share(plan.connections, thread_count, i);
    threads.emplace_back([&worker, connections] { run_worker(worker, connections); });
  }
  threads.clear();

  LoadResult sum;
  if (plan.links_key) sum.links.emplace(*plan.links_key);
  SteadyTime ended = begun;
  for (const auto& worker : workers) {
    sum.merge(worker->result);
    sum.due += worker->schedule.size();
    ended = std::max(ended, worker->ended_at);
  }
  sum.elapsed = ended - begun;
  if (open) {
    nanoseconds planned = plan.duration;
    if (plan.requests > 0) {
      const std::chrono::duration<double> all(static_cast<double>(plan.requests) / plan.rate);
      planned = std::chrono::duration_cast<nanoseconds>(all);
    }
    sum.sending = std::max(sum.sending, planned);
    sum.elapsed = std::max(sum.elapsed, sum.sending);
  }
  return sum;
}

}  // namespace signgate::bench
