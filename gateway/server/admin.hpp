// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/error.hpp"
#include "gateway/net/io.hpp"
#include "gateway/net/listener.hpp"

namespace signgate::server {

/// AdminAnswer is what the admin interface says to one request.
struct AdminAnswer {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body;
};

/// Admin is the interface for operators and their monitoring, on addresses and a thread of its
/// own, so that it answers whatever the workers are doing. It serves one request a connection.
class Admin {
 public:
  /// Handler answers a GET or HEAD for that path (without the query); called on Admin's thread.
  using Handler = std::function<AdminAnswer(std::string_view path)>;

  explicit Admin(Handler handler);
  ~Admin();
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  /// start serves on sockets that listen already.
  void start(std::vector<net::ListeningSocket> sockets);

 private:
  net::Awaitable<void> serve(net::Socket socket);

  Handler handler_;
  net::asio::io_context context_{1};
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::size_t connections_ = 0;
  std::thread thread_;
};

}  // namespace signgate::server
