// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <set>
#include <thread>

#include "gateway/base/limits.hpp"
#include "gateway/edge/listening.hpp"
#include "gateway/edge/service.hpp"
#include "gateway/edge/viewer_session.hpp"
#include "gateway/net/listener.hpp"
#include "gateway/proxy/http1_client.hpp"

namespace signgate::edge {
namespace {

void rethrow(const std::exception_ptr& bug) {
  if (bug) std::rethrow_exception(bug);
}

}  // namespace

class Server::Loop {
 public:
  explicit Loop(OnLine on_line) : on_line_(std::move(on_line)), wheel_(context_) {}
  ~Loop() { stop(); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Result<void> start(const EdgeSetup& setup) {
    auto origin = Origin::open(setup, context_, wheel_);
    if (!origin) return origin.error();
    auto socket = listen_on(setup.listen);
    if (!socket) return socket.error();
    service_.emplace(setup, std::move(*origin), on_line_);
    listener_.emplace(
        context_, std::move(*socket),
        [this](net::Socket accepted, const net::Endpoint& remote) {
          accept(std::move(accepted), remote);
        },
        [this](const std::string& reason) { service_->log("accepting pauses: " + reason); });
    address_ = net::endpoint_text(listener_->local());
    port_ = net::endpoint_port(listener_->local());
    thread_ = std::thread([this] {
      listener_->start();
      context_.run();
    });
    return {};
  }

  void stop() {
    if (!thread_.joinable()) return;
    net::asio::post(context_, [this] {
      stopping_ = true;
      listener_->stop();
      for (proxy::Http1Client* client : clients_)
        client->stream().abort();
      wheel_.expire_all();  // whoever waits for the bucket
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
    net::asio::co_spawn(context_, serve(std::move(socket), net::endpoint_host(remote)), rethrow);
  }

  net::Awaitable<void> serve(net::Socket socket, std::string viewer) {
    proxy::Http1Client client(std::move(socket), wheel_, memories_);
    const Presence presence(*this, client);
    co_await serve_viewer(*service_, client, std::move(viewer));
  }

  OnLine on_line_;
  net::asio::io_context context_{1};
  net::DeadlineWheel wheel_;
  proxy::RequestMemoryPool memories_;
  std::set<proxy::Http1Client*> clients_;
  bool stopping_ = false;
  std::optional<Service> service_;
  std::optional<net::Listener> listener_;
  std::string address_;
  std::uint16_t port_ = 0;
  std::thread thread_;  // last: it uses all of the above
};

Result<Server> Server::start(EdgeSetup setup, OnLine on_line) {
  auto loop = std::make_unique<Loop>(std::move(on_line));
  const Result<void> started = loop->start(setup);
  if (!started) return started.error();
  return Server(std::move(loop));
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
