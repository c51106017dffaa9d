// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <set>
#include <thread>

#include "gateway/base/limits.hpp"
#include "gateway/config/address.hpp"
#include "gateway/edge/denial_line.hpp"
#include "gateway/edge/edge.hpp"
#include "gateway/edge/error_document.hpp"
#include "gateway/http/http_date.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/proxy/http1_client.hpp"

namespace signgate::edge {
namespace {

constexpr Milliseconds send_timeout{60000};

proxy::HeadLimits head_limits() {
  proxy::HeadLimits limits;
  limits.rules.max_line = limits::edge_head;
  limits.rules.max_head = limits::edge_head;
  limits.rules.underscores_in_headers = true;
  limits.first_buffer = 4 * limits::kib;
  return limits;
}

/// What a request is about, or nothing when it names no host or no path that could be served.
struct Target {
  std::string_view host;
  std::string path_and_query;
};

std::optional<Target> target_of(const http::RequestHead& head) {
  Target target;
  const std::size_t hosts = head.fields.count(http::HeaderId::host);
  if (hosts > 1 || (hosts == 0 && head.minor == 1)) return std::nullopt;
  target.host = !head.authority.empty() ? head.authority
                                        : head.fields.value(http::HeaderId::host).value_or("");
  target.path_and_query = head.path.empty() && !head.authority.empty() ? "/" : head.path;
  if (target.host.empty() || !http::is_valid_host(target.host)) return std::nullopt;
  if (!target.path_and_query.starts_with('/')) return std::nullopt;
  if (head.has_query) {
    target.path_and_query += '?';
    target.path_and_query += head.query;
  }
  return target;
}

/// Whether nobody listens there. The listening socket itself shares its port, and would not tell.
bool is_free(const net::Endpoint& endpoint) {
  const int family = endpoint.data()->sa_family;
  const int probe = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return true;
  const int on = 1;
  ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool taken = ::bind(probe, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 &&
                     errno == EADDRINUSE;
  ::close(probe);
  return !taken;
}

Result<net::ListeningSocket> listen_on(const std::string& text) {
  const auto address = config::parse_listen(text);
  if (!address) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 "listen \"" + text + "\" " + address.error().message};
  }
  const auto endpoints = net::resolve(address->host, address->port);
  if (!endpoints) return endpoints.error();
  const net::Endpoint& endpoint = endpoints->front();
  if (address->port != 0 && !is_free(endpoint)) {
    return Error{ErrorCode::resource, Side::own, Retry::no,
                 net::endpoint_text(endpoint) + " is in use by another program"};
  }
  return net::ListeningSocket::open(endpoint);
}

}  // namespace

class Server::Loop {
 public:
  Loop(Edge edge, net::ListeningSocket socket, OnLine on_line)
      : edge_(std::move(edge)),
        on_line_(std::move(on_line)),
        wheel_(context_),
        listener_(
            context_, std::make_shared<const net::ListeningSocket>(std::move(socket)),
            [this](net::Socket accepted, const net::Endpoint& remote) {
              accept(std::move(accepted), remote);
            },
            [this](const std::string& reason) { log("accepting pauses: " + reason); }),
        address_(net::endpoint_text(listener_.local())),
        port_(net::endpoint_port(listener_.local())),
        thread_([this] {
          listener_.start();
          context_.run();
        }) {}

  ~Loop() { stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void stop() {
    if (!thread_.joinable()) return;
    net::asio::post(context_, [this] {
      stopping_ = true;
      listener_.stop();
      for (proxy::Http1Client* client : clients_)
        client->stream().abort();
      wheel_.stop();
    });
    thread_.join();
  }

  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  /// Lists a connection for as long as it is served, so that stop can end it.
  class Presence {
   public:
    Presence(Loop& loop, proxy::Http1Client& client) : loop_(loop), client_(client) {
      loop_.clients_.insert(&client_);
    }
    ~Presence() { loop_.clients_.erase(&client_); }
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

   private:
    Loop& loop_;
    proxy::Http1Client& client_;
  };

  void accept(net::Socket socket, const net::Endpoint& remote) {
    if (stopping_ || clients_.size() >= limits::edge_connections) return;  // closes it
    net::asio::co_spawn(context_, serve(std::move(socket), net::endpoint_host(remote)),
                        [](const std::exception_ptr& bug) {
                          if (bug) std::rethrow_exception(bug);
                        });
  }

  void log(const std::string& line) {
    if (on_line_) on_line_(line);
  }

  [[nodiscard]] UnixSeconds now() const noexcept {
    const auto system = std::chrono::duration_cast<Milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    return std::chrono::floor<std::chrono::seconds>(system + edge_.setup().clock_offset).count();
  }

  net::Awaitable<void> serve(net::Socket socket, std::string viewer) {
    proxy::Http1Client client(std::move(socket), wheel_, memories_);
    const Presence presence(*this, client);
    const proxy::HeadLimits limits = head_limits();
    bool linger = false;
    while (true) {
      if (client.begin_head()) {
        const Result<void> waited = co_await client.wait_for_head(limits);
        if (!waited) break;
      }
      const Result<bool> read = co_await client.read_head(limits);
      if (read && !*read) break;
      const UnixSeconds arrived = now();
      if (!read) {
        const int status = error_status(read.error());
        if (read.error().code == ErrorCode::cancelled || status == 499) break;
        EdgeResponse refused = cloudfront_error(status, read.error().detail);
        log(denial_line(arrived, viewer, "-", "", "", refused));
        const Result<void> sent = co_await send(client, refused, false, arrived);
        linger = sent.has_value();
        break;
      }
      const bool body_read = client.whole_body().has_value();
      if (body_read) client.discard_whole_body();
      EdgeResponse response = answer(client.head(), viewer, arrived);
      const Result<void> sent = co_await send(client, response, body_read, arrived);
      if (!sent || !client.finish_request()) {
        linger = sent.has_value() && !body_read;
        break;
      }
    }
    const proxy::Linger usual;
    if (linger) co_await client.linger(usual);
  }

  EdgeResponse answer(const http::RequestHead& head, const std::string& viewer,
                      UnixSeconds arrived) {
    const auto target = target_of(head);
    EdgeResponse response;
    if (target) {
      ViewerRequest request;
      request.method = head.method;
      request.host = target->host;
      request.target = target->path_and_query;
      request.fields = &head.fields;
      request.viewer = policy::parse_ipv4_address(viewer);
      response = edge_.answer(request, arrived);
    } else {
      response = cloudfront_error(400, "The request names no valid host or path.");
    }
    if (response.status >= 400) {
      log(denial_line(arrived, viewer, head.method_name, target ? target->host : "", head.target,
                      response));
    }
    return response;
  }

  net::Awaitable<Result<void>> send(proxy::Http1Client& client, EdgeResponse& response,
                                    bool keep_alive, UnixSeconds arrived) {
    proxy::Answer head;
    head.status = response.status;
    head.length = response.body.length;
    if (response.status == 304) head.length.reset();
    for (const auto& [name, value] : response.fields)
      head.fields.add(name, value);
    client.start(head, keep_alive, response.server, http::format_http_date(arrived));

    const Body& body = response.body;
    const bool bodyless =
        client.head().method == http::Method::head || response.status == 304 || body.length == 0;
    if (bodyless || !body.file.is_open()) {
      std::array<std::string_view, 1> parts;
      if (!bodyless) {
        parts[0] = std::string_view(*body.bytes)
                       .substr(static_cast<std::size_t>(body.offset),
                               static_cast<std::size_t>(body.length));
      }
      const Result<void> sent = co_await client.write(parts, true, send_timeout);
      co_return sent;
    }
    const Result<void> sent = co_await send_file(client, body);
    co_return sent;
  }

  net::Awaitable<Result<void>> send_file(proxy::Http1Client& client, const Body& body) {
    const auto buffer = std::make_unique_for_overwrite<char[]>(limits::edge_file_read);
    std::uint64_t at = body.offset;
    std::uint64_t left = body.length;
    while (left > 0) {
      const auto most =
          static_cast<std::size_t>(std::min<std::uint64_t>(left, limits::edge_file_read));
      const ssize_t got = ::pread(body.file.get(), buffer.get(), most, static_cast<off_t>(at));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        // The file shrank or broke after its length was told: only a cut connection says so.
        client.cut();
        co_return Error{ErrorCode::resource, Side::own, Retry::no, "an object's file was cut"};
      }
      const auto size = static_cast<std::size_t>(got);
      at += size;
      left -= size;
      std::array<std::string_view, 1> parts = {std::string_view(buffer.get(), size)};
      const Result<void> sent = co_await client.write(parts, left == 0, send_timeout);
      if (!sent) co_return sent.error();
    }
    co_return Result<void>();
  }

  Edge edge_;
  OnLine on_line_;
  net::asio::io_context context_{1};
  net::DeadlineWheel wheel_;
  proxy::RequestMemoryPool memories_;
  std::set<proxy::Http1Client*> clients_;
  bool stopping_ = false;
  net::Listener listener_;
  std::string address_;
  std::uint16_t port_;
  std::thread thread_;  // last: it uses all of the above
};

Result<Server> Server::start(EdgeSetup setup, OnLine on_line) {
  auto edge = Edge::open(std::move(setup));
  if (!edge) return edge.error();
  auto socket = listen_on(edge->setup().listen);
  if (!socket) return socket.error();
  return Server(std::make_unique<Loop>(std::move(*edge), std::move(*socket), std::move(on_line)));
}

Server::Server(std::unique_ptr<Loop> loop) noexcept : loop_(std::move(loop)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

const std::string& Server::address() const noexcept {
  return loop_->address();
}

std::uint16_t Server::port() const noexcept {
  return loop_->port();
}

void Server::stop() {
  loop_->stop();
}

}  // namespace signgate::edge
