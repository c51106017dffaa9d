// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "gateway/base/error.hpp"
#include "gateway/net/io.hpp"

namespace signgate::cli::demo {

/// WebRequest is what the demo's web application sees of a request.
struct WebRequest {
  std::string path;   // as sent, without the query
  std::string query;  // behind the `?`, as sent
};

/// WebAnswer is a whole answer; it goes out with `Content-Length` and `Cache-Control: no-cache`.
struct WebAnswer {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  std::string_view content_policy = {};  // Content-Security-Policy, static text; empty: none
};

/// WebHandler answers a request; it is awaited on the server's thread and may await other things
/// there.
using WebHandler = std::function<net::Awaitable<WebAnswer>(WebRequest)>;

/// WebServer is a small HTTP/1.1 server on 127.0.0.1: GET and HEAD, keep-alive, one thread. It is
/// the origin, the part of the demo that a visitor of this project already has: a web application
/// that knows nothing of signing.
class WebServer {
 public:
  explicit WebServer(WebHandler handler);
  /// ~WebServer ends the thread and closes every connection.
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  /// listen binds any free port and returns it; requests wait until start. Errors: resource.
  [[nodiscard]] Result<std::uint16_t> listen();

  /// start begins to answer, on a thread of its own; what the handler reads must not change from
  /// here on.
  void start();

 private:
  net::asio::io_context context_{1};
  std::shared_ptr<const WebHandler> handler_;
  net::asio::basic_socket_acceptor<net::asio::ip::tcp, net::Executor> acceptor_{context_};
  std::thread thread_;
};

}  // namespace signgate::cli::demo
