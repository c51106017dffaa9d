// SPDX-License-Identifier: Apache-2.0
#include "gateway/edge/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <set>
#include <thread>

#include "gateway/base/limits.hpp"
#include "gateway/edge/admin_session.hpp"
#include "gateway/edge/listening.hpp"
#include "gateway/edge/service.hpp"
#include "gateway/edge/viewer_session.hpp"
#include "gateway/edge/viewer_tls.hpp"
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
    if (const auto opened = open_tls(setup); !opened) return opened.error();
    tls_ = offered_;
    service_.emplace(setup, std::move(*origin), on_line_, context_);
    if (const auto opened = open(setup.listen, viewers_, false); !opened) return opened.error();
    if (!setup.admin_listen.empty()) {
      if (const auto opened = open(setup.admin_listen, admins_, true); !opened) {
        return opened.error();
      }
    }
    thread_ = std::thread([this] {
      viewers_.listener->start();
      if (admins_.listener) admins_.listener->start();
      context_.run();
    });
    return {};
  }

  Result<void> reconfigure(EdgeSetup setup) {
    auto trust = Origin::trust(setup);
    if (!trust) return trust.error();
    if (const auto opened = open_tls(setup); !opened) return opened.error();
    net::asio::post(context_,
                    [this, taken = std::move(setup), trusted = std::move(*trust), tls = offered_] {
                      tls_ = tls;
                      service_->reconfigure(taken, trusted);
                    });
    return {};
  }

  void stop() {
    if (!thread_.joinable()) return;
    net::asio::post(context_, [this] {
      stopping_ = true;
      viewers_.listener->stop();
      if (admins_.listener) admins_.listener->stop();
      service_->stop();
      finish_when_empty();
    });
    thread_.join();
  }

  [[nodiscard]] const std::string& address() const noexcept { return viewers_.address; }
  [[nodiscard]] std::uint16_t port() const noexcept { return viewers_.port; }
  [[nodiscard]] const std::string& admin_address() const noexcept { return admins_.address; }
  [[nodiscard]] std::string fingerprint() const { return offered_ ? offered_->fingerprint() : ""; }

 private:
  Result<void> open_tls(const EdgeSetup& setup) {
    ViewerTls::Shared opened;
    if (setup.tls) {
      auto made = ViewerTls::open(setup, offered_);
      if (!made) return made.error();
      opened = std::move(*made);
    }
    offered_ = std::move(opened);
    return {};
  }

  /// Ends what viewers and the bucket are waited for, until nobody is left: who was between two
  /// waits begins another.
  void finish_when_empty() {
    for (proxy::Http1Client* client : clients_)
      client->stream().abort();
    wheel_.expire_all();
    if (clients_.empty()) {
      wheel_.stop();
      return;
    }
    ending_.expires_after(Milliseconds(20));
    ending_.async_wait([this](boost::system::error_code) { finish_when_empty(); });
  }

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

  /// A port that is listened on.
  struct Door {
    std::optional<net::Listener> listener;
    std::string address;
    std::uint16_t port = 0;
  };

  Result<void> open(const std::string& text, Door& door, bool is_admin) {
    auto socket = listen_on(text);
    if (!socket) return socket.error();
    door.listener.emplace(
        context_, std::make_shared<const net::ListeningSocket>(std::move(*socket)),
        [this, is_admin](net::Socket accepted, const net::Endpoint& remote) {
          accept(std::move(accepted), remote, is_admin);
        },
        [this](const std::string& reason) { service_->log("accepting pauses: " + reason); });
    door.address = net::endpoint_text(door.listener->local());
    door.port = net::endpoint_port(door.listener->local());
    return {};
  }

  void accept(net::Socket socket, const net::Endpoint& remote, bool is_admin) {
    if (stopping_ || clients_.size() >= limits::edge_connections) return;  // closes it
    if (is_admin) {
      net::asio::co_spawn(context_, administer(std::move(socket)), rethrow);
    } else {
      net::asio::co_spawn(context_, serve(std::move(socket), net::endpoint_host(remote)), rethrow);
    }
  }

  net::Awaitable<void> serve(net::Socket socket, std::string viewer) {
    proxy::Http1Client client(std::move(socket), wheel_, memories_);
    const Presence presence(*this, client);
    const ViewerTls::Shared tls = tls_;  // a handshake goes on with the one that it began with
    co_await serve_viewer(*service_, tls.get(), client, std::move(viewer));
  }

  net::Awaitable<void> administer(net::Socket socket) {
    proxy::Http1Client client(std::move(socket), wheel_, memories_);
    const Presence presence(*this, client);
    co_await serve_admin(*service_, client);
  }

  OnLine on_line_;
  net::asio::io_context context_{1};
  net::DeadlineWheel wheel_;
  proxy::RequestMemoryPool memories_;
  std::set<proxy::Http1Client*> clients_;
  net::asio::steady_timer ending_{context_};
  bool stopping_ = false;
  std::optional<Service> service_;
  ViewerTls::Shared offered_;  // what was opened last: of the thread that starts and stops
  ViewerTls::Shared tls_;      // what new connections are met with: of the loop's thread
  Door viewers_;
  Door admins_;
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

const std::string& Server::admin_address() const noexcept {
  return loop_->admin_address();
}

std::string Server::fingerprint() const {
  return loop_->fingerprint();
}

Result<void> Server::reconfigure(EdgeSetup setup) {
  return loop_->reconfigure(std::move(setup));
}

void Server::stop() {
  loop_->stop();
}

}  // namespace signgate::edge
